"""The table of targets: what was measured, against what it must be, as Markdown."""
from dataclasses import dataclass


@dataclass
class Row:
    what: str
    ours: str
    theirs: str
    # The figure that is judged; None when nothing was measured.
    value: float | None
    # None where the figure only stands beside the one that is judged.
    must: float | None = None
    goal: float | None = None
    # How the three figures are written.
    form: str = "{:.2f}×"
    note: str = ""

    @property
    def verdict(self):
        if self.value is None:
            return self.note or "not measured"
        if self.must is None:
            return ""
        return "**goal**" if self.value <= self.goal else "**must**" if self.value <= self.must else "**missed**"

    def cells(self):
        def figure(value, sign=""):
            return "" if value is None else sign + self.form.format(value)

        return [self.what, self.theirs, self.ours, figure(self.value), figure(self.must, "≤ "), figure(self.goal, "≤ "), self.verdict]


def table(header, rows):
    lines = [header, ["---"] * len(header)] + rows
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def targets(rows):
    return table(["what", "peer", "Kindred", "ratio or figure", "must", "goal", "verdict"], [row.cells() for row in rows])


class Section:
    """What one part of the bench found: rows of targets, tables that explain them, lines about what was left out."""

    def __init__(self, title):
        self.title, self.rows, self.parts = title, [], []

    def say(self, text):
        self.parts.append(text.rstrip("\n") + "\n")

    def show(self, header, rows):
        self.parts.append(table(header, rows))

    def markdown(self):
        return f"## {self.title}\n\n" + "\n".join(self.parts) if self.parts else ""

"""One record at a time: what Benchmarks/streaming prints, `key=value` lines or sentences with figures in them."""
import re, subprocess

import persons
from report import Row, Section

# Key, what it is, how it is written, must, goal.
TARGETS = [
    ("resolve_p50_us", "`resolve` of one new record, p50", "{:.0f} µs", 120, 60),
    ("resolve_p99_us", "`resolve` of one new record, p99", "{:.0f} µs", 400, 200),
    ("lookup_p50_us", "`lookup`, p50", "{:.0f} µs", 80, 50),
    ("lookup_p99_us", "`lookup`, p99", "{:.0f} µs", 250, 150),
    ("lookup_misses", "pairs of the whole table that `lookup` misses among its first ten", "{:.4f}", .01, .01),
    ("bytes_frozen", "memory per record, index and prepared values, frozen", "{:.0f} B", 500, 300),
    ("bytes_live", "the same, live", "{:.0f} B", 900, 500),
    ("open_s", "opening the index from its snapshot, cold", "{:.2f} s", 1, .3),
]


# What the sentences say: `p50` and `p99` stand in the same one.
SENTENCES = [
    (r"^resolve a new record.*? p50 ([\d.]+) .*?p99 ([\d.]+) ", ["resolve_p50_us", "resolve_p99_us"]),
    (r"^lookup.*? p50 ([\d.]+) .*?p99 ([\d.]+) ", ["lookup_p50_us", "lookup_p99_us"]),
    (r"^recall@10.*: ([\d.]+)$", ["lookup_recall"]),
    (r"^bytes a record, frozen: (\d+)", ["bytes_frozen"]),
    (r"^bytes a record, live: (\d+)", ["bytes_live"]),
]


def program(options):
    """-> the command, or None when there is nothing to run"""
    folder = options.here / "streaming"
    if (folder / "run").exists():
        return [folder / "run"]
    if not (folder / "Package.swift").exists():
        return None
    subprocess.run(["swift", "build", "-c", "release", "--package-path", folder], check=True, stdout=subprocess.DEVNULL)
    return [folder / ".build/release/StreamingBenchmark"]


def read(output):
    """-> by key: the figure"""
    found = {key: float(value) for key, value in re.findall(r"^(\w+)=([-\d.e]+)$", output, re.MULTILINE)}
    for pattern, keys in SENTENCES:
        if match := re.search(pattern, output, re.MULTILINE):
            found |= zip(keys, map(float, match.groups()))
    if "lookup_recall" in found:
        found["lookup_misses"] = round(1 - found["lookup_recall"], 6)
    return found


def figures(options, command, size):
    options.say(f"streaming, {size:,} records")
    records = persons.table(options, size) / "records.csv"
    output = subprocess.run([*command, records], check=True, stdout=subprocess.PIPE, text=True).stdout
    return read(output), output


def run(options):
    section = Section("One record at a time")
    command = program(options)
    nothing = "not measured: no `Benchmarks/streaming`" if command is None else "not measured"
    found, output = figures(options, command, options.size) if command else ({}, "")
    for key, what, form, must, goal in TARGETS:
        value = found.get(key)
        shown = "" if value is None else form.format(value)
        section.rows.append(Row(f"{what}, {options.size:,} records", shown, "", value, must, goal, form, nothing))
    larger = figures(options, command, persons.LARGE)[0] if options.large and command else {}
    for key in ("lookup_p50_us", "lookup_p99_us"):
        grown = larger[key] / found[key] if key in larger and key in found else None
        section.rows.append(Row(f"`lookup`, {key[7:10]}, {persons.LARGE:,} records against {options.size:,}", "", "", grown, 1.6, 1.3,
                                note=nothing if options.large or command is None else "not measured: needs `--large`"))
    if output:
        section.say(f"```text\n{output.strip()}\n```")
    return section

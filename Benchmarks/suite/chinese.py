"""Chinese customers from four systems, against Splink 4 on normalised values."""
import gzip, shutil

import accuracy
from measure import in_turns
from report import Row, Section


def plain(options, name):
    """The file without its compression."""
    source, target = options.chinese / name, options.work / f"chinese-{name}"
    if not source.exists():
        with gzip.open(f"{source}.gz") as packed, open(target, "wb") as file:
            shutil.copyfileobj(packed, file)
        return target
    return source


def run(options):
    section = Section("Chinese customers")
    what = "Chinese customers, file to clusters"
    if options.chinese is None:
        section.rows.append(Row(f"{what}, wall", "", "", None, 1 / 5, 1 / 10, note="not measured: no `--chinese FOLDER`"))
        return section
    records, truth = plain(options, "records.csv"), accuracy.clusters(plain(options, "truth.csv"))
    peer = options.here / ".venv-splink4" / "bin" / "python", options.here / "peers" / "splink_chinese.py"
    series = in_turns(options.rounds, {
        "Kindred": [options.kindred, "match", records, "--output", options.work / "chinese-kindred.csv"],
        "Splink 4": [*peer, records, options.work / "chinese-splink.csv"],
    }, options.say)
    ours, theirs = series["Kindred"], series["Splink 4"]
    for measure, name, targets in (("wall", f"{what}, {len(truth):,} records, wall", (1 / 5, 1 / 10)), ("cpu", "the same, CPU", ())):
        mine, other = ours.median(measure), theirs.median(measure)
        section.rows.append(Row(name, f"{mine:.1f} s", f"{other:.1f} s", mine / other, *targets))
    rows = []
    for name, file in (("Kindred", "chinese-kindred.csv"), ("Splink 4", "chinese-splink.csv")):
        quality = accuracy.score(truth, accuracy.clusters(options.work / file))
        rows.append([name, f"{series[name].median('wall'):.1f}", f"{series[name].median('cpu'):.1f}", f"{series[name].median('peak_mb'):,.0f}",
                     *(f"{quality[k]:.4f}" for k in ("precision", "recall", "f1"))])
    section.show(["run", "wall s", "CPU s", "peak MB", "precision", "recall", "F1"], rows)
    section.say("Splink at probability 0.95. What it is given was normalised as a careful user would: `peers/splink_chinese.py`.")
    return section

"""Made-up customers: the whole way from a CSV file to clusters, against Splink 5, and how the cost of a record grows with the table."""
import json, math, subprocess, sys

import accuracy
from measure import in_turns, measured
from report import Row, Section

SMALL, LARGE = 100_000, 5_000_000


def table(options, size):
    folder = options.work / f"customers-{size}"
    if not (folder / "truth.csv").exists():
        options.say(f"making {size} records")
        maker = options.here / "customers" / "customers.py"
        subprocess.run([sys.executable, maker, str(size), folder], check=True, stdout=subprocess.DEVNULL)
    return folder


def run(options):
    section = Section(f"{options.size:,} made-up customers")
    folder, work, kindred = table(options, options.size), options.work, options.kindred
    records, model, peer = folder / "records.csv", folder / "model.json", options.here / "peers" / "splink_persons.py"
    training = measured([kindred, "train", records, "--output", model])
    splink = [sys.executable, peer, records, work / "splink.csv", folder / "splink.json"]
    series = in_turns(options.rounds, {
        "Kindred": [kindred, "match", records, "--output", work / "kindred.csv"],
        "Splink": splink,
        "Kindred, trained": [kindred, "match", records, "--model", model, "--output", work / "kindred-trained.csv"],
        "Splink, trained": [*splink[:3], work / "splink-trained.csv", *splink[4:], "--trained"],
    }, options.say)
    compare(section, options, series)
    truth = accuracy.clusters(folder / "truth.csv")
    files = {"Kindred": "kindred.csv", "Splink": "splink.csv", "Kindred, trained": "kindred-trained.csv", "Splink, trained": "splink-trained.csv"}
    rows = []
    for name, one in series.items():
        quality = accuracy.score(truth, accuracy.clusters(work / files[name]))
        low, high = one.spread("wall")
        rows.append([name, f"{one.median('wall'):.1f}", f"{low:.1f} to {high:.1f}", f"{one.median('cpu'):.1f}", f"{one.median('peak_mb'):,.0f}",
                     *(f"{quality[k]:.4f}" for k in ("precision", "recall", "f1"))])
    section.show(["run", "wall s", "from, to", "CPU s", "peak MB", "precision", "recall", "F1"], rows)
    section.say(f"`kindred train`: {training.wall:.1f} s wall, {training.cpu:.1f} CPU s.")
    for name in ("Splink", "Splink, trained"):
        phases = json.loads(series[name].runs[-1].output.splitlines()[-1])["phases"]
        section.say(f"{name}, seconds by phase in the last round: {', '.join(f'{phase} {took}' for phase, took in phases.items())}.")
    growth(section, options, series["Kindred"])
    return section


def compare(section, options, series):
    ours, theirs, trained, peer_trained = (series[name] for name in ("Kindred", "Splink", "Kindred, trained", "Splink, trained"))
    size = f"{options.size:,} records"

    def row(what, ours, theirs, measure, unit, *targets):
        mine, other = ours.median(measure), theirs.median(measure)
        section.rows.append(Row(what, f"{mine:,.1f} {unit}", f"{other:,.1f} {unit}", mine / other, *targets))

    row(f"{size}, CSV to clusters, wall", ours, theirs, "wall", "s", 1 / 4, 1 / 8)
    row("the same, CPU", ours, theirs, "cpu", "s")
    row("the same with a trained model, wall", trained, peer_trained, "wall", "s", .8, .4)
    row("the same, CPU", trained, peer_trained, "cpu", "s")
    row("peak memory of the whole run", ours, theirs, "peak_mb", "MB", 1 / 3, 1 / 5)


def growth(section, options, middle):
    """The cost of a record in tables of several sizes."""
    costs = {options.size: middle}
    for size in [SMALL] + [LARGE] * options.large:
        if size in costs:
            continue
        records = table(options, size) / "records.csv"
        rounds = options.rounds if size < options.size else 1
        jobs = {f"Kindred, {size:,}": [options.kindred, "match", records, "--output", options.work / "growth.csv"]}
        costs[size] = in_turns(rounds, jobs, options.say)[f"Kindred, {size:,}"]
    sizes = sorted(costs)
    section.show(["records", "CPU µs a record", "wall µs a record", "peak bytes a record"], [
        [f"{size:,}", f"{costs[size].median('cpu') / size * 1e6:.1f}", f"{costs[size].median('wall') / size * 1e6:.1f}",
         f"{costs[size].median('peak_mb') * 2 ** 20 / size:,.0f}"] for size in sizes])
    first, last = sizes[0], sizes[-1]
    each = [costs[size].median("cpu") / size for size in (first, last)]
    tenfold = (each[1] / each[0]) ** (1 / math.log10(last / first)) if last > first else None
    section.rows.append(Row(
        f"CPU time per record, {first:,} to {last:,}, growth per tenfold", f"{each[0] * 1e6:.1f} and {each[1] * 1e6:.1f} µs", "", tenfold, 1.6,
        1.3, note="not measured: one size"))

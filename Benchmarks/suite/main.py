"""Measures Kindred and its peers in turns on the same data, in one go, and writes RESULTS.md.

The parts: customers (whole tables against Splink 5, growth), kernels (against rapidfuzz), chinese (against Splink 4), streaming,
mapping (against jq).
"""
import argparse, datetime, importlib.metadata, subprocess, sys
from pathlib import Path

import chinese, kernels, machine, mapping, persons, report, streaming

HERE = Path(__file__).resolve().parent.parent
PARTS = {"customers": persons.run, "kernels": kernels.run, "chinese": chinese.run, "streaming": streaming.run, "mapping": mapping.run}
PEERS = ["splink", "duckdb", "rapidfuzz", "numpy"]


def options():
    arguments = argparse.ArgumentParser(prog="Benchmarks/run", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rounds", type=int, default=3, help="how often each job runs, in turns with the others (default 3)")
    arguments.add_argument("--size", type=int, default=1_000_000, help="records of the made-up table (default 1,000,000)")
    arguments.add_argument("--large", action="store_true", help="also 5,000,000 records: 4 GB of disk, some minutes")
    arguments.add_argument("--only", action="append", choices=PARTS, help="a part; RESULTS.md is not written then")
    arguments.add_argument("--chinese", type=Path, help="a folder with records.csv and truth.csv of Chinese customers, also as .gz")
    arguments.add_argument("--kindred", type=Path, default=HERE.parent / ".build/debug/kindred", help="the program to measure")
    given = arguments.parse_args()
    given.here, given.work = HERE, HERE / ".build"
    given.work.mkdir(exist_ok=True)
    if not given.kindred.exists():
        arguments.error(f"{given.kindred} is not there: make build")
    given.say = lambda text: print(text, file=sys.stderr, flush=True)
    return given


def versions(given):
    kindred = subprocess.run([given.kindred, "version"], capture_output=True, text=True).stdout.strip() or "kindred"
    commit = subprocess.run(["git", "-C", HERE, "describe", "--always", "--dirty"], capture_output=True, text=True).stdout.strip()
    peers = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PEERS)
    swift = subprocess.run(["swift", "--version"], capture_output=True, text=True).stdout.split(" (")[0]
    return f"{kindred} at {commit or 'an unknown commit'}, the debug product ([why](../docs/decisions/0003-build-flags.md)), {swift}; {peers}, " \
        f"{(HERE / 'requirements-splink4.txt').read_text().splitlines()[0].replace('==', ' ')} for Chinese customers."


def main():
    given = options()
    before = machine.calibration(given.work)
    sections = [run(given) for name, run in PARTS.items() if not given.only or name in given.only]
    after = machine.calibration(given.work)
    page = "\n".join([
        "# Results\n", f"Written by `Benchmarks/run` on {datetime.date.today():%-d %B %Y}. Rounds: {given.rounds}; in each, every job runs in turns "
        "with its peer's. Figures are medians; CPU time is that of the process and its children, user and system.\n",
        machine.describe(before, after), versions(given) + "\n", "## Targets\n", report.targets([row for s in sections for row in s.rows]),
        *filter(None, (section.markdown() for section in sections))])
    if given.only:
        print(page)
    else:
        (HERE / "RESULTS.md").write_text(page)
        given.say(f"written: {HERE / 'RESULTS.md'}")


main()

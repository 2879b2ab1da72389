"""Paths, trims and joins on JSON records of 600 bytes, one core, against jq: Benchmarks/mapping/run."""
import json, subprocess

from report import Row, Section

RECORDS = 100_000


def run(options):
    section = Section("Mapping")
    options.say(f"mapping, {RECORDS:,} records")
    command = [options.here / "mapping" / "run", str(RECORDS), str(max(options.rounds, 3)), options.kindred]
    found = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    # The table's ratios are shares of the peer's time: a quarter must do, an eighth is the goal.
    section.rows.append(Row(
        "12 paths, trims and joins on JSON records, records a CPU second", f"{found['kindred_per_second']:,}", f"{found['jq_per_second']:,}",
        1 / found["ratio"], 1 / 4, 1 / 8, note="share of jq's time"))
    section.say(f"jq 1.6 and `kindred map --format records` print the same {RECORDS:,} lines from {found['bytes'] / RECORDS:.0f} bytes a record: "
                f"{found['ratio']:.1f} times jq's records a second.")
    return section

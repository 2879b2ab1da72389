"""Runs `kindred map --format records` and jq in turns over the same file, each on one core, and compares their outputs byte for byte first.

CPU time is that of the whole process, from its start to the last byte written. compare.py RECORDS ROUNDS KINDRED
"""
import json, os, statistics, subprocess, sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
BUILD = HERE.parent / ".build"


def records(count):
    path = BUILD / f"mapping-{count}.jsonl"
    if not path.exists():
        BUILD.mkdir(exist_ok=True)
        text = subprocess.run([sys.executable, HERE / "records.py", str(count)], check=True, stdout=subprocess.PIPE).stdout
        path.write_bytes(text)
    return path


def run(command, output):
    """-> CPU seconds, user and system"""
    with open(output, "wb") as file:
        process = subprocess.Popen(["taskset", "-c", "0", *map(str, command)], stdout=file, stdin=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command[0]} ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime


def main():
    count, rounds, kindred = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    source = records(count)
    jobs = {
        "jq": ["jq", "-c", "-f", HERE / "customers.jq", source],
        "kindred": [kindred, "map", source, "--home", HERE, "--mapping", "customers", "--format", "records"],
    }
    outputs = {name: BUILD / f"mapping-{name}.jsonl" for name in jobs}
    times = {name: [] for name in jobs}
    for number in range(rounds):
        for name, command in jobs.items():
            times[name].append(run(command, outputs[name]))
        if number == 0 and outputs["jq"].read_bytes() != outputs["kindred"].read_bytes():
            raise SystemExit(f"the outputs differ: cmp {outputs['jq']} {outputs['kindred']}")
    medians = {name: statistics.median(values) for name, values in times.items()}
    print(json.dumps({
        "records": count, "bytes": source.stat().st_size, "rounds": rounds,
        "jq_per_second": round(count / medians["jq"]), "kindred_per_second": round(count / medians["kindred"]),
        "ratio": round(medians["jq"] / medians["kindred"], 2), "jq_cpu": times["jq"], "kindred_cpu": times["kindred"]}))


main()

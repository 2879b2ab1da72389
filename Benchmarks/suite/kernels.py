"""Comparing strings, one to many, one thread, against rapidfuzz: Benchmarks/kernels/run."""
import json, subprocess

from report import Row, Section

# The shares of rapidfuzz's time that names may take.
TARGETS = {"levenshtein": (1, .5), "jaro-winkler": (1, .4)}


def run(options):
    section = Section("String kernels")
    options.say("kernels")
    output = subprocess.run([options.here / "kernels" / "run"], check=True, stdout=subprocess.PIPE, text=True).stdout
    lines = [json.loads(line) for line in output.splitlines()]
    for line in lines:
        if line["texts"] == "names" and line["kernel"] in TARGETS:
            must, goal = TARGETS[line["kernel"]]
            section.rows.append(Row(f"{line['kernel']}, one to many, names", f"{line['kindred_ns']:.1f} ns", f"{line['rapidfuzz_ns']:.1f} ns",
                                    line["ratio"], must, goal))
    section.show(["texts", "units each", "kernel", "rapidfuzz cdist, CPU ns a pair", "Kindred", "ratio"], [
        [line["texts"], str(line["units"]), line["kernel"], f"{line['rapidfuzz_ns']:.1f}", f"{line['kindred_ns']:.1f}", f"{line['ratio']:.2f}×"]
        for line in lines])
    return section

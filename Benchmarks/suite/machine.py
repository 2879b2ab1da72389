"""The machine, and what it does in a second: nothing absolute means anything without it."""
import json, os, platform, subprocess
from pathlib import Path

from report import table

# The calibration of the machine whose figures the absolute targets mean, measured while it was quiet.
NOMINAL = {"steps": 520, "copy": 7.0, "synced": 2000}
NAMES = {"steps": "million 64-bit xorshift steps a second, one thread", "copy": "GB copied a second, 128 MiB blocks, one thread",
         "synced": "synced 4 KiB writes a second"}


def calibration(work):
    program = work / "calibrate"
    source = Path(__file__).with_name("calibrate.cpp")
    if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
        subprocess.run(["g++", "-O2", "-o", program, source], check=True)
    return json.loads(subprocess.run([program, work], check=True, capture_output=True, text=True).stdout)


def is_nominal(figures):
    """Within a fifth of the nominal machine, by what matching needs: computing and copying."""
    return all(abs(figures[name] / NOMINAL[name] - 1) <= .2 for name in ("steps", "copy"))


def first(path, word):
    with open(path) as file:
        return next((line.split(":", 1)[1].strip() for line in file if line.startswith(word)), "unknown")


def name():
    memory = int(first("/proc/meminfo", "MemTotal").split()[0]) / 1024 / 1024
    system = platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())
    return f"{first('/proc/cpuinfo', 'model name')}, {os.cpu_count()} cores, {memory:.0f} GiB, {system}.\n"


def describe(before, after):
    text = name() + "\n"
    rows = [[NAMES[name], f"{before[name]:g}", f"{after[name]:g}", f"{NOMINAL[name]:g}"] for name in NAMES]
    text += table(["calibration", "before", "after", "nominal machine"], rows)
    if not (is_nominal(before) and is_nominal(after)):
        text += "\nMore than a fifth off the nominal machine: absolute figures do not count here, ratios and CPU seconds do.\n"
    return text

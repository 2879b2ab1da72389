"""One process, and what it took: wall seconds, CPU seconds of it and its children, the most memory it held."""
import json, os, statistics, subprocess, tempfile, threading, time
from dataclasses import dataclass


@dataclass
class Run:
    wall: float
    cpu: float
    peak_mb: float
    output: str
    complaints: str


def measured(command):
    """Runs the command. A peer that prints its own figures does not count its imports: those figures are taken."""
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as complaints:
        start = time.perf_counter()
        process = subprocess.Popen(list(map(str, command)), stdin=subprocess.DEVNULL, stdout=output, stderr=complaints)
        memory = Memory(process.pid)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        complaints.seek(0)
        text, said = output.read(), complaints.read()
        if process.returncode:
            raise SystemExit(f"{command[0]} ended with {process.returncode}: {said[-2000:]}")
    run = Run(wall, usage.ru_utime + usage.ru_stime, memory.peak_mb, text, said)
    if text.startswith("{"):
        figures = json.loads(text.splitlines()[-1])
        run.wall, run.cpu = figures.get("wall", run.wall), figures.get("cpu", run.cpu)
    return run


class Memory:
    """The most memory that a process has held so far, looked up again and again: what wait4 says of it counts the process that started it."""

    def __init__(self, process):
        self.peak_mb = 0.0
        threading.Thread(target=self.watch, args=(process,), daemon=True).start()

    def watch(self, process):
        try:
            while True:
                with open(f"/proc/{process}/status") as status:
                    peaks = [line.split()[1] for line in status if line.startswith("VmHWM")]
                if not peaks:
                    return
                self.peak_mb = int(peaks[0]) / 1024
                time.sleep(0.02)
        except OSError:
            return


class Series:
    """The runs of one job, by rounds."""

    def __init__(self):
        self.runs = []

    def add(self, run):
        self.runs.append(run)

    def median(self, what):
        return statistics.median(getattr(run, what) for run in self.runs)

    def spread(self, what):
        values = [getattr(run, what) for run in self.runs]
        return min(values), max(values)


def in_turns(rounds, jobs, say):
    """Runs every job once a round, in the given order. -> by name: its series"""
    series = {name: Series() for name in jobs}
    for number in range(rounds):
        for name, command in jobs.items():
            run = measured(command)
            series[name].add(run)
            say(f"round {number + 1}, {name}: {run.wall:.1f} s wall, {run.cpu:.1f} s CPU, {run.peak_mb:.0f} MB")
    return series

"""What a peer's run takes, from after its imports."""
import json, os, resource, time


class Phases:
    def __init__(self):
        self.seconds, self.last, self.cpu = {}, time.perf_counter(), sum(os.times()[:4])

    def mark(self, name):
        now = time.perf_counter()
        self.seconds[name], self.last = round(now - self.last, 2), now

    def say(self):
        print(json.dumps({
            "wall": round(sum(self.seconds.values()), 2), "cpu": round(sum(os.times()[:4]) - self.cpu, 2),
            "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024), "phases": self.seconds,
        }), flush=True)

"""Called by run: ratios of medians of CPU time, ours to rapidfuzz's.   compare.py BENCHMARK TEXTS"""
import json, statistics, subprocess, sys, time

import numpy as np
import rapidfuzz
from rapidfuzz import distance, process

ROUNDS = 5
# Their scorer, its type of result, its cutoff, our kernel. Of their two ways to count edits, distances are the faster one.
KERNELS = {
    "levenshtein": (distance.Levenshtein.distance, np.int32, None),
    "osa": (distance.OSA.distance, np.int32, None),
    "indel": (distance.Indel.distance, np.int32, None),
    "jaro-winkler": (distance.JaroWinkler.normalized_similarity, np.float32, None),
    "jaro-winkler-850": (distance.JaroWinkler.normalized_similarity, np.float32, 0.85),
}


def theirs(texts, scorer, result, cutoff):
    # Two lists: given one list twice, cdist compares pair by pair and is slower.
    others = list(texts)
    start = time.process_time()
    matrix = process.cdist(texts, others, scorer=scorer, workers=1, dtype=result, score_cutoff=cutoff)
    seconds = time.process_time() - start
    return seconds * 1e9 / len(texts) ** 2, matrix


def ours(benchmark, kind, count, kernel):
    nanoseconds, total = subprocess.run([benchmark, "time", kind, str(count), kernel], capture_output=True, text=True, check=True).stdout.split()
    return float(nanoseconds), int(total)


def main():
    benchmark, count = sys.argv[1], int(sys.argv[2])
    for kind in ("names", "addresses", "companies"):
        texts = subprocess.run([benchmark, "texts", kind, str(count)], capture_output=True, text=True, check=True).stdout.splitlines()
        for kernel, (scorer, result, cutoff) in KERNELS.items():
            measured = []
            for _ in range(ROUNDS):
                (their_time, matrix), (our_time, total) = theirs(texts, scorer, result, cutoff), ours(benchmark, kind, count, kernel)
                measured.append((their_time, our_time))
                # The same edits; similarities are rounded differently.
                if result is np.int32 and int(matrix.sum(dtype=np.int64)) != total:
                    sys.exit(f"{kind}, {kernel}: the distances differ from rapidfuzz's")
            their_median, our_median = (statistics.median(times) for times in zip(*measured))
            print(json.dumps({
                "texts": kind, "units": round(sum(map(len, texts)) / count, 1), "kernel": kernel, "rapidfuzz": rapidfuzz.__version__,
                "rapidfuzz_ns": round(their_median, 2), "kindred_ns": round(our_median, 2), "ratio": round(our_median / their_median, 3),
            }), flush=True)


main()

"""How right clusters are, by pairs: precision, recall, F1. A record without a cluster is alone."""
import csv
from collections import Counter


def clusters(path):
    with open(path, encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        return dict(rows)


def pairs(sizes):
    return sum(size * (size - 1) // 2 for size in sizes.values())


def score(truth, found):
    own = {record: found.get(record, ("alone", record)) for record in truth}
    right = pairs(Counter((cluster, own[record]) for record, cluster in truth.items()))
    precision, recall = right / max(1, pairs(Counter(own.values()))), right / max(1, pairs(Counter(truth.values())))
    return {"precision": precision, "recall": recall, "f1": 2 * precision * recall / max(1e-9, precision + recall)}

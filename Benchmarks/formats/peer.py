"""Reads a CSV file with Python's csv and codec, and touches every row."""

import csv
import sys
import time

rows = cells = 0
with open(sys.argv[1], encoding=sys.argv[2], newline="") as file:
    for row in csv.reader(file):
        rows += 1
        cells += len(row)
# Of the process, its start included.
seconds = time.process_time()
print(f"Python's csv and codec, {sys.argv[2]}: records={rows - 1} cells={cells} cpu_s={seconds:.3f} records_per_s={(rows - 1) / seconds:.0f}")

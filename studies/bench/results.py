"""harness/describing/speed.csv: the last figures that were worth keeping."""

import csv

from gatelab.describing import listing

from .goals import LIMIT, LSTM

FILE = listing.SPEED
COLUMNS = {"milliseconds": "milliseconds", "ratio": LSTM, "work": "work", "limit": LIMIT}


def keep(rows, path=None):
    """Write rows of ``steps`` to the file; they replace rows of the same cell and shape.

    Its columns: variant, shape, milliseconds, ratio (to torch.nn.LSTM's step), work (multiply-adds
    over the standard LSTM's), limit (multiple of the cell's arithmetic limit).
    """
    known, path = {}, path or FILE
    if path.exists():
        with open(path, newline="", encoding="utf-8") as file:
            known = {(row["variant"], row["shape"]): row for row in csv.DictReader(file)}
    for row in rows:
        figures = {column: f"{row[key]:.4g}" for column, key in COLUMNS.items()}
        key = {"variant": row["variant"], "shape": row["shape"]}
        known[tuple(key.values())] = key | figures
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, ["variant", "shape", *COLUMNS], lineterminator="\n")
        writer.writeheader()
        writer.writerows(known[key] for key in sorted(known))

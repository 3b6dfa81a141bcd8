"""harness/describing/speed.csv: the last figures that were worth keeping."""

import pandas as pd

from gatelab.describing import listing

from .goals import LIMIT, LSTM

FILE = listing.SPEED
COLUMNS = {"milliseconds": "milliseconds", LSTM: "ratio", "work": "work", LIMIT: "limit"}


def keep(rows, path=None):
    """Write rows of ``steps`` to the file; they replace rows of the same cell and shape.

    Its columns: variant, shape, milliseconds, ratio (to torch.nn.LSTM's step), work (multiply-adds
    over the standard LSTM's), limit (multiple of the cell's arithmetic limit).
    """
    path = path or FILE
    new = pd.DataFrame(rows)[["variant", "shape", *COLUMNS]].rename(columns=COLUMNS)
    known = [pd.read_csv(path)] if path.exists() else []
    every = pd.concat([*known, new]).drop_duplicates(["variant", "shape"], keep="last")
    every.sort_values(["variant", "shape"]).to_csv(path, index=False, float_format="%.4g")

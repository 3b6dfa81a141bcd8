"""Cells of a table for tests of what reads them."""

import io

import numpy as np
import pandas as pd

from gatelab.tasks.tables import Cells


def cells(text: str) -> Cells:
    """The cells of a plain CSV."""
    frame = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
    return Cells(frame, np.arange(len(frame)) + 2)


def column(name: str, values) -> Cells:
    """One column of text."""
    frame = pd.DataFrame({name: [str(value) for value in values]}, dtype=str)
    return Cells(frame, np.arange(len(frame)) + 2)

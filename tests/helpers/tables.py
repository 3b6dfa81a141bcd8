"""A table of somebody's own."""

import numpy as np
import pandas as pd

from helpers.drawing import rng


def table(n=200):
    """Hours with a date, a load and a temperature."""
    return pd.DataFrame(
        {
            "date": pd.date_range("2020-01-01", periods=n, freq="h").astype(str),
            "load": np.sin(np.arange(n) / 4) + 0.3 * rng(1).standard_normal(n),
            "temperature": rng(2).standard_normal(n).cumsum(),
        }
    )

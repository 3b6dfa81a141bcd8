"""Sequences of different lengths in one array, and inputs on a common scale."""

from collections.abc import Sequence

import numpy as np

from ..framework.batches import Batch, Dataset, Splits


def padded(sequences: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Pad sequences (t, D) with zeros to (N, T, D) float32; returns that and lengths (N,)."""
    lengths = np.array([len(sequence) for sequence in sequences], np.int64)
    x = np.zeros((len(sequences), lengths.max(), sequences[0].shape[1]), np.float32)
    x[np.arange(x.shape[1]) < lengths[:, None]] = np.concatenate(sequences)
    return x, lengths


def scale_of(train: Batch) -> tuple[np.ndarray, np.ndarray]:
    """Mean and spread (D,) of the inputs over all steps; the spread of a constant one is 1."""
    seen = train.x[train.valid()].astype(np.float64)
    return seen.mean(0), np.where(np.ptp(seen, 0) == 0, 1, seen.std(0))


def standardised(train: Batch, valid: Batch, test: Batch) -> Splits:
    """Splits whose inputs have mean 0 and variance 1 over the training steps, channel by channel.

    A channel that is constant in training is only shifted. Padding stays zero.
    """
    mean, spread = scale_of(train)

    def scaled(batch):
        x = ((batch.x - mean) / spread).astype(np.float32)
        return batch._replace(x=np.where(batch.valid()[..., None], x, 0))

    return Splits(Dataset(scaled(train)), scaled(valid), scaled(test))

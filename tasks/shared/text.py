"""Strings as sequences of one-hot symbols."""

import re
import unicodedata
from collections.abc import Sequence

import numpy as np

from ..framework.batches import Batch


def one_hot(strings: Sequence[str], alphabet: str) -> tuple[np.ndarray, np.ndarray]:
    """One-hot (N, T, D) float32 and lengths (N,); D has one more place for unknown symbols."""
    place = {symbol: i for i, symbol in enumerate(alphabet)}
    lengths = np.array([len(string) for string in strings], np.int64)
    codes = np.array([place.get(symbol, len(alphabet)) for symbol in "".join(strings)], np.intp)
    x = np.zeros((len(strings), lengths.max(), len(alphabet) + 1), np.float32)
    sequence, step = np.nonzero(np.arange(x.shape[1]) < lengths[:, None])
    x[sequence, step, codes] = 1
    return x, lengths


def spelled(batch: Batch, alphabet: str) -> tuple[str, ...]:
    """The strings of a batch, with a ~ for every symbol that is not in the alphabet."""
    symbols = np.array([*alphabet, "~"])
    codes = batch.x.argmax(-1)
    return tuple(
        "".join(symbols[row[alive]]) for row, alive in zip(codes, batch.valid(), strict=True)
    )


def plain(name: str) -> str:
    """Without accents and outer spaces."""
    parts = unicodedata.normalize("NFD", name.strip())
    return "".join(part for part in parts if unicodedata.category(part) != "Mn")


def folded(message: str) -> str:
    """Lower case, every digit a 0, no outer spaces."""
    return re.sub(r"\d", "0", message.lower().strip())


FORMS = {"plain": plain, "folded": folded}

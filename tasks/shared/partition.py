"""A set of sequences divided in two."""

import numpy as np


def divide(
    rng: np.random.Generator, y: np.ndarray, share: float, stratify: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Indices into y, shuffled: the rest, and ``share`` of them; classes in proportion if asked."""
    from sklearn.model_selection import train_test_split

    rest, part = train_test_split(
        np.arange(len(y)),
        test_size=share,
        random_state=int(rng.integers(2**32)),
        stratify=y if stratify else None,
    )
    return np.asarray(rest), np.asarray(part)


HOLD_OUT = ("fifth", "none")


def hold_out(
    rng: np.random.Generator, y: np.ndarray, validation: str
) -> tuple[np.ndarray, np.ndarray]:
    """Indices into y to train on and to validate on: a stratified fifth of each class.

    With ``validation="none"`` all of y is trained on, and the fifth is a look at it.
    """
    train, valid = divide(rng, y, 1 / 5, stratify=True)
    return (np.arange(len(y)) if validation == "none" else train), valid

"""Divide a set of sequences in two."""

import numpy as np


def divide(
    rng: np.random.Generator, y: np.ndarray, share: float, stratify: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Divide at random, stratified by class if wanted.

    Returns:
        two shuffled arrays of indices into y: the rest, and ``share`` of them.
    """
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
    """Hold out a stratified fifth for validation.

    With ``validation="none"`` training uses all of y, and the fifth is part of it.

    Returns:
        indices into y for training and for validation.
    """
    train, valid = divide(rng, y, 1 / 5, stratify=True)
    return (np.arange(len(y)) if validation == "none" else train), valid

"""How a sequence is written on: what a task knows of it, and a network does not."""

import numpy as np


class Writer:
    """What a task knows about writing: how a prediction becomes an input, how people read it.

    A written sequence is x (T, D), the inputs that were given and drawn, in order.

    inputs, outputs: D and K of the networks that can write it.
    steps: how many are worth looking at; given: of a test sequence, as an opening.
    """

    inputs: int
    outputs: int
    steps: int
    given: int

    def drawn(self, logits: np.ndarray, temperature: float, rng: np.random.Generator) -> np.ndarray:
        """The next input (N, D) float32, drawn from what is predicted, (N, K)."""
        raise NotImplementedError

    def fed(self, opening: np.ndarray) -> np.ndarray:
        """What a network reads before the first draw, (N, T, D), T at least 1."""
        raise NotImplementedError

    def opening(self, x: np.ndarray, steps: int) -> np.ndarray:
        """The first steps of a task's own sequence x (T, D)."""
        raise NotImplementedError

    def read(self, text: str) -> np.ndarray:
        """(T, D) of an opening that a person has typed; raises TaskError."""
        raise NotImplementedError

    def shown(self, x: np.ndarray) -> str:
        """A written sequence as text."""
        raise NotImplementedError

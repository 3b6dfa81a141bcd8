"""Writers: what a task, and not the network, knows about continuing a sequence."""

import numpy as np


class Writer:
    """How a prediction becomes the next input, and how a sequence is shown to people.

    A written sequence is x (T, D), the inputs that were given and drawn, in order.

    inputs, outputs: D and K of the networks that can write it.
    steps: number of steps to generate by default.
    given: number of steps of a test sequence to use as an opening.
    """

    inputs: int
    outputs: int
    steps: int
    given: int

    def drawn(self, logits: np.ndarray, temperature: float, rng: np.random.Generator) -> np.ndarray:
        """Sample the next input (N, D) float32 from predictions (N, K)."""
        raise NotImplementedError

    def fed(self, opening: np.ndarray) -> np.ndarray:
        """The input (N, T, D) that a network reads before the first draw, T at least 1."""
        raise NotImplementedError

    def opening(self, x: np.ndarray, steps: int) -> np.ndarray:
        """The first steps of a task's own sequence x (T, D)."""
        raise NotImplementedError

    def read(self, text: str) -> np.ndarray:
        """Encode a typed opening as (T, D).

        Raises:
            TaskError: the text cannot be an opening of this task.
        """
        raise NotImplementedError

    def shown(self, x: np.ndarray) -> str:
        """A written sequence as text."""
        raise NotImplementedError

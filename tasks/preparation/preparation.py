"""What every preparation can do, and how one is written and read."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import numpy as np

from ..framework.errors import TaskError

if TYPE_CHECKING:
    import pandas as pd


class Predicts(Protocol):
    """A trained network, as far as a preparation needs one; see ``gatelab.Network.predict``."""

    def predict(self, x: np.ndarray, lengths: np.ndarray | None = None) -> np.ndarray: ...


@dataclass(frozen=True)
class Preparation:
    """What turns raw input into a network's x, and its output into an answer.

    A preparation holds numbers and words only, so that a JSON file is all of it. It belongs to the
    data that a network was trained on: its scale is that of the training split.

    kind: its name in files.
    reads: what it takes, in a sentence.
    """

    kind: ClassVar[str] = ""
    reads: ClassVar[str] = ""

    def answer(self, network: Predicts, raw: Any) -> "pd.DataFrame":
        """A network's answer to raw input.

        Raises:
            TaskError: the input cannot be read.
        """
        raise NotImplementedError(f"{type(self).__name__} has no answer(network, raw)")

    def to_json(self) -> dict[str, Any]:
        """Everything, ready for JSON."""
        return {"kind": self.kind} | asdict(self)


def shaped(outputs: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """The outputs of a network, float64.

    Raises:
        TaskError: they have another shape, so that the network belongs to another task.
    """
    if outputs.shape != shape:
        raise TaskError(
            f"the network answers with shape {outputs.shape}, not {shape}: it belongs to another "
            "task"
        )
    return outputs.astype(np.float64)

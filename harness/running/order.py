"""What a worker gets for one training run."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Order:
    """One training run of a study.

    Attributes:
        number: of the job in this session; its messages carry it.
        task, variant: places in the study.
        given: {name: value} of settings and of the variant's own hyperparameters.
        slot, part: key all random draws, see ``trials.trial.run_trial``.
        prunes: whether the conductor is asked at the rungs if the run should go on.
        first: share of the epochs before the first rung.
        weights: path of the file for the best weights, or None.
        checkpoint: path whose checkpoints are ``PATH.0`` and ``PATH.1``; None for none.
        every: seconds between two checkpoints.
    """

    number: int
    task: int
    variant: int
    given: dict[str, Any]
    slot: int
    part: str
    prunes: bool = False
    first: float = 0.5
    weights: str | None = None
    checkpoint: str | None = None
    every: float = 30.0

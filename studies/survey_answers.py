"""What the draws of the survey say, within the tasks and over them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from gatelab.statistics import verdicts
from gatelab.statistics.across import across
from gatelab.statistics.noise import noise_of
from gatelab.statistics.pairing import SIGNS, losses, paired
from gatelab.statistics.selection import KEPT, best_shared
from gatelab.tasks.framework.metrics import METRICS

from . import survey

REFERENCE = next(iter(survey.CELLS))
MARGIN = 0.5  # standard deviations of the seed noise, as within a task


def metrics():
    """{task: its ``Metric``}, in the order of the study."""
    return {task.name: METRICS[task.metric] for task in survey.chosen()}


@dataclass(frozen=True)
class Answers:
    """What the draws say.

    Attributes:
        tasks: {task: its ``Metric``}.
        noise: {task: standard deviation of a trial's seed noise, NaN if it was not measured}.
        verdicts: {task: frame of ``statistics.verdicts``}.
        effects: frame of one number per task and variant, below 0 if it is better than the
            reference, whatever the metric; the reference's is 0.
        scale: what the numbers are.
        margin: numbers that count as equal over the tasks; None without a measure of noise.
        over: ``Across``, the answer over the tasks.
    """

    tasks: dict[str, Any]
    noise: dict[str, float]
    verdicts: dict[str, pd.DataFrame]
    effects: pd.DataFrame
    scale: str
    margin: float | None
    over: Any


def answers_of(draws):
    """The ``Answers`` of the draws.

    A difference is measured in standard deviations of the seed noise. That noise is measured when
    all trials have ended; before, the share of the kept draws that a cell loses stands in.
    """
    tasks = metrics()
    own = {name: draws[draws.task == name] for name in tasks}
    noise = {name: seed_noise(own[name]) for name in tasks}
    judged = {
        name: verdicts(own[name], REFERENCE, metric.direction, noise=noise[name] or None)
        for name, metric in tasks.items()
    }
    if all(noise.values()):
        rows = {name: in_noise_of(judged[name], noise[name], tasks[name]) for name in tasks}
        scale, margin = "the difference in standard deviations of the seed noise", MARGIN
    else:
        rows = {name: lost(own[name], tasks[name]) for name in tasks}
        scale, margin = "share of the kept draws that it loses, less the share that it wins", None
    effects = pd.DataFrame.from_dict(rows, orient="index")
    over = across(effects, REFERENCE, margin=margin)
    return Answers(tasks, noise, judged, effects, scale, margin, over)


def seed_noise(own):
    """Standard deviation of a trial's test score over seeds; 0 if it was not measured."""
    if "again" not in own:
        return 0.0
    twice = own[(own.variant == REFERENCE) & own.again.notna()]
    return float(np.nan_to_num(noise_of(twice.test, twice.again).deviation)) if len(twice) else 0.0


def in_noise_of(judged, noise, metric):
    """{variant: difference in noise SDs} on one task."""
    sign = SIGNS[metric.direction]
    return {REFERENCE: 0.0} | dict(
        zip(judged.variant, sign * judged.difference / noise, strict=True)
    )


def lost(own, metric):
    """{variant: share of the kept draws that it loses, less the share that it wins}."""
    scores, numbers = losses(own, metric.direction), {REFERENCE: 0.0}
    for name in list(survey.CELLS)[1:]:
        pairs = paired(scores, name, REFERENCE)
        best = best_shared(pairs.valid, pairs.valid_reference, len(pairs) // KEPT)
        kept = pairs.differences[best]
        numbers[name] = float(np.mean(np.sign(np.nan_to_num(kept, posinf=1, neginf=-1))))
    return numbers

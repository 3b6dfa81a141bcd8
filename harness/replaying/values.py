"""The numbers of a training run that a second run has to meet to the bit."""

import math
from typing import NamedTuple

TIMES = ("cost/", "latency/")  # what differs each time


class Difference(NamedTuple):
    """A number that is not the same again; None where there is none at all."""

    key: str
    step: int
    then: float | None
    now: float | None

    def __str__(self):
        where = f" at step {self.step}" if self.step else ""
        return f"{self.key}{where}: {_said(self.then)} then, {_said(self.now)} now"


def of_points(points):
    """{(key, step): value} of measurements in MLflow's form, without those of time and memory.

    Args:
        points: from ``tracking.runs.points``.
    """
    return {(key, step): value for key, value, _, step in points if not key.startswith(TIMES)}


def differences(then, now):
    """All differences, earliest steps first, those of single values last.

    Args:
        then, now: {(key, step): value}.
    """
    places = sorted(then.keys() | now.keys(), key=lambda place: (place[1] or math.inf, place[0]))
    found = [Difference(p[0], p[1], then.get(p), now.get(p)) for p in places]
    return [each for each in found if not _same(each.then, each.now)]


def _same(one, other):
    if one is None or other is None:
        return one is other
    return one == other or (math.isnan(one) and math.isnan(other))


def _said(value):
    return "none" if value is None else repr(float(value))

"""Rows of a study as frames: a line per trial, a line per run that follows."""

import pandas as pd

from ..trials.record import column

RUNS = (
    "task", "variant", "part", "source", "configuration", "seed", "state", "reason", "valid",
    "test", "parameters", "seconds",
)  # fmt: skip


def trials(rows):
    """How each trial ended, its settings, scores and costs."""
    return pd.DataFrame(
        [
            {
                "task": row.task.name,
                "variant": row.variant,
                "trial": r.slot,
                "state": r.state,
                "reason": r.reason,
                **({} if r.epoch is None else {"epoch": r.epoch}),
                **{column(key): score for key, score in r.best.items()},
                **r.cost,
                **{f"params.{name}": value for name, value in r.params.items()},
            }
            for row in rows
            for r in row.records
        ]
    )


def runs(rows):
    """The runs that follow the trials, seed by seed.

    Returns:
        frame: task, variant, part ("final", "again" or "confirm"), source (under TPE, the variant
        whose trial is confirmed), configuration (the trial whose settings are used), seed (0, 1,
        ...), state, reason, valid and test (scores), parameters, seconds.
    """
    found = [line for row in rows for line in _runs(row)]
    return pd.DataFrame(found, columns=[*RUNS])


def _runs(row):
    best = row.best.slot if row.best else None
    yield from (_run(row, "final", r, best, r.slot) for r in row.finals)
    yield from (_run(row, "again", r, r.slot, 0) for r in row.again)
    yield from (_run(row, "confirm", c.record, c.record.slot, c.seed, c.source)
                for c in row.confirmed)  # fmt: skip


def _run(row, part, record, configuration, seed, source=""):
    scores = (record.score(name, row.metric.name) for name in ("valid", "test"))
    costs = (record.cost.get(name) for name in ("parameters", "seconds"))
    return dict(zip(RUNS, (
        row.task.name, row.variant, part, source, configuration, seed, record.state, record.reason,
        *scores, *costs,
    ), strict=True))  # fmt: skip

"""The leaderboard: what each cell's best configuration scored. It describes, it decides nothing."""

import pandas as pd

from ..standing import failed_seeds
from .forest import SIGNS
from .numbers import NONE, number, spread
from .parts import Table

DESCRIBES = (
    "This table describes: each cell's best configuration by validation, trained again with fresh "
    "seeds. It is no comparison, since each cell shows the luckiest of its draws; for two equal "
    "cells a test on these numbers finds a difference far too often. The paired differences decide."
)


def table(view, task):
    """A task's leaderboard, best first, with its baselines below."""
    rows = view.of(view.leaderboard, task)
    verdicts = view.of(view.verdicts, task)
    said = dict(zip(verdicts.variant, verdicts.verdict, strict=True)) if len(verdicts) else {}
    seen = "best validation" if task.has_validation else "best in training"
    heads = [
        "variant", "verdict", f"test {task.metric.name}, final runs", seen, "parameters",
        "s per trial", "trials", "against baselines",
    ]  # fmt: skip
    made = [
        [
            row.variant, _verdict(view, said, row.variant), _score(row), number(row.valid),
            number(int(row.parameters) or None), number(row.seconds_per_trial), _trials(row),
            _beats(row),
        ]
        for row in rows.itertuples()
    ]  # fmt: skip
    for name, score in task.baselines.items():
        made.append([f"baseline: {name}", "", number(score), *[""] * 5])
    numeric = [False, False, True, True, True, True, True, False]
    return Table(heads, made, numeric, [*rows.variant])


def _verdict(view, said, variant):
    if variant == view.reference:
        return "reference"
    verdict = said.get(variant)
    return f"{SIGNS[verdict][1]} {verdict}" if verdict in SIGNS else NONE


def _score(row):
    said = spread(row.test_mean, row.test_std)
    return f"{said} ({failed_seeds(row)})" if row.seeds_failed else said


def _trials(row):
    lost = [f"{n} {what}" for n, what in ((row.failed, "failed"), (row.pruned, "pruned")) if n]
    return f"{row.trials}" + (f" ({', '.join(lost)})" if lost else "")


def _beats(row):
    if row.failed and row.failed == row.trials:
        return "all failed"
    if pd.isna(row.test_mean):
        return NONE
    return "beats them all" if row.beats_baseline else f"does not beat {row.baseline_name}"

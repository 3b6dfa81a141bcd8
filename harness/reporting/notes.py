"""What MLflow says about a study in words: a description of each task's experiment and each run.

All of it comes from rows and, once there is one, the ledger; the verdicts are those of ``words``.
"""

import math

import numpy as np

from ..searching.described import said
from ..tracking import descriptions
from ..tracking.scores import Score
from . import standing, words


def best_so_far(row):
    """The test score of a row's best trial; it has no interval."""
    best, name = row.best, row.metric.name
    value = best.score("test", name) if best else math.nan
    return Score(name, value, direction=row.metric.direction)


def score(row):
    """Mean over a row's final seeds, with the lowest and the highest of them; NaN if one failed.

    Before the final seeds have ended it is that of the best trial.
    """
    final, metric = standing.final_records(row), row.metric
    if not final:
        return best_so_far(row)
    found = [r.score("test", metric.name) for r in final if r.state == "complete"]
    if len(found) < len(final):
        return Score(metric.name, math.nan, direction=metric.direction)
    ends = (min(found), max(found)) if len(found) > 1 else (math.nan, math.nan)
    return Score(metric.name, float(np.mean(found)), *ends, direction=metric.direction)


def rank(row):
    """A number to sort rows by: best first, those without a score last."""
    value = score(row).value
    sign = 1 if row.metric.direction == "minimize" else -1
    return math.inf if math.isnan(value) else sign * value


def experiment(rows, reference, protocol, made, verdicts=(), page=None, unfinished=""):
    """The description of a task's experiment.

    Args:
        rows: ``rows.Row`` of the task.
        reference: name of the variant that the others are compared with.
        protocol: how the study decides, in a sentence or two.
        made: {what: text}: command, commit, versions, seed.
        verdicts: of the task, rows of ``Result.verdicts``; empty before there is one.
        page: address of the report, or None.
        unfinished: how far the study is; "" if it is finished.

    Returns:
        Markdown.
    """
    said = {row.variant: words.body(row) for row in verdicts}
    cells = [
        (row.variant, _said(row), said.get(row.variant, "reference" * (row.variant == reference)))
        for row in sorted(rows, key=rank)
    ]
    task = rows[0].task
    made = made | ({"data": f"digest {task.digest}"} if task.digest else {})
    return descriptions.experiment(
        _answer(rows, verdicts), _question(rows, reference), protocol, cells, made, page, unfinished
    )


def run(row, equations, verdict=None, page=None, unfinished=""):
    """The description of a cell's run.

    Args:
        row: ``rows.Row``.
        equations: the cell's, as text.
        verdict: its row of ``Result.verdicts``, or None.
        page, unfinished: see ``experiment``.

    Returns:
        Markdown.
    """
    sentence = words.sentence(verdict) if verdict is not None else f"{row.variant}: {_said(row)}"
    return descriptions.run(equations, sentence, _costs(row), page, unfinished)


def protocol(sampler, trials, finals):
    """How a study decides, in a sentence or two.

    Args:
        sampler: its entry in ``study.json``.
        trials, finals: numbers per cell.
    """
    if sampler == "fixed":
        return f"Settings given; {trials} seeds per cell, shared by all cells."
    rest = (
        "Selected on validation, measured once on test. The test score is that of each cell's best "
        f"configuration, trained again with {finals} fresh seeds: it describes a cell and decides "
        "nothing."
    )
    if sampler != "random":
        by = said(sampler)
        return f"{trials} trials per cell by {by}, which are not shared and decide nothing. {rest}"
    return (
        f"{trials} trials per cell, with draws and seeds that all cells share. The verdict "
        f"compares the better half of the draws in pairs (Wilcoxon's signed ranks, Holm). {rest}"
    )


def _costs(row):
    best = row.best
    if best is None:
        return {}
    return {
        "weights": f"{best.cost['parameters']:,.0f}",
        "seconds of training": f"{best.cost['seconds']:.3g}",
    }


def _said(row):
    found = score(row)
    if math.isnan(found.value):
        return "no score"
    ends = f", seeds {found.low:.4g} to {found.high:.4g}" if found.has_interval else ""
    return f"{found.value:.4g} {found.metric}{ends}"


def _answer(rows, verdicts):
    """One sentence: the verdicts if there are any, else the best score."""
    if verdicts:
        said = ", ".join(f"{row.variant} {row.verdict}" for row in verdicts)
        return f"against {verdicts[0].reference}: {said}"
    best = min(rows, key=rank)
    if math.isinf(rank(best)):
        return "no result yet"
    return f"best test score: {best.variant}, {_said(best)}"


def _question(rows, reference):
    metric = rows[0].metric
    better = "lower" if metric.direction == "minimize" else "higher"
    others = [row.variant for row in rows if row.variant != reference]
    against = f"{', '.join(others)} against {reference}" if others else reference
    return f"{against} on {rows[0].task.name}, by test {metric.name}; {better} is better."

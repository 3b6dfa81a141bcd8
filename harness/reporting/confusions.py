"""The confusion matrix of a cell's best trial, as a figure and as CSV."""

import pandas as pd

from . import figures


def of_best(comparison, record):
    """Write the figure and the CSV, unless they exist.

    Args:
        comparison: row of the study.
        record: Record of its best trial.

    Returns:
        list of both paths; empty if the record has no counts (regression, or too many classes).
    """
    if not record.confusion:
        return []
    at = comparison.folder("figures", f"confusion-{record.slot:04d}.png")
    if not at.exists():
        figures.confusion(_frame(record.confusion, comparison.task), comparison, at)
        _frame(record.confusion, comparison.task).to_csv(at.with_suffix(".csv"))
    return [at, at.with_suffix(".csv")]


def _frame(counts, task):
    """The counts as a frame: a row per true class, a column per predicted class."""
    names = list(task.labels or map(str, range(task.outputs)))
    return pd.DataFrame(counts, pd.Index(names, name="true"), names)

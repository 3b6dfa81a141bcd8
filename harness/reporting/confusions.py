"""Which classes the best trial of a cell takes for which: a picture, and its counts as CSV."""

import pandas as pd

from . import figures


def of_best(comparison, record):
    """Write both, once.

    Returns:
        their paths; none where the record has no counts: values, too many classes.
    """
    if not record.confusion:
        return []
    at = comparison.folder("figures", f"confusion-{record.slot:04d}.png")
    if not at.exists():
        figures.confusion(_frame(record.confusion, comparison.task), comparison, at)
        _frame(record.confusion, comparison.task).to_csv(at.with_suffix(".csv"))
    return [at, at.with_suffix(".csv")]


def _frame(counts, task):
    """A row per true class, a column per answer."""
    names = list(task.labels or map(str, range(task.outputs)))
    return pd.DataFrame(counts, pd.Index(names, name="true"), names)

"""Batches of a formal language, read back."""

import re

from gatelab import tasks
from gatelab.tasks import METRICS


def read(batch, symbols, labels):
    """(what is read, sets to predict) of each sequence, held to one-hot x and empty padding."""
    for x, y, alive in zip(batch.x, batch.y, batch.valid(), strict=True):
        assert (x[alive].sum(1) == 1).all()
        assert not x[~alive].any()
        assert not y[~alive].any()
        sets = [{a for a, legal in zip(labels, row, strict=True) if legal} for row in y[alive]]
        yield [symbols[i] for i in x[alive].argmax(1)], sets


def drawn_row(name):
    """The two rows of a task's docstring: what is read, sets as text."""
    doc = tasks.get(name).__doc__
    return [re.search(rf"^ +{row}  +(\S.*)$", doc, re.MULTILINE).group(1).split() for row in "xy"]


def score(task, splits, guess):
    return METRICS[task.metric].score(guess - 0.5, splits.test.y, splits.test.lengths)

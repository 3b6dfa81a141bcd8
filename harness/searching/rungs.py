"""The epochs at which a trial asks whether it should go on."""

import math


def rungs(epochs, first=0.5, most=10):
    """The epochs at which a trial reports to the pruner.

    They are few because each report is a database write that all workers queue for, and late
    because a task may be solved late.

    Args:
        epochs: number of epochs of the trial.
        first: share of the epochs before the first report.
        most: largest number of reports.

    Returns:
        list of epochs, counted from 1, without the last.
    """
    candidates = range(max(1, math.ceil(first * epochs)), epochs)
    return list(candidates[:: max(1, math.ceil(len(candidates) / most))])

"""Records as frames, in the form that ``gatelab.statistics`` takes."""

import pandas as pd


def draws_of(records, metric):
    """The trials of one task, draw by draw.

    Args:
        records: {variant: its records}. Record k of every variant belongs to draw k.
        metric: name of the task's metric.

    Returns:
        frame with the columns variant, draw, valid, test and state, a row per record. A pruned
        trial has no test score that could be compared; its state is "failed".
    """
    rows = [
        {
            "variant": variant,
            "draw": record.slot,
            "valid": record.score("valid", metric),
            "test": record.score("test", metric),
            "state": "complete" if record.state == "complete" else "failed",
        }
        for variant, ended in records.items()
        for record in ended
    ]
    return pd.DataFrame(rows, columns=["variant", "draw", "valid", "test", "state"])

"""The draws of a study as a CSV file, from which its verdicts can be computed again."""

import pandas as pd

from gatelab.errors import StudyError

COLUMNS = ["task", "variant", "draw", "state", "valid", "test", "parameters", "seconds"]


def draws_of(trials, runs, metrics, variants):
    """The draws of a study that all its cells share on all its tasks.

    An interrupted study ends unevenly: what only some cells have is left out.

    Args:
        trials: frame with a row per trial, as ``Result.trials``.
        runs: frame with a row per run that is not a trial, as ``Result.runs``.
        metrics: {task: name of its metric}, in the order of the study.
        variants: their names, the reference first.

    Returns:
        frame with ``COLUMNS``, a column per hyperparameter that was drawn, and ``again``, the test
        score of a draw that was trained a second time; sorted by task, variant and draw. Scores
        have six digits, seconds one decimal.
    """
    again = runs[runs.part == "again"].rename(columns={"configuration": "draw", "test": "again"})
    found = trials.rename(columns={"trial": "draw"}).rename(columns=_bare)
    for part in ("valid", "test"):
        found[part] = [row.get(f"{part}_{metrics[row.task]}") for _, row in found.iterrows()]
    drawn = [_bare(c) for c in trials if c.startswith("params.") and trials[c].nunique() > 1]
    found = found[[*COLUMNS, *sorted(drawn)]]
    if len(again):
        found = found.merge(again[["task", "variant", "draw", "again"]], how="left")
    for name in {*found.select_dtypes("floating")} - {"seconds"}:
        found[name] = found[name].map("{:.6g}".format, na_action="ignore").astype(float)
    found["seconds"] = found["seconds"].round(1)
    ranked = found.sort_values(["task", "variant", "draw"], key=_places([*metrics], variants))
    rows = len(metrics) * len(variants)
    return ranked[ranked.groupby("draw").draw.transform("size") == rows].reset_index(drop=True)


def _bare(column):
    return column.removeprefix("params.")


def _places(tasks, variants):
    known = {"task": tasks, "variant": variants}
    return lambda column: column.map(known[column.name].index) if column.name in known else column


def write(draws, path):
    """Write the draws to a CSV file."""
    draws.to_csv(path, index=False)


def read(path):
    """The draws in a CSV file.

    Raises:
        StudyError: it has not the columns of draws.
    """
    draws = pd.read_csv(path)
    if missing := [name for name in COLUMNS if name not in draws]:
        raise StudyError(f"{path} holds no draws of a study: it has no column {missing[0]}")
    return draws


def extent(draws, planned):
    """A sentence: how many draws there are of how many."""
    n = draws.draw.nunique()
    if n >= planned:
        return f"All {planned} planned draws of each cell have been trained."
    return (
        f"{n} of {planned} planned draws of each cell have been trained. Draws come in a fixed "
        "order, the same for all cells, and no result stopped the study: its time was over. The "
        "same command continues it."
    )

"""Every named value of a step along one test sequence."""

import numpy as np
import pandas as pd

from ..figures import strips
from .shown import Shown, listed, number, sentence

ORDER = ("gate", "value", "state")


def activations(found):
    """Images of units by steps: the input, the gates, other values, the states.

    Args:
        found: a ``dynamics.Dynamics``.

    Returns:
        ``Shown``; the table has a row per value.
    """
    seen = found.activations
    names = sorted(seen.values, key=lambda name: ORDER.index(seen.roles[name]))
    gates = {name for name in names if seen.roles[name] == "gate"}
    figure = strips({"x": seen.x, **{name: seen.values[name] for name in names}}, gates)
    figure.suptitle(f"{found.cell} on one test sequence", fontsize=10, x=0.02, ha="left")
    table = pd.DataFrame([_row(name, seen.roles[name], seen.values[name]) for name in names])
    return Shown(figure, _caption(found, table), table)


def _row(name, role, values):
    change = np.abs(np.diff(values, axis=0)).mean() if len(values) > 1 else np.nan
    ends = {"mean": values.mean(), "least": values.min(), "most": values.max()}
    return {"value": name, "kind": role, **ends, "mean_change": change}


def _caption(found, table):
    steps, units = next(iter(found.activations.values.values())).shape
    layer = f" ({found.place})" if found.place else ""
    what = f"{found.cell}{layer} on one test sequence: {steps} steps, {units} units"
    moving = table[(table.kind == "gate") & table.mean_change.notna()].sort_values("mean_change")
    if moving.empty:
        return f"{what}."
    each = [f"{row.value} by {number(row.mean_change)}" for row in moving.iloc[::-1].itertuples()]
    return f"{what}. " + sentence([f"from one step to the next, {listed(each)} on average"])

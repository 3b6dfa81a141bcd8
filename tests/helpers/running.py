"""Studies of two cells on toy tasks."""

import pandas as pd

from gatelab import tasks
from helpers.studies import toy_study

SETTINGS = {"updates": 30, "hidden": 4, "batch": 8}
COSTS = "seconds|megabytes|milliseconds"


def reber():
    return tasks.make("embedded_reber", valid_sequences=16, test_sequences=16, max_length=14)


def study(out, **more):
    usual = {"variants": ["standard", "gru"], "trials": 3, "finals": 3, "settings": SETTINGS}
    return toy_study(out, **usual | more)


def same(a, b):
    """Whether two frames agree to the bit in all but what things cost."""
    frames = [f[[c for c in f if not pd.Series([c]).str.contains(COSTS)[0]]] for f in (a, b)]
    pd.testing.assert_frame_equal(*frames, check_exact=True)


def runs(out, task, kind):
    import mlflow

    mlflow.set_tracking_uri(f"sqlite:///{out}/mlflow.db")
    return mlflow.search_runs(experiment_names=[task], filter_string=f"tags.kind = '{kind}'")

"""Studies of toy size.

Everything here may be overridden: what a test gives counts.
"""

import tempfile
from functools import cache
from pathlib import Path

from gatelab import Study, tasks
from gatelab.tracking.tracker import Tracker

SIZES = {"length": 8, "valid_sequences": 16, "test_sequences": 16}
SETTINGS = {"updates": 5, "hidden": 4, "batch": 8}
#: The task and the settings as words of the command line.
TASK = "adding:" + ",".join(f"{name}={value}" for name, value in SIZES.items())
SET = [f"{name}={value}" for name, value in SETTINGS.items()]
USUAL = {"trials": 1, "finals": 0, "workers": 1, "page": False, "quiet": True}


def toy_task(name="adding", **options):
    return tasks.make(name, **SIZES | options)


@cache
def empty_log():
    """The tables of a new MLflow file; making them takes a second or two each time."""
    with tempfile.TemporaryDirectory() as folder:
        Tracker(folder).analyze()
        return (Path(folder) / "mlflow.db").read_bytes()


def toy_study(out, **given):
    """A study that has not been run, its log begun if it is a new one."""
    if not (out / "mlflow.db").exists():
        out.mkdir(parents=True, exist_ok=True)
        (out / "mlflow.db").write_bytes(empty_log())
    usual = {"tasks": [toy_task()], "variants": ["standard"], "settings": SETTINGS, **USUAL}
    return Study(out=out, **usual | given)

"""Studies of toy size.

Everything here may be overridden: what a test gives counts.
"""

from gatelab import Study, tasks

SIZES = {"length": 8, "valid_sequences": 16, "test_sequences": 16}
SETTINGS = {"updates": 5, "hidden": 4, "batch": 8}
#: The task and the settings as words of the command line.
TASK = "adding:" + ",".join(f"{name}={value}" for name, value in SIZES.items())
SET = [f"{name}={value}" for name, value in SETTINGS.items()]
USUAL = {"trials": 1, "finals": 0, "workers": 1, "page": False, "quiet": True}


def toy_task(name="adding", **options):
    return tasks.make(name, **SIZES | options)


def toy_study(out, **given):
    """A study that has not been run."""
    usual = {"tasks": [toy_task()], "variants": ["standard"], "settings": SETTINGS, **USUAL}
    return Study(out=out, **usual | given)

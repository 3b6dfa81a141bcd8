"""Sequences to learn, one task per file; knows NumPy and its data, nothing of cells or searches.

>>> import numpy as np
>>> from gatelab import tasks
>>> task = tasks.make("adding", length=100)
>>> train, valid, test = task.splits(np.random.default_rng(0))
>>> next(train.batches(np.random.default_rng(1), 32)).x.shape
(32, 100, 2)

A new task is a file in this package, or a class anywhere, that extends ``Task`` and carries
``@register("name")``; ``check_task`` holds it to what a study relies on.
"""

import importlib
from typing import TYPE_CHECKING

from .checks.check import check_task
from .framework.batches import Batch, Continued, Dataset, Splits, StatefulStream, Stream
from .framework.errors import TaskError
from .framework.metrics import METRICS, Metric
from .framework.registry import get, names, register
from .framework.task import Task
from .user_data.spelled import make

if TYPE_CHECKING:
    from .user_data.archived import from_arff, from_rows, from_ts
    from .user_data.arrays import from_arrays
    from .user_data.from_files import from_csv, from_file, from_npz, from_text
    from .user_data.from_objects import from_frame

# Imported at first use: reading tables takes pandas, which a study of the tasks here, and each of
# its workers, would wait for in vain.
_HOMES = {
    "from_arff": "archived",
    "from_arrays": "arrays",
    "from_csv": "from_files",
    "from_file": "from_files",
    "from_frame": "from_objects",
    "from_npz": "from_files",
    "from_rows": "archived",
    "from_text": "from_files",
    "from_ts": "archived",
}

__all__ = [
    "METRICS",
    "Batch",
    "Continued",
    "Dataset",
    "Metric",
    "Splits",
    "StatefulStream",
    "Stream",
    "Task",
    "TaskError",
    "check_task",
    "from_arff",
    "from_arrays",
    "from_csv",
    "from_file",
    "from_frame",
    "from_npz",
    "from_rows",
    "from_text",
    "from_ts",
    "get",
    "make",
    "names",
    "register",
]


def __getattr__(name):
    if name in _HOMES:
        home = importlib.import_module(f".user_data.{_HOMES[name]}", __name__)
        return getattr(home, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return sorted({*globals(), *_HOMES})

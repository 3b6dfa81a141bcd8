"""What determines a training run to the bit: its data, settings, draws, versions and processor."""

import hashlib
from dataclasses import asdict

import numpy as np

from gatelab.tasks.framework.batches import Dataset

from ..foundation.processor import processor
from ..networks import saving
from .record import versions


def digest(splits):
    """Hash of a task's data. For a stream, its first batch stands for all of them."""
    known, train = hashlib.sha256(), splits.train
    if isinstance(train, Dataset):
        seen = train.batch
    else:
        seen = next(train.batches(np.random.default_rng(0), 8))
    for array in (*seen, *splits.valid, *splits.test):
        known.update(b"" if array is None else array.tobytes())
    return known.hexdigest()[:16]


def identity(task, splits, network, settings, budget, draws):
    """All of it, as a dict for JSON.

    Args:
        task: instance of a task.
        splits: its data.
        network: Network.
        settings: {setting: value}, complete.
        budget: ``training.Budget``.
        draws: what keys the random draws.
    """
    return {
        "task": {"name": task.name, "metric": task.metric, "data": digest(splits)},
        "network": saving.describe(network),
        "initial": network.layer.fixed | {"forget": network.layer.variant.forget},
        "settings": settings,
        "budget": asdict(budget),
        "draws": draws,
        "versions": versions(),
        "processor": processor(),
    }

"""A task's data as MLflow data sets: what is fixed has a digest, what is drawn has its options."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from gatelab.tasks.framework.batches import Dataset


@dataclass(frozen=True)
class Data:
    """Data that a run has used.

    Attributes:
        name: of the task.
        context: "training", "validation" or "test".
        digest: hash of the arrays; for a stream, of its options.
        options: {option: value} of the task.
        shape: {"x": [...], "y": [...]} of the arrays; {} for a stream.
    """

    name: str
    context: str
    digest: str
    options: dict[str, Any] = field(default_factory=dict)
    shape: dict[str, list[int]] = field(default_factory=dict)


def of_splits(task, splits):
    """Data of a task's splits: training, validation, test.

    A stream has no data to be hashed: its digest is that of the generator's name and options.
    """
    options = {name: repr(value) for name, value in task.options().items()}
    batches = {"validation": splits.valid, "test": splits.test}
    if isinstance(splits.train, Dataset):
        batches = {"training": splits.train.batch} | batches
        found = []
    else:
        drawn = json.dumps([type(task).__qualname__, options], sort_keys=True).encode()
        found = [Data(task.name, "training", _hash(drawn), options)]
    return found + [
        Data(task.name, context, digest(batch), options, _shape(batch))
        for context, batch in batches.items()
    ]


def digest(batch):
    """Hash of a batch's arrays, 16 hexadecimal digits."""
    return _hash(*(b"" if array is None else array.tobytes() for array in batch))


def entities(data):
    """MLflow's entities of several ``Data``."""
    from mlflow.entities import Dataset as Entity
    from mlflow.entities import DatasetInput, InputTag

    return [
        DatasetInput(
            Entity(
                name=each.name,
                digest=each.digest,
                source_type="gatelab",
                source=json.dumps({"task": each.name, "options": each.options}),
                profile=json.dumps({"drawn": not each.shape, **each.shape}),
            ),
            [InputTag("mlflow.data.context", each.context)],
        )
        for each in data
    ]


def _hash(*parts):
    known = hashlib.sha256()
    for part in parts:
        known.update(part)
    return known.hexdigest()[:16]


def _shape(batch):
    return {name: list(getattr(batch, name).shape) for name in ("x", "y")}

"""Facts about a task, from its splits and baselines, as lines of text."""

import inspect

from ..framework.batches import Dataset, Splits, StatefulStream
from ..framework.metrics import METRICS
from ..framework.task import Task

SHAPE_OF_Y = {
    "regression": "(N, {K})",
    "classification": "(N,) of {K}",
    "multilabel": "(N, {T}, {K})",
    "series": "(N, {T}, {K})",
    "labelling": "(N, {T}) of {K}",
}
ROWS = 16  # of a text read side by side, for stating how many updates make an epoch


def figures(task: Task, splits: Splits) -> dict[str, str]:
    """All facts about a task; computes the baselines.

    Returns:
        {heading: lines of text}.
    """
    baselines = task.baselines(splits).items()
    return {
        "protocol": protocol(task, splits),
        "shapes": shapes(task, splits),
        "metric": f"{task.metric}\n{METRICS[task.metric].direction}",
        "baselines": "\n".join(f"{score:.4f} {name}" for name, score in baselines),
    }


def further(task: Task, splits: Splits) -> dict[str, str]:
    """{"also": a line per baseline}, if a task has scores besides its metric."""
    lines = [
        ", ".join(f"{figure:.4f} {name}" for name, figure in figures.items()) + f": {baseline}"
        for baseline, figures in task.further_baselines(splits).items()
    ]
    return {"also": "\n".join(lines)} if lines else {}


def protocol(task: Task, splits: Splits) -> str:
    """The origin and number of the sequences, and when a trial stops."""
    train, valid, test = splits
    if isinstance(train, Dataset):
        source = f"{len(train.batch.x)} to train on"
    elif isinstance(train, StatefulStream):
        source = f"stream in {ROWS} rows, {train.updates(ROWS)} updates"
    else:
        source = f"stream, {train.epoch} updates an epoch"
    patience = "no early stopping" if task.patience is None else f"patience {task.patience}"
    held_out = f"{len(valid.x)} valid, {len(test.x)} test"
    return f"{source}\n{held_out}\n{task.epochs} epochs, {patience}"


def stopping(task: Task) -> dict[str, str]:
    """{"stop rule": that of the paper}, if there is one."""
    if task.stop is None:
        return {}
    return {"stop rule": f"{task.stop}; failed after {task.stop.budget:,} sequences"}


def shapes(task: Task, splits: Splits) -> str:
    """The shapes of the test split, as text."""
    T, D = splits.test.x.shape[1:]
    y = SHAPE_OF_Y[task.kind].format(T=T, K=task.outputs)
    lengths = splits.test.lengths
    ragged = "" if lengths is None else f"\nlengths {lengths.min()} to {lengths.max()}"
    return f"x (N, {T}, {D})\ny {y}{ragged}"


def summary(task: Task) -> str:
    """The first line of the docstring."""
    return (inspect.getdoc(type(task)) or task.name).splitlines()[0]

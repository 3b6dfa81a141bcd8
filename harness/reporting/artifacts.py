"""Files about a cell's best trial, for MLflow and the page: its figures, samples and dynamics."""

import json

from .. import dynamics
from ..foundation import durable
from ..networks.network import Network
from ..trials.trial import splits_of
from . import confusions, figures, samples

SHOWN = 200  # most steps of a test sequence in the figure of the gates


def of_best(c):
    """Paths of a cell's certificate, and of its best trial's weights, figures and samples.

    What does not exist yet is made.

    Args:
        c: comparison of a study that this process runs.

    Returns:
        list of paths; empty if no trial is complete.
    """
    record = c.search.best()
    if record is None:
        return []
    folder, slot = c.folder("figures"), record.slot
    curves, gates = folder / f"curves-{slot:04d}.png", folder / f"gates-{slot:04d}.png"
    if not curves.exists():
        figures.curves(record, c, curves)
    weights = c.folder("weights", f"trial-{slot:04d}.npz")
    if weights.exists() and not gates.exists():
        network, test = Network.load(weights, backend="numpy"), splits_of(c.task, c.study.seed).test
        steps = min(SHOWN, test.x.shape[1] if test.lengths is None else int(test.lengths[0]))
        figures.gates(network.states_over_time(test.x[0, :steps]), test.x[0, :steps], c, gates)
    written = confusions.of_best(c, record) + samples.of_best(c, slot, weights)
    return [p for p in (c.certificate, curves, gates, weights, *written) if p.exists()]


def dynamics_file(out, variant, task):
    """Where a study keeps what a cell's best network does on a task."""
    return out / "cells" / variant / f"{task}.json"


def keep_dynamics(c):
    """Write what a cell's best network does on test sequences, unless it is written already."""
    record = c.search.best()
    weights = record and c.folder("weights", f"trial-{record.slot:04d}.npz")
    if not weights or not weights.exists():
        return
    kept = dynamics_of(c.study.out, c.variant.name, c.task.name)
    if kept and kept[0] == record.slot:
        return
    network = Network.load(weights, backend="numpy")
    found = dynamics.of(network, splits_of(c.task, c.study.seed).test)
    text = json.dumps({"slot": record.slot, **found.to_json()})
    durable.write(dynamics_file(c.study.out, c.variant.name, c.task.name), text.encode())


def dynamics_of(out, variant, task):
    """(slot of the trial, its ``Dynamics``), as a study keeps them; None if missing or damaged."""
    try:
        kept = json.loads(dynamics_file(out, variant, task).read_text(encoding="utf-8"))
        return kept.get("slot"), dynamics.Dynamics.from_json(kept)
    except (OSError, ValueError, AttributeError):
        return None

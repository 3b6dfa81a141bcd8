"""Records in MLflow's terms."""

import json
import math
import zlib
from dataclasses import dataclass, field

from ..foundation.jsonable import plain
from ..trials import provenance
from ..trials.record import column
from .datasets import Data

STATUS = {"complete": "FINISHED", "pruned": "FINISHED", "failed": "FAILED"}


@dataclass(eq=False)
class Run:
    """An MLflow run: the parent run of a variant, or the run of a trial."""

    task: str
    variant: str
    name: str
    tags: dict[str, str]
    start: int  # milliseconds
    id: str | None = None  # None until it exists in MLflow
    parent: "Run | None" = None
    attempts: int = 0  # to create it
    ready: bool = False  # whether a parent run can take children
    metrics: dict[str, float] = field(default_factory=dict)  # a parent's latest single values
    data: list[Data] = field(default_factory=list)  # what it has been trained on
    provenance: dict | None = None  # of a parent's trials; see ``trials.provenance.of_row``


def points(record, start):
    """All measurements of a record as MLflow metrics.

    Timestamps depend only on the record and the run's start, so that points sent twice are stored
    once.

    Args:
        record: Record of a trial.
        start: start of the run, in milliseconds.

    Returns:
        list of (key, value, timestamp, step). The step is the epoch, or another abscissa such as a
        length; single values have step 0.
    """
    tick = 1000 * finite(record.cost.get("seconds", 0.0)) / max(1, len(record.epochs))
    found = [
        (key, finite(value), start + round(tick * k), k)
        for key, curve in record.curves.items()
        for k, value in enumerate(curve, 1)
    ]
    for key, curve in record.over.items():
        found += [(key, finite(value), start, round(step)) for step, value in curve]
    return found + [(key, finite(value), start, 0) for key, value in single(record).items()]


def single(record):
    """{metric: number} of what a trial measured once, under its names in MLflow.

    Scores are named ``best/...``, those that only the test split has ``test/...``. The epoch and
    the gaps are ``details/...``: as bars among the scores they would hide those that matter.
    """
    found = {} if record.epoch is None else {"details/epoch": record.epoch}
    for key, value in record.best.items():
        if key.startswith("gap/"):
            found[f"details/{column(key)}"] = value
        else:
            found[key if _of_test_alone(key, record.best) else f"best/{column(key)}"] = value
    return found | {f"cost/{name}": value for name, value in record.cost.items()}


def _of_test_alone(key, scores):
    return key.startswith("test/") and key.replace("test", "valid", 1) not in scores


def finite(value):
    """The value as a float; NaN for None and infinities, which MLflow would clamp to 1.8e308."""
    return float(value) if value is not None and math.isfinite(value) else math.nan


def parameters(record, run):
    """All settings as text, with ``variant`` and ``task``: box plots offer only parameters."""
    about = {"variant": run.variant, "task": run.task, "seed": record.seed}
    return {key: text(value) for key, value in {**record.params, **about}.items()}


def text(value):
    return str(value)[:6000]  # MLflow's limit.


def outcome(record):
    """Tags that say how a trial ended and on what kind of processor."""
    tags = {"state": record.state, "slot": str(record.slot), "processor": record.processor}
    if record.reason:
        tags["reason"] = text(record.reason)[:1000]
    tags |= verdict(record.baseline)
    infinite = any(not math.isfinite(v) for curve in record.curves.values() for v in curve)
    if infinite or str(record.reason).startswith("diverged"):
        tags["diverged"] = "true"
    return tags


def replay(record, run):
    """The tag from which a record's training run can be run again; {} if that is not known."""
    row = (run.parent or run).provenance
    return provenance.tag(row, record, run.tags.get("search", "")) if row else {}


def verdict(baseline):
    """Tags for a record's ``baseline``; {} for None."""
    if not baseline:
        return {}
    strongest = f"{baseline.name}: {finite(baseline.score):.4g}"
    return {"baseline": text(strongest), "beats_baseline": str(baseline.beaten).lower()}


def fingerprint(*values):
    """Checksum of what a parent run shows; the run is rewritten only if it changes."""
    return f"{zlib.crc32(json.dumps(plain(values), sort_keys=True).encode()):08x}"

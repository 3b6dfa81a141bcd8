"""Records as MLflow wants them, and the command and the link that show them."""

import json
import math
import os
import sys
import zlib
from dataclasses import dataclass
from pathlib import Path

from ..foundation import sqlite
from ..foundation.jsonable import plain
from ..trials.record import column

ENVIRONMENT = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false",
    # Seven helper processes of 0.2 GB each, for nothing that we use.
    "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    # By default a server that is gone blocks each call for four minutes.
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "20",
}
STATUS = {"complete": "FINISHED", "pruned": "FINISHED", "failed": "FAILED"}


@dataclass(eq=False)
class Run:
    """A run of MLflow: a variant's (the parent) or a trial's."""

    task: str
    variant: str
    name: str
    tags: dict[str, str]
    start: int  # milliseconds
    id: str | None = None  # None until MLflow has it
    parent: "Run | None" = None
    ready: bool = False  # a parent: for children


def points(record, start):
    """(key, value, timestamp, step) of everything measured.

    Curves have step = epoch, or what else they go over, such as a length; the rest stands at 0.
    The timestamps depend on the record and the run's start only, so that sending twice stores once.
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
    """{metric: number} of what a trial measured once, as MLflow names it.

    What validation has too, or leads to it, is ``best/...``; scores of the test split alone are
    ``test/...``: else a page of twenty bars would hide those that matter.
    """
    epoch = {} if record.epoch is None else {"best/epoch": record.epoch}
    best = {
        key if _of_test_alone(key, record.best) else f"best/{column(key)}": value
        for key, value in record.best.items()
    }
    return epoch | best | {f"cost/{name}": value for name, value in record.cost.items()}


def _of_test_alone(key, scores):
    return key.startswith("test/") and key.replace("test", "valid", 1) not in scores


def finite(value):
    """NaN for what is no number, infinities too: MLflow would clamp them to 1.8e308."""
    return float(value) if value is not None and math.isfinite(value) else math.nan


def parameters(record, run):
    """Every setting as text; ``variant`` and ``task`` too, as box plots offer parameters only."""
    about = {"variant": run.variant, "task": run.task, "seed": record.seed}
    return {key: text(value) for key, value in {**record.params, **about}.items()}


def text(value):
    return str(value)[:6000]  # The most that MLflow takes.


def outcome(record):
    """The tags that say how a trial ended, and on what it ran."""
    tags = {"state": record.state, "slot": str(record.slot), "processor": record.processor}
    if record.reason:
        tags["reason"] = text(record.reason)[:1000]
    tags |= verdict(record.baseline)
    infinite = any(not math.isfinite(v) for curve in record.curves.values() for v in curve)
    if infinite or str(record.reason).startswith("diverged"):
        tags["diverged"] = "true"
    return tags


def verdict(baseline):
    """The tags of a record's ``baseline``; none without one."""
    if not baseline:
        return {}
    strongest = f"{baseline.name}: {finite(baseline.score):.4g}"
    return {"baseline": text(strongest), "beats_baseline": str(baseline.beaten).lower()}


def fingerprint(*values):
    """Of what a parent run shows: it is written again only if this changes."""
    return f"{zlib.crc32(json.dumps(plain(values), sort_keys=True).encode()):08x}"


def ui_link(experiment, base="http://127.0.0.1:5000"):
    """The page that shows an experiment's variants side by side: a curve and a bar for each."""
    query = "workflowType=machine_learning&compareRunsMode=CHART"
    return f"{base}/#/experiments/{experiment}/runs?{query}"


def ui_command(out, host="127.0.0.1", port=5000):
    """The command that serves a study's log, on the loopback unless told otherwise."""
    return [
        *(sys.executable, "-m", "mlflow", "server"),
        *("--backend-store-uri", sqlite.url(Path(out) / "mlflow.db")),
        *("--default-artifact-root", (Path(out).resolve() / "artifacts").as_uri()),
        *("--host", host, "--port", str(port), "--workers", "1"),
        *("--uvicorn-opts", "--log-level warning"),
    ]


def ui_environment():
    """The environment to run ``ui_command`` in."""
    # Between the server's own libraries; nothing that a reader of a study could mend.
    return {**os.environ, **ENVIRONMENT, "PYTHONWARNINGS": "ignore"}

"""What was kept of a training run: in the study's folder, or in MLflow."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import StudyError
from ..foundation.errors import first_line, unknown
from ..reporting.facts import read_about
from ..running import folder
from ..searching import standing, study_json
from ..tracking.runs import points
from ..tracking.server import set_environment
from ..trials import provenance
from ..trials.record import Record
from .values import of_points

NAME = re.compile(r"(?P<row>[^/#]+/[^/#]+)(?:/(?P<search>[^/#]+))?#(?P<slot>\d+)")
EXAMPLE = "adding/gru#3, or adding/gru/confirm 0#3"
CURVES = ("train/", "valid/", "gap/")


@dataclass(frozen=True)
class Kept:
    """A training run as it was recorded.

    Attributes:
        name: such as "adding/gru#3".
        task, variant: names.
        slot, seed: key its random draws, together with the provenance's "key".
        state, reason: how it ended.
        processor: the kind that it ran on.
        provenance: see ``trials.provenance.of_run``.
        values: {(key, step): value}, see ``values``.
        whole: whether these are all values; a variant's own run in MLflow has the curves only.
    """

    name: str
    task: str
    variant: str
    slot: int
    seed: int
    state: str
    reason: str | None
    processor: str
    provenance: dict[str, Any]
    values: Mapping[tuple[str, int], float]
    whole: bool = True

    def alike(self, points):
        """The values of another run, as far as they are comparable with these."""
        found = of_points(points)
        return found if self.whole else {p: v for p, v in found.items() if _is_curve(p[0])}


def in_folder(out, name):
    """A run of the study in a folder, which is only read.

    Args:
        out: the folder.
        name: TASK/CELL#SLOT of a trial, TASK/CELL/ROUND#SLOT of a run that followed the trials.

    Raises:
        StudyError: there is no such run, or it cannot be read.
    """
    found = NAME.fullmatch(name)
    if not found:
        raise StudyError(f"cannot read {name!r}; write it as {EXAMPLE}")
    folder.apart(out)  # refuses what is no study's
    record = _record(out, name.rpartition("#")[0], int(found["slot"]))
    task, variant = found["row"].split("/")
    study, about = study_json.read(out), read_about(out)
    row = provenance.of_row(study, about, task, variant)
    return Kept(
        name, task, variant, record.slot, record.seed, record.state, record.reason,
        record.processor, provenance.of_run(row, record, found["search"] or ""),
        of_points(points(record, 0)),
    )  # fmt: skip


def _record(out, search, slot):
    kept = standing.record(out, search, slot)
    if kept is not None:
        return Record.from_json(kept)
    known = {each.name: each for each in standing.of_folder(out)}
    if search not in known:
        raise unknown("search", search, known, StudyError)
    ended = ", ".join(map(str, sorted(known[search].ended)[:20])) or "none"
    raise StudyError(f"{search} has no record of slot {slot}; it has {ended}")


def in_mlflow(uri, run_id):
    """A run in MLflow, by its id; a variant's own run stands for its best trial.

    Args:
        uri: of an MLflow server.

    Raises:
        StudyError: there is no such run, or not all that is needed to run it again.
    """
    set_environment()  # else a server that is away takes four minutes
    from mlflow import MlflowClient  # not before it is needed: it takes seconds
    from mlflow.exceptions import MlflowException

    try:
        client = MlflowClient(uri, registry_uri=uri)
        run = client.get_run(run_id)
        tags, params = run.data.tags, run.data.params
        if provenance.TAG not in tags:
            raise StudyError(
                f"run {run_id} does not say what it followed from; replay it from its study's "
                "folder: gatelab replay OUT TASK/CELL#SLOT"
            )
        whole = tags.get("kind") != "study"
        keys = [key for key in run.data.metrics if whole or _is_curve(key)]
        values = {
            (key, each.step): each.value
            for key in keys
            for each in client.get_metric_history(run_id, key)
        }
    except MlflowException as error:
        raise StudyError(f"cannot read run {run_id} in MLflow: {first_line(error)}") from None
    try:
        search = f"/{tags['search']}" if "search" in tags else ""
        return Kept(
            f"{tags['task']}/{tags['variant']}{search}#{tags['slot']}", tags["task"],
            tags["variant"], int(tags["slot"]), int(params["seed"]), tags["state"],
            tags.get("reason"), tags["processor"], json.loads(tags[provenance.TAG]),
            of_points((key, value, 0, step) for (key, step), value in values.items()),
            whole,
        )  # fmt: skip
    except (KeyError, ValueError) as error:
        raise StudyError(f"run {run_id} is not complete: {first_line(error)} is missing") from None


def _is_curve(key):
    return key.startswith(CURVES)

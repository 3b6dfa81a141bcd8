"""What a study's folder says about its tasks and cells, so that no object of the study is needed.

``out/about.json`` is written by the process that runs the study, and ``out/cells/<variant>/`` by
it, too: a report can be made from the folder alone, in another process, years later.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gatelab.tasks.framework.metrics import METRICS, Metric

from ..errors import StudyError
from ..foundation.errors import first_line
from ..searching.study_json import way_out


@dataclass(frozen=True)
class TaskFacts:
    """What reports need to know of a task.

    Attributes:
        name: of the task.
        metric: the score that is compared.
        baselines: {description: score on the test split}.
        further: {description: {score: value}}, other scores of the baselines.
        has_validation: False if the task validates on its training data.
        digest: hash of the data.
        options: {name: value as text}.
        kind: of the task, such as "regression".
        notes: what was done to the data on reading them, a sentence each.
    """

    name: str
    metric: Metric
    baselines: dict[str, float] = field(default_factory=dict)
    further: dict[str, dict[str, float]] = field(default_factory=dict)
    has_validation: bool = True
    digest: str = ""
    options: dict[str, str] = field(default_factory=dict)
    kind: str = ""
    notes: Sequence[str] = ()

    @classmethod
    def from_json(cls, name, data):
        """The facts from an entry of ``about.json``; an older one has no notes."""
        known = {key: data[key] for key in _FACTS if key in data}
        return cls(name, METRICS[data["metric"]], **known)

    def to_json(self):
        """The facts as an entry of ``about.json``."""
        return {"metric": self.metric.name} | {key: getattr(self, key) for key in _FACTS}


_FACTS = ("baselines", "further", "has_validation", "digest", "options", "kind", "notes")
#: What ``about.json`` has to hold, at least.
_KINDS = {"finished": bool, "sessions": list, "tasks": dict, "variants": list, "spaces": dict}
#: Files that say what a cell is: {what: file in ``out/cells/<variant>/``}.
CELL_FILES = {
    "source": "source.py",
    "equations": "equations.txt",
    "latex": "equations.tex",
    "mathml": "equations.html",
    "diagram": "diagram.svg",
}


def entry_to_json(entry):
    """An entry of a search space as JSON keeps it apart: ranges are tuples, choices are lists."""
    return {"choices": entry} if isinstance(entry, list) else {"range": list(entry)}


def entry_from_json(data):
    """The entry of a search space from the dict of ``entry_to_json``."""
    return data["choices"] if "choices" in data else tuple(data["range"])


def read_about(out) -> dict[str, Any]:
    """The contents of a study's ``about.json``.

    Raises:
        StudyError: it is missing or damaged.
    """
    file = Path(out) / "about.json"
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        if wrong := [key for key, kind in _KINDS.items() if not isinstance(found[key], kind)]:
            raise ValueError(f"{wrong[0]} makes no sense")
        for name, data in found["tasks"].items():
            TaskFacts.from_json(name, data)
        return found
    except FileNotFoundError:
        raise StudyError(
            f"{out} holds no about.json: run the study's command again, it continues"
        ) from None
    except (OSError, ValueError, TypeError, AttributeError, LookupError, RecursionError) as error:
        missing = f"it has no {error}" if isinstance(error, KeyError) else first_line(error)
        raise StudyError(f"cannot read {file}: {missing}; {way_out(out)}") from None


def cell(out, variant):
    """{what: text} of the files in ``CELL_FILES`` that exist for a variant."""
    folder = Path(out) / "cells" / variant
    return {
        what: (folder / name).read_text(encoding="utf-8")
        for what, name in CELL_FILES.items()
        if (folder / name).exists()
    }

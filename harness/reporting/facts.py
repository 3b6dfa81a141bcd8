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


def read_json(file) -> Any:
    """The contents of a JSON file of the study.

    Raises:
        StudyError: it is missing or cannot be read.
    """
    try:
        return json.loads(Path(file).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise StudyError(
            f"{Path(file).parent} holds no {Path(file).name}: run the study's command again, it "
            "continues"
        ) from None
    except (OSError, ValueError) as error:
        raise StudyError(f"cannot read {file}: {error}") from None


def cell(out, variant):
    """{what: text} of the files in ``CELL_FILES`` that exist for a variant."""
    folder = Path(out) / "cells" / variant
    return {
        what: (folder / name).read_text(encoding="utf-8")
        for what, name in CELL_FILES.items()
        if (folder / name).exists()
    }

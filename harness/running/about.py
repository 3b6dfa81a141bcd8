"""What a study notes about itself, so that its folder can be read without its script.

about.json          how and when it was run, with which versions; its tasks and their baselines
cells/<variant>/    source, equations and diagram of each cell
"""

import inspect
import json
import platform
import textwrap
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from ..calculus import latex, mathml, text
from ..calculus.program import derive
from ..diagram import draw
from ..errors import StudyError
from ..foundation import durable, origin
from ..foundation.jsonable import plain
from ..foundation.processor import processor
from ..foundation.times import now
from ..reporting.facts import CELL_FILES, entry_to_json, read_about
from ..searching import study_json
from ..serving import kept

PACKAGES = ("gatelab", "numpy", "scipy", "numba", "optuna", "mlflow")


class About:
    """The file ``about.json`` of a study. Tasks and cells of earlier runs stay in it.

    Args:
        study: the study.
        facts: its tasks' ``reporting.facts.TaskFacts``.
    """

    def __init__(self, study, facts):
        self.file = Path(study.out) / "about.json"
        self.study, self.facts = study, facts
        self.data = {}

    def begin(self):
        """Note that the study is being run, and what it consists of."""
        study = self.study
        old = read_about(study.out) if self.file.exists() else {}
        self.data = {
            "finished": False,
            "sessions": [*old.get("sessions", []), session()],
            "tasks": old.get("tasks", {}) | {each.name: each.to_json() for each in self.facts},
            "variants": list(
                dict.fromkeys([*old.get("variants", []), *(v.name for v in study.variants)])
            ),
            "spaces": old.get("spaces", {})
            | {
                c.name: {name: entry_to_json(entry) for name, entry in c.space.items()}
                for c in study.comparisons
            },
            "data": old.get("data", {}),
            "mlflow": old.get("mlflow", {}),
            "study": study_json.read(study.out),  # a copy, in case that file is lost
        }
        self._write()
        for variant in study.variants:
            keep_cell(study.out, variant)
        for task in study.tasks:
            kept.keep(study.out, task, study.seed)

    def note(self, **more):
        """Add to the file; what has these names already is replaced."""
        if self.data:
            self.data |= more
            self._write()

    def finish(self):
        """Note that every planned run has ended, and when."""
        self.data["sessions"][-1]["ended"] = now()
        self.note(finished=True)

    def _write(self):
        try:
            durable.write(self.file, (json.dumps(plain(self.data), indent=1) + "\n").encode())
        except OSError as error:
            raise StudyError(f"cannot write to {self.file.parent}: {error.strerror}") from None


def session():
    """How a study is being run: command, time, versions, processor, commit."""
    versions = {"python": platform.python_version()} | {name: version(name) for name in PACKAGES}
    return {
        "command": origin.command(),
        "started": now(),
        "commit": origin.commit(),
        "processor": processor(),
        "versions": versions,
    }


def keep_cell(out, variant):
    """Write a cell's source, equations and diagram to the study's folder."""
    program = derive(variant())
    texts = {
        "source": source(variant),
        "equations": text.equations(program),
        "latex": latex.equations(program),
        "mathml": mathml.equations(program),
        "diagram": draw(program),
    }
    folder = Path(out) / "cells" / variant.name
    folder.mkdir(parents=True, exist_ok=True)
    for what, content in texts.items():
        if content:
            (folder / CELL_FILES[what]).write_text(content.rstrip() + "\n", encoding="utf-8")


def source(variant):
    """The source of the class that has the step; None where Python cannot find it."""
    written = next(cls for cls in variant.__mro__ if "step" in vars(cls))
    with suppress(OSError, TypeError):  # from standard input, or a notebook
        return textwrap.dedent(inspect.getsource(written))
    return None

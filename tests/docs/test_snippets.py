"""What the pages show runs: Python and commands, from a page's top to its end, in one folder.

Once its arguments have been accepted as shown, a study shrinks to its first task and a few updates.
What takes minutes even so, answers requests or needs data from elsewhere is parsed only, by
test_shown_commands.py.
"""

import inspect
import re
import shlex
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from helpers import archives
from helpers.packages import needs
from helpers.processes import ROOT
from helpers.studies import SETTINGS, TASK
from helpers.tables import table

from gatelab.__main__ import main
from gatelab.running.study import Study
from gatelab.tasks.framework.errors import MissingData

STEP = re.compile(r"^```python\n(.*?)^```|^    (gatelab .*?)$", re.M | re.S)
#: Pages that follow each other in one folder.
PAGES = ["own-cell own-claim samplers", "studies fairness", "data", "in-use", "own-task"]
ELSEWHERE = {"take-it-home"}  # test_take_home.py
NOT_RUN = re.compile(
    r"serve|odyssey|activations|shakespeare|generate|parity|my_claim|gatelab (tasks|claims) *(#|$)"
    r"|compare .*(cmaes|--seeds|my_cell|mine)|runs/long"  # other tests run these
)
SMALL = {"trials": 2, "finals": 1, "confirm": 0, "workers": 1, "page": False, "quiet": True}
ROWS = np.random.default_rng(0).random((40, 6, 2), dtype=np.float32)
ANSWERS = np.arange(40) % 2


def steps(page):
    """(Python source, "") or ("", command), in the order of the page."""
    return STEP.findall((ROOT / page).read_text("utf-8"))


def smaller(make):
    """``Study.__init__`` that takes what it is given, and then makes of it a study of moments."""

    def init(self, *given, **named):
        make(self, *given, **named)
        asked = inspect.signature(make).bind(self, *given, **named).arguments
        first = asked["tasks"][0]
        asked["tasks"] = [TASK if str(first).startswith("adding") else first]
        asked["settings"] = {**(asked.get("settings") or {}), **SETTINGS}
        asked |= {"seeds": 2} if asked.get("seeds") else {}
        make(**asked | SMALL)

    return init


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A working folder with the files that pages speak of, in which studies are small."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Study, "__init__", smaller(Study.__init__))
    table(400).to_csv("load.csv", index=False)
    table(400)[-60:].to_csv("latest.csv", index=False)
    np.savez("mine.npz", x=ROWS, y=ANSWERS, kind="classification")
    (tmp_path / "book.txt").write_text("It was a dark and stormy night. " * 300)
    cases = archives.ts(ROWS, ANSWERS, classes="01")
    archives.pair(tmp_path, ".ts", cases, cases, name="GunPoint")
    return tmp_path


@pytest.mark.in_process
@pytest.mark.parametrize("pages", PAGES)
def test_what_pages_show_runs(pages, folder):
    needs("onnx", "cmaes")
    names = {"x": ROWS, "y": ANSWERS}
    for page in pages.split():
        for source, command in steps(f"docs/{page}.md"):
            run(page, source.replace("runs/first", "runs/mine"), command, names)


def run(page, source, command, names):
    if file := re.match(r"# (\w+\.py)\n", source):
        Path(file[1]).write_text(source, encoding="utf-8")
    elif source:
        exec(compile(source, f"{page}.md", "exec"), names)
    elif not NOT_RUN.search(command):
        assert main(shlex.split(command, comments=True)[1:]) == 0, command


def test_the_readme_shows_what_the_page_of_cells_runs():
    assert {*steps("README.md")} <= {*steps("docs/own-cell.md")}


def test_no_page_with_python_is_forgotten():
    pages = (ROOT / "docs").glob("*.md")
    there = {page.stem for page in pages if "```python" in page.read_text("utf-8")}
    assert there <= {*" ".join(PAGES).split(), *ELSEWHERE}


@pytest.mark.parametrize("folder_of", ["cells", "tasks"])
def test_the_study_of_each_generated_page_can_be_made(folder_of, folder, monkeypatch):
    monkeypatch.setattr(Study, "run", lambda study: made.append(study))
    made, pages = [], sorted((ROOT / "docs" / folder_of).glob("[!R]*.md"))
    for page in pages:
        for source, _ in steps(page):
            with suppress(MissingData):
                exec(compile(source, page.name, "exec"), {})
    assert len(made) > len(pages) / 2

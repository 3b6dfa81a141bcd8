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
#: The beginning of a command that is only parsed, and why.
NOT_RUN = {
    "gatelab serve": "answers until it is stopped",
    "gatelab tasks  ": "computes the baselines of all tasks; other tests have them one by one",
    "gatelab compare --tasks adding:length=100": "much like the study above it, runs/mine",
    "gatelab compare --tasks adding --variants odyssey": "certifies four cells of the Odyssey",
    "gatelab compare --tasks adding --variants standard gru --set": "much like the one before it",
    "gatelab compare --tasks load.csv:window=48": "much like the first one of in-use.md",
    "gatelab activations": "its study takes minutes, whatever its settings",
    "gatelab claims parity": "its study is fixed, and takes minutes",
    "gatelab claims my_claim.toml": "its study is fixed, and takes minutes",
    "gatelab compare --tasks shakespeare": "its data have to be downloaded",
    "gatelab generate runs/text": "a network that was trained on these data",
}
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
            source, command = (
                re.sub("runs/(first|long)", "runs/mine", x) for x in (source, command)
            )
            run(page, source, command, names)


def run(page, source, command, names):
    if file := re.match(r"# (\w+\.py)\n", source):
        Path(file[1]).write_text(source, encoding="utf-8")
    elif source:
        exec(compile(source, f"{page}.md", "exec"), names)
    elif not command.startswith((*NOT_RUN,)):
        assert main(shlex.split(command, comments=True)[1:]) == 0, command


def test_every_command_that_is_not_run_is_shown():
    pages = " ".join(PAGES).split()
    shown = [command for page in pages for _, command in steps(f"docs/{page}.md")]
    for start in NOT_RUN:
        assert any(command.startswith(start) for command in shown), start


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

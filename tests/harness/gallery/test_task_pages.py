"""Pages of the tasks: what the tasks say now, readable on GitHub; tasks of one's own."""

import inspect
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from helpers.command import command
from PIL import Image

from gatelab import tasks
from gatelab.gallery import task_page as page
from gatelab.gallery import task_pages as pages
from gatelab.gallery.docstrings import document
from gatelab.gallery.frame import MADE
from gatelab.tasks import TaskError
from gatelab.tasks.data_files import fetching
from gatelab.tasks.data_files.files import FILES
from gatelab.tasks.framework.errors import MissingData
from gatelab.tasks.framework.registry import TASKS

main, check = command("tasks"), command("check-task")

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "docs" / "tasks"
OWN = pages.own()
each_task = pytest.mark.parametrize("name", OWN)
STALE = "stale in docs/tasks; run make docs"


def committed(name):
    return (FOLDER / name).read_text(encoding="utf-8")


@each_task
def test_the_committed_page_is_fresh(name):
    task = tasks.make(name)
    splits = task.splits(np.random.default_rng(0))
    assert committed(f"{name}.md") == page.page(task, splits, OWN), STALE


def test_the_index_is_fresh_and_there_is_a_page_and_a_picture_of_every_task():
    there = {path.name for path in FOLDER.iterdir()}
    assert there == {"README.md", *(f"{name}{end}" for name in OWN for end in (".md", ".png"))}
    assert committed("README.md") == pages.index(), STALE
    for name in OWN:
        with Image.open(FOLDER / f"{name}.png") as picture:
            assert picture.size[0] > 900
        assert (FOLDER / f"{name}.png").stat().st_size < 100_000


@each_task
def test_the_index_names_a_task_once_and_links_lead_somewhere(name):
    text = committed("README.md")
    assert text.count(f"**[{name}]({name}.md)**") == 1
    real = text.index(f"**[{name}]") > text.index("## Real data")
    assert real == bool(tasks.get(name).reads)
    for link in re.findall(
        r'\]\((?!http)([^)\s]+)\)|(?:href|src)="(.*?)"', committed(f"{name}.md")
    ):
        assert (FOLDER / "".join(link)).exists()


@each_task
def test_a_page_holds_every_word_of_the_docstring(name):
    shown = re.sub(r"\\(.)", r"\1", committed(f"{name}.md"))
    shown = re.sub(r"\[(`.*?`)\]\(\w+\.md\)", r"\1", shown).replace("`", "")
    words = set(
        re.findall(r"[\w.,;:()\[\]|+*/-]+", inspect.getdoc(tasks.get(name)).replace("`", ""))
    )
    assert {word for word in words if word.replace("::", ":") not in shown} <= {"::"}


@each_task
def test_what_a_page_tells_to_type_exists(name):
    (typed,) = re.findall(
        r"^gatelab tasks (\S+) +# with another option$", committed(f"{name}.md"), re.M
    )
    option, _, _ = typed.partition(":")[2].partition("=")
    assert tasks.make(typed).options()[option] != tasks.get(name).defaults()[option]


@each_task
def test_what_an_option_may_be_is_what_is_taken(name):
    cls = tasks.get(name)
    for option, words in cls.allowed().items():
        if found := re.search(r"at least (\d+)$", words):
            with pytest.raises(TaskError, match=rf"{option} must be a whole number of {found[0]}"):
                cls(**{option: int(found[1]) - 1})
        elif option in cls.choices:
            shown = [repr(choice) for choice in cls.choices[option]]
            assert words == ", ".join(shown)
            assert committed(f"{name}.md").count("` `".join(shown)) == 1
            for choice in cls.choices[option]:
                cls(**{option: choice})


@each_task
def test_what_a_task_says_it_reads_is_what_it_reads(name, monkeypatch):
    module, fetched, fetch = sys.modules[tasks.get(name).__module__], set(), fetching.fetch
    for place in (module, fetching):  # fetch_all calls its neighbour
        spied = lambda file: fetched.add(file) or fetch(file)
        monkeypatch.setattr(place, "fetch", spied, raising=False)
    for function in vars(module).values():
        getattr(function, "cache_clear", bool)()
    tasks.make(name).splits(np.random.default_rng(0))
    assert fetched == {*tasks.get(name).reads} - {"scikit-learn"}


def test_every_data_file_is_some_task_s():
    assert {file for name in OWN for file in tasks.get(name).reads} == {*FILES, "scikit-learn"}


def test_a_docstring_becomes_markdown():
    text = (
        "It is a_b,\nas ``gru`` or ``c_d``. ::\n\n    x  1\n       2\n\n    y  3\n\nOne row::\n\n"
        "    z *\n\none of ::\n\n    w\n\n* first,\n  and more\n* second [*]\n\nThe end."
    )
    assert document(text, ["gru"]).split("\n\n") == [
        "It is a\\_b, as [`gru`](gru.md) or `c_d`.",
        "```text\nx  1\n   2",
        "y  3\n```",
        "One row:",
        "```text\nz *\n```",
        "one of:",
        "```text\nw\n```",
        "* first, and more\n* second \\[\\*\\]",
        "The end.",
    ]


# On disk -----------------------------------------------------------------------------------------


@pytest.fixture
def lost():
    """A task whose data is nowhere."""

    @tasks.register("lost")
    class Lost(tasks.Task):
        def splits(self, rng):
            raise MissingData("data not here: put it there")

        def baselines(self, splits):
            return {}


def test_a_task_whose_data_is_not_here_keeps_its_page(monkeypatch, lost):
    monkeypatch.setattr(pages, "own", lambda: ["parity", "lost"])
    made = pages.pages()
    assert [name for name in made if made[name] is None] == ["lost.md", "lost.png"]
    assert made["parity.md"].startswith(f"{MADE} from the task's own file: edit that. -->\n\n# par")
    assert made["parity.png"].startswith(b"\x89PNG")


# A task in a file of one's own -------------------------------------------------------------------


@pytest.fixture
def mine(tmp_path, monkeypatch):
    """The README's task, as a file in the working folder."""
    monkeypatch.chdir(tmp_path)
    source = re.search(
        r"```python\n(# my_task\.py\n.*?)```", (ROOT / "README.md").read_text(), re.S
    )[1]
    (tmp_path / "my_task.py").write_text(source)
    return tmp_path / "my_task.py"


def test_the_readme_s_task_is_checked(mine, capsys):
    assert check(["my_task.py", "parity"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    first, second = said.out.strip().split("\n\n")
    assert first.startswith("my_task: holds\n    classification, inputs 1, outputs 2, metric acc")
    assert first.count("\n") == second.count("\n") == 6
    score = re.search(r"baselines: (\S+) the last number alone", first)[1]
    assert float(score) == pytest.approx(0.75, abs=0.06)  # of 500; P(guess is right) = 3/4


def test_the_readme_s_task_is_shown_and_drawn_but_no_page_of_ours(mine, capsys):
    assert main(["my_task:length=5", "--import", "my_task.py", "--figure", "a.png"]) == 0
    assert Path("a.png").stat().st_size > 1000
    assert main(["my_task"]) == 0
    assert "the last number alone" in capsys.readouterr().out
    assert "my_task" not in pages.own()


@pytest.mark.xdist_group("studies")
def test_the_readme_s_task_is_trained_on(mine):
    words = ["--import", "my_task.py", "--tasks", "my_task:length=4", "--variants", "gru",
             "--trials", "2", "--finals", "0", "--workers", "1", "--sampler", "random",
             "--out", "out", "--quiet", "--set", "updates=5", "hidden=4", "batch=8"]  # fmt: skip
    assert command("compare")(words) == 0
    assert pd.read_csv("out/trials.csv").task.tolist() == ["my_task", "my_task"]


@pytest.mark.parametrize(
    ("old", "new", "status", "complaint"),
    [
        (
            "self.length, 1)",
            "self.lenght, 1)",
            1,
            r"task my_task: my_task.py:\d+: AttributeError: 'M",
        ),
        ("np.int64", "np.int32", 1, "task my_task: train.y is int32, should be int64"),
        (
            '"my_task"',
            '"parity"',
            2,
            r"my_task.py:\d+: the name 'parity' is taken by gatelab.tasks.parity",
        ),
        ('@register("my_task")', "", 2, "my_task.py registers no task; write @register"),
        ("import numpy", "import nonpy", 2, "my_task.py:2: ModuleNotFoundError: No module"),
    ],
)
def test_what_is_wrong_with_a_file_is_one_line(mine, old, new, status, complaint, capsys):
    mine.write_text(mine.read_text().replace(old, new))
    assert check(["my_task.py"]) == status
    said = capsys.readouterr()
    assert re.match(f"error: {complaint}", said.err)
    assert said.err.count("\n") == 1
    assert said.out == ""


def test_data_that_is_not_here_fails_only_what_was_asked_for(monkeypatch, capsys, lost):
    monkeypatch.setattr(TASKS, "names", lambda: ["lost", "parity"])
    assert check([]) == 0
    said = capsys.readouterr()
    assert said.err == "lost: not checked, its data is not here\n"
    assert said.out.startswith("parity: holds\n")
    assert check(["parity", "lost"]) == 1
    assert capsys.readouterr().err == "error: task lost: data not here: put it there\n"
    assert check(["parrity"]) == 2
    assert capsys.readouterr().err.startswith("error: unknown task 'parrity'; did you mean parity?")


@pytest.mark.parametrize("module", ["tasks", "cells"])
def test_the_package_s_own_names_come_first(mine, module):
    """In a new process, in which no task was looked for before the file is read."""
    mine.write_text(mine.read_text().replace('"my_task"', '"adding"'))
    command = [sys.executable, "-m", "gatelab", module, "--import", "my_task.py"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.endswith(
        "the name 'adding' is taken by gatelab.tasks.adding.Adding; choose another\n"
    )
    assert ended.stderr.count("\n") == 1

"""Pages of tasks: fresh, complete, true."""

import inspect
import re
import sys

import numpy as np
import pytest
from helpers.processes import ROOT
from PIL import Image

from gatelab import tasks
from gatelab.gallery import task_page as page
from gatelab.gallery import task_pages as pages
from gatelab.gallery.docstrings import document
from gatelab.gallery.frame import MADE
from gatelab.tasks import TaskError
from gatelab.tasks.data_files import fetching
from gatelab.tasks.data_files.files import FILES

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


def test_a_task_whose_data_is_not_here_keeps_its_page(monkeypatch, lost):
    monkeypatch.setattr(pages, "own", lambda: ["parity", "lost"])
    made = pages.pages()
    assert [name for name in made if made[name] is None] == ["lost.md", "lost.png"]
    assert made["parity.md"].startswith(f"{MADE} from the task's own file: edit that. -->\n\n# par")
    assert made["parity.png"].startswith(b"\x89PNG")

"""Tasks by name, and their options."""

import re
import sys

import numpy as np
import pytest
from helpers.refusals import refused

from gatelab import tasks
from gatelab.tasks import Task, TaskError
from gatelab.tasks.framework.registry import TASKS


@pytest.fixture
def clean_registry(monkeypatch):
    tasks.names()
    monkeypatch.setattr(TASKS, "classes", dict(TASKS.classes))
    monkeypatch.setattr(TASKS, "_discovered", True)
    return monkeypatch


def test_names_are_sorted_and_unknown_ones_bring_close_matches():
    assert tasks.names() == sorted(tasks.names())
    assert {"adding", "digits", "embedded_reber"} <= set(tasks.names())
    with pytest.raises(TaskError, match=r"unknown task 'ading'; did you mean adding"):
        tasks.get("ading")
    with pytest.raises(TaskError, match=r"known: adding, .*embedded_reber"):
        tasks.get("zzz")


def test_a_file_in_the_package_is_found(clean_registry, tmp_path):
    (tmp_path / "dropped_in.py").write_text(
        "from gatelab.tasks import Task, register\n"
        "@register('dropped_in')\nclass DroppedIn(Task):\n    pass\n"
    )
    clean_registry.setattr(tasks, "__path__", [*tasks.__path__, str(tmp_path)])
    clean_registry.setitem(sys.modules, "gatelab.tasks.dropped_in", None)
    del sys.modules["gatelab.tasks.dropped_in"]
    TASKS._discovered = False
    assert "dropped_in" in tasks.names()
    assert tasks.get("dropped_in").name == "dropped_in"


def test_a_name_is_taken_once_but_may_be_defined_again(clean_registry):
    def define():
        @tasks.register("mine")
        class Mine(Task):
            pass

        return Mine

    define()
    again = define()
    assert tasks.get("mine") is again
    with pytest.raises(TaskError, match="the name 'mine' is taken by"):

        @tasks.register("mine")
        class Other(Task):
            pass


def test_only_tasks_with_a_proper_name_are_registered():
    with pytest.raises(TaskError, match="is not a word"):
        tasks.register("two words")
    with pytest.raises(TaskError, match="extends Task"):
        tasks.register("number")(int)


def test_make_takes_names_classes_and_instances():
    adding = tasks.get("adding")
    assert tasks.make("adding", length=7).length == 7
    ready = tasks.make(adding, length=8)
    assert tasks.make(ready) is ready
    with pytest.raises(TaskError, match="made already"):
        tasks.make(ready, length=9)
    with pytest.raises(TaskError, match="a task is a name"):
        tasks.make(3)


def test_options_are_class_attributes_with_defaults():
    task = tasks.make("adding", length=np.int64(9), patience=3)
    assert (task.length, task.patience, task.valid_sequences) == (9, 3, 1000)
    assert repr(task) == "Adding(patience=3, length=9)"
    assert tasks.get("adding").length == 50
    assert tasks.get("adding").defaults()["patience"] is None
    assert not {"kind", "inputs", "splits", "at_least"} & set(task.options())
    assert tasks.make("adding", name="adding_9").name == "adding_9"


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"lenght": 9}, "unknown option of adding 'lenght'; did you mean length?"),
        ({"kind": "regression"}, "unknown option of adding 'kind'"),
        ({"length": 0}, "length must be a whole number of at least 2, got 0"),
        ({"length": 1}, "at least 2, got 1"),
        ({"length": "50"}, "got '50'"),
        ({"length": 50.0}, "got 50.0"),
        ({"length": True}, "got True"),
        ({"length": None}, "got None"),
        ({"test_sequences": -1}, "test_sequences must be a whole number of at least 1"),
        ({"epochs": True}, "epochs must be a whole number of at least 1, got True"),
        ({"epochs": 0}, "epochs must be a whole number of at least 1"),
        ({"patience": 0}, "patience must be a whole number of at least 1"),
        ({"min_updates": -1}, "min_updates must be a whole number of at least 0"),
        ({"name": 3}, "name must be str"),
        ({"search": [("hidden", 3)]}, "search must be a dict"),
        ({"search": {"hidden": (8, 4)}}, "search entry 'hidden'"),
        ({"search": {"hidden": (0, 4, "log")}}, "search entry 'hidden'"),
        ({"search": {"hidden": []}}, "search entry 'hidden'"),
        ({"search": {"hidden": (float("nan"), 1.0)}}, "search entry 'hidden'"),
    ],
)
def test_wrong_options_are_refused_in_one_line(options, complaint):
    with refused(TaskError, re.escape(complaint)):
        tasks.make("adding", **options)


def test_search_spaces_of_every_form_are_taken():
    space = {"hidden": (8, 32), "lr": (1e-3, 1e-1, "log"), "depth": [1, 2], "beta": (0.0, 2.0)}
    assert tasks.make("adding", search=space).search == space


def test_float_text_and_choice_options(clean_registry):
    class Mine(Task):
        noise = 0.5
        flip = False
        order = "up"
        choices = {"order": ("up", "down")}  # noqa: RUF012

    assert Mine(noise=1, flip=True, order="down").options().items() >= {
        ("noise", 1.0),
        ("flip", True),
        ("order", "down"),
    }
    for option, value in [("noise", "x"), ("noise", float("nan")), ("flip", 1), ("order", "left")]:
        with pytest.raises(TaskError, match=f"{option} must be"):
            Mine(**{option: value})

"""Classes by name, seen through tasks; cells of other packages have tests of their own."""

import pytest
from helpers.packages import install
from helpers.processes import python

from gatelab import GatelabError, tasks, variants

CLOSE = '''
from gatelab.tasks import Task, register


@register("{name}")
class Outside(Task):
    """A task that another package brings."""

    kind, metric, inputs, outputs = "regression", "mse", 1, 1
'''
NAMES = (
    "from gatelab import tasks; print(*[n for n in tasks.names() if n in ('outside', 'adding')])"
)


def test_a_package_s_tasks_are_found_by_name(tmp_path):
    install(tmp_path, "others", CLOSE.format(name="outside"), "others", group="gatelab.tasks")
    ended = python("-W", "error", "-c", NAMES, PYTHONPATH=tmp_path)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "adding outside\n", "")


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        (CLOSE.format(name="adding"), "TaskError: the name 'adding' is taken by gatelab.tasks.add"),
    ],
    ids=["raises", "exits", "taken"],
)
def test_a_broken_package_is_one_warning_that_names_it(source, reason, tmp_path):
    install(tmp_path, "broken", source, "broken", group="gatelab.tasks")
    ended = python("-c", f"{NAMES}; tasks.get('adding')", PYTHONPATH=tmp_path)
    assert (ended.returncode, ended.stdout) == (0, "adding\n")
    said = f"UserWarning: package broken: its tasks are missing, importing broken failed ({reason}"
    assert ended.stderr.count(said) == ended.stderr.count("Warning: ") == 1


@pytest.mark.parametrize("registry", [variants, tasks], ids=["variants", "tasks"])
@pytest.mark.parametrize("name", ["my_own", "x" * 300, "a\0b"])
def test_a_name_whose_file_was_not_imported_is_refused_with_the_file(
    registry, name, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my_own.py").touch()
    with pytest.raises(GatelabError) as caught:
        registry.get(name)
    assert ("import that first (--import my_own.py)" in str(caught.value)) == (name == "my_own")


def test_nothing_is_imported_before_somebody_asks():
    """Neither cells nor tasks, though their language is there; asked for, all are."""
    code = (
        "import sys; from gatelab.variants import sigmoid, names; from gatelab.tasks import Task\n"
        "print('gatelab.variants.gru' in sys.modules, 'gatelab.tasks.adding' in sys.modules)\n"
        "print('gru' in names(), 'gatelab.variants.gru' in sys.modules)"
    )
    ended = python("-W", "error", "-c", code)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "False False\nTrue True\n", "")


def test_a_name_that_is_a_module_s_imports_that_module_only():
    code = (
        "import sys; from gatelab import tasks, variants\n"
        "tasks.make('digits'); variants.get('gru'); variants.get('gru_reset_after')\n"
        "print(*(f'gatelab.{n}' in sys.modules for n in ('variants.gru', 'tasks.etth1')))"
    )
    ended = python("-W", "error", "-c", code)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "True False\n", "")


def test_the_package_s_own_names_come_before_a_script_s():
    """In a new process, in which nobody has asked for a cell."""
    code = (
        "from gatelab.variants import Variant, register\n"
        "@register('gru')\nclass Mine(Variant):\n    def step(self, p, x, h):\n        return h\n"
    )
    ended = python("-c", code)
    said = "VariantError: the name 'gru' is taken by gatelab.variants.gru.GRU; choose another\n"
    assert ended.stderr.endswith(said)


def test_a_module_that_fails_is_tried_again(tmp_path, monkeypatch):
    """An interrupted search leaves no half of a registry behind."""
    package = tmp_path / "halves"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "one.py").write_text("import os; os.environ['NO_SUCH_VARIABLE_OF_OURS']")
    monkeypatch.syspath_prepend(tmp_path)
    from gatelab import GatelabError
    from gatelab.foundation.plugins import Registry

    registry = Registry("thing", "halves", GatelabError, lambda *_: None)
    for _ in range(2):
        with pytest.raises(KeyError):
            registry.names()
    monkeypatch.setenv("NO_SUCH_VARIABLE_OF_OURS", "here")
    assert registry.names() == []

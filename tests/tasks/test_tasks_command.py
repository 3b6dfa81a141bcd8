"""`gatelab tasks`: the list, one task, refusals."""

import pytest
from helpers.command import command
from helpers.drawing import rng
from helpers.processes import printed, python

from gatelab import tasks

main = command("tasks")


def test_command_line_lists_every_task_with_its_baselines(capsys):
    assert main([]) == 0
    shown = capsys.readouterr().out
    for fact in (*tasks.names(), "always 1", "x (N, 50, 2)", "accuracy", "stream, 100 updates"):
        assert fact in shown


@pytest.mark.parametrize("name", tasks.names())
def test_command_line_shows_one_task(name, capsys):
    tasks.make(name).splits(rng())  # skipped here, should its data be missing
    assert main([name]) == 0
    shown = capsys.readouterr().out
    assert tasks.get(name).__doc__.splitlines()[0] in shown
    for part in ("A sequence of the test split", "baselines", "options"):
        assert part in shown


def test_command_line_refuses_an_unknown_name_in_one_line():
    run = python("-m", "gatelab", "tasks", "ading")
    assert run.returncode == 2
    assert run.stdout == ""
    assert run.stderr.startswith("error: unknown task 'ading'; did you mean adding")
    assert run.stderr.count("\n") == 1


def test_importing_tasks_leaves_blas_unconfigured():
    # scipy and scikit-learn load BLAS; a study sets its threads first.
    code = "import sys; from gatelab import tasks; tasks.names(); "
    code += "print({'scipy', 'sklearn'} & {*sys.modules})"
    assert printed(code) == "set()\n"


def test_only_who_reads_a_table_waits_for_pandas():
    code = (
        "import sys; from gatelab import tasks; tasks.make('digits'); "
        "print('pandas' in sys.modules); tasks.from_csv; print('pandas' in sys.modules)"
    )
    assert printed(code).split() == ["False", "True"]


def test_every_name_of_the_package_is_there():
    assert all(getattr(tasks, name) for name in tasks.__all__)
    assert {*tasks.__all__} <= {*dir(tasks)}
    with pytest.raises(AttributeError, match="has no attribute 'from_exel'"):
        _ = tasks.from_exel

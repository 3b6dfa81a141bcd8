"""Tasks whose data are not here are known, and say what they want."""

import re

import pytest
from helpers.command import command

from gatelab import tasks
from gatelab.tasks import santa_fe
from gatelab.tasks.data_files import fetching
from gatelab.tasks.framework.errors import MissingData

main = command("tasks")


@pytest.fixture
def nothing_here(monkeypatch, tmp_path):
    for name in ("GATELAB_DATA", "GATELAB_CACHE"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setattr(fetching, "_installed", lambda file: [])
    santa_fe.load.cache_clear()
    yield
    santa_fe.load.cache_clear()


def test_a_task_without_its_data_is_known_and_says_what_it_wants(nothing_here, capsys):
    assert "santa_fe" in tasks.names()
    assert main(["santa_fe"]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert re.fullmatch(r"error: data not here: put santafe_laser.npy [^\n]*\n", shown.err)
    with pytest.raises(MissingData, match="task santa_fe: data not here"):
        tasks.check_task("santa_fe")


def test_the_list_of_tasks_goes_on_after_missing_data(nothing_here, monkeypatch, capsys):
    monkeypatch.setattr(
        "gatelab.describing.all_tasks.names", lambda: ["adding", "santa_fe", "temporal_order"]
    )
    assert main([]) == 0
    rows = capsys.readouterr().out
    places = [rows.index(fact) for fact in ("always 1", "data not here:", "majority class")]
    assert places == sorted(places)
    assert "gatelab tasks santa_fe" in rows

"""Folders may be called as people like; the same commands work in all of them."""

import shutil

import pytest
from helpers.damaged import numbers

from gatelab import Network
from gatelab.__main__ import main
from gatelab.searching.storage import open_storage

pytestmark = pytest.mark.starts_workers
NAMES = ["two words", "a#b", "what?", "100%", "%20", "{x}", "größe 日本"]


@pytest.mark.parametrize("name", NAMES)
def test_a_study_can_be_read_in_a_folder_of_any_name(name, sound, tmp_path, capsys):
    out = shutil.copytree(sound, tmp_path / name / "study")
    assert numbers(out) == numbers(sound)
    for command in ("status", "doctor"):
        assert main([command, str(out)]) == 0
        assert capsys.readouterr().err == ""
    assert Network.load(next((out / "weights").rglob("*.npz"))).inputs == 2
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", NAMES)
def test_a_new_database_lies_where_it_was_asked_for(name, tmp_path):
    out = tmp_path / name
    out.mkdir()
    open_storage(out).engine.dispose()
    assert (out / "optuna.db").stat().st_size
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_study_with_every_odd_character_is_reported_and_sent(sound, tmp_path, capsys):
    out = shutil.copytree(sound, tmp_path / "a b#c?d%e%20{ü}日")
    (out / "mlflow.db").unlink()
    assert main(["sync", str(out)]) == 0
    assert (out / "mlflow.db").exists()
    assert [path.name for path in tmp_path.iterdir()] == [out.name]
    capsys.readouterr()
    assert main(["doctor", str(out)]) == 0

"""A study's folder: one owner, the same settings, new tasks and cells."""

import json

import optuna
import pytest
from helpers.processes import python
from helpers.searches import make

from gatelab.errors import StudyError
from gatelab.running.folder import agree, owned
from gatelab.searching.reporter import open_storage

SETTINGS = {
    "seed": 0,
    "space": {"lr": (1e-3, 1e-2, "log")},
    "tasks": {"adding": {"length": 50}},
    "variants": {"gru": "abc"},
}


def test_a_study_made_with_other_settings_is_refused_naming_both_values(tmp_path):
    agree(tmp_path, SETTINGS)
    before = (tmp_path / "study.json").read_bytes()
    agree(tmp_path, SETTINGS)
    other = {
        **SETTINGS,
        "seed": 1,
        "epochs": 9,
        "space": {"lr": (1e-3, 3e-2, "log")},
        "tasks": {"adding": {"length": 100}, "digits": {}},
    }
    with pytest.raises(StudyError) as caught:
        agree(tmp_path, other)
    line = str(caught.value)
    assert "\n" not in line
    assert "seed was 0, now 1" in line
    assert "epochs was not there, now 9" in line
    assert 'space.lr was [0.001, 0.01, "log"], now [0.001, 0.03, "log"]' in line
    assert "tasks.adding.length was 50, now 100" in line
    assert "digits" not in line
    assert (tmp_path / "study.json").read_bytes() == before


def test_a_study_may_gain_tasks_and_variants(tmp_path):
    agree(tmp_path, SETTINGS)
    agree(tmp_path, {**SETTINGS, "tasks": {"digits": {}}, "variants": {"rnn": "def"}})
    agree(tmp_path, SETTINGS)
    kept = json.loads((tmp_path / "study.json").read_text())
    assert sorted(kept["tasks"]) == ["adding", "digits"]
    with pytest.raises(StudyError, match=r'variants.rnn was "def", now "new"'):
        agree(tmp_path, {**SETTINGS, "variants": {"rnn": "new"}})


def test_a_study_continued_on_another_kind_of_processor_says_so(tmp_path):
    assert agree(tmp_path, SETTINGS, "znver4, avx512") == []
    assert agree(tmp_path, SETTINGS, "znver4, avx512") == []
    assert agree(tmp_path, SETTINGS, "haswell, avx2") == ["znver4, avx512"]
    assert agree(tmp_path, SETTINGS, "znver4, avx512") == ["haswell, avx2"]
    kept = json.loads((tmp_path / "study.json").read_text())
    assert kept["processors"] == ["haswell, avx2", "znver4, avx512"]
    with pytest.raises(StudyError, match="seed was 0, now 1"):
        agree(tmp_path, {**SETTINGS, "seed": 1})


def test_a_folder_with_trials_of_unknown_settings_is_refused(tmp_path, storage):
    with pytest.raises(StudyError, match=r"no study\.json"):
        agree(tmp_path, SETTINGS)


def test_a_folder_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StudyError, match="cannot write"):
        agree(tmp_path / "file" / "out", SETTINGS)
    with pytest.raises(StudyError, match="cannot write"), owned(tmp_path / "file"):
        pass
    with pytest.raises(StudyError, match="cannot open the trials"):
        open_storage(tmp_path / "file")


def test_a_folder_has_one_owner(tmp_path):
    code = f"from gatelab.running.folder import owned\nwith owned({str(tmp_path)!r}): pass"
    with owned(tmp_path):
        result = python("-c", code)
    assert "another study is running" in result.stderr
    with owned(tmp_path):
        pass


def test_optuna_is_silenced_here_only(storage, capfd):
    make(storage)
    make(storage)
    assert capfd.readouterr().err == ""
    assert optuna.logging.get_verbosity() == optuna.logging.INFO

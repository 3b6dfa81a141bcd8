"""A study's folder: one owner, the same settings, new tasks and cells."""

import errno
import json
import logging
import os
import re
import stat

import optuna
import pytest
from helpers.processes import python
from helpers.searches import make

from gatelab.errors import StudyError
from gatelab.reporting.plan import Plan
from gatelab.running import ownership
from gatelab.running.folder import agree, also_on, id_of, settle
from gatelab.running.ownership import owned
from gatelab.searching.storage import open_storage, silent

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


def test_kinds_of_processors_that_trained_elsewhere_are_noted_once(tmp_path):
    agree(tmp_path, {"seed": 0}, kind="here")
    for kind in ("there", "here", "there"):
        also_on(tmp_path, kind)
    assert json.loads((tmp_path / "study.json").read_text())["processors"] == ["here", "there"]
    assert agree(tmp_path, {"seed": 0}, kind="here") == ["there"]


def test_an_id_is_made_once_and_stays_with_the_folder(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    for out in (first, second):
        with pytest.raises(StudyError, match="no id"):
            id_of(out)
        agree(out, SETTINGS)
    given = id_of(first)
    assert re.fullmatch("[0-9a-f]{32}", given)
    assert given != id_of(second)
    agree(first, {**SETTINGS, "variants": {"rnn": "def"}}, "another kind of processor")
    settle(first, Plan("gru", None, 4, 0, 0), 0)
    assert id_of(first.rename(tmp_path / "moved")) == given


def test_a_study_of_an_older_version_gets_an_id(tmp_path):
    agree(tmp_path, SETTINGS)
    file = tmp_path / "study.json"
    kept = json.loads(file.read_text())
    del kept["id"]
    file.write_text(json.dumps(kept))
    agree(tmp_path, SETTINGS)
    given = id_of(tmp_path)
    agree(tmp_path, SETTINGS)
    assert id_of(tmp_path) == given


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
    code = f"from gatelab.running.ownership import owned\nwith owned({str(tmp_path)!r}): pass"
    with owned(tmp_path):
        for _ in range(2):
            said = python("-c", code).stderr
            assert f"another study is running in {tmp_path} (process {os.getpid()} on " in said
            (tmp_path / "lock").unlink(missing_ok=True)  # people do
    assert python("-c", code).returncode == 0
    with owned(tmp_path):
        pass


def test_where_folders_cannot_be_locked_the_file_rules_others_out(tmp_path, monkeypatch):
    monkeypatch.setattr(ownership.fcntl, "flock", unlockable(stat.S_ISDIR, errno.EBADF))
    with owned(tmp_path):
        with pytest.raises(StudyError, match="another study is running"), owned(tmp_path):
            pass


@pytest.mark.parametrize("number", [errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOLCK])
def test_a_file_system_without_locks_is_named_as_such(number, tmp_path, monkeypatch):
    monkeypatch.setattr(ownership.fcntl, "flock", unlockable(lambda mode: True, number))
    for _ in range(2):
        with pytest.raises(StudyError, match=r"cannot lock files \(.+\): .*--out"), owned(tmp_path):
            pass


@pytest.mark.parametrize("name", ["lock", "owner.json"])
def test_a_folder_in_place_of_its_file_is_named(name, tmp_path):
    (tmp_path / name).mkdir()
    with pytest.raises(StudyError, match=f"{name} is a folder, .*: rename it"), owned(tmp_path):
        pass


def unlockable(which, number):
    """``flock`` on a file system that cannot lock files of some kinds."""
    flock = ownership.fcntl.flock

    def refusing(opened, how):
        if which(os.fstat(opened).st_mode):
            raise OSError(number, os.strerror(number))
        flock(opened, how)

    return refusing


@pytest.mark.parametrize(
    "text", ["", "[]", "3", '"text"', "{", "{}", '{"plans": 3}', '{"id": 3}', "\x00"]
)
def test_a_damaged_file_of_settings_is_refused_with_a_way_out(text, tmp_path):
    (tmp_path / "study.json").write_text(text)
    with pytest.raises(
        StudyError, match=r"study\.json.*gatelab doctor .* says what can be done"
    ) as caught:
        agree(tmp_path, SETTINGS)
    assert "\n" not in str(caught.value)


def test_optuna_is_silenced_here_only(storage, capfd):
    make(storage)
    make(storage)
    assert capfd.readouterr().err == ""
    assert optuna.logging.get_verbosity() == optuna.logging.INFO


def test_who_is_silent_in_another_thread_leaves_no_silence_behind():
    logger = logging.getLogger("optuna")
    before = logger.level
    one, other = silent(), silent(logging.ERROR)
    one.__enter__()
    other.__enter__()  # as if in another thread: it ends after the first
    one.__exit__(None, None, None)
    assert logger.level == logging.ERROR
    other.__exit__(None, None, None)
    assert logger.level == before

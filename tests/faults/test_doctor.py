"""``gatelab doctor``: what is damaged or missing is named, and mended from what is left."""

import json
import random
import sqlite3
from contextlib import closing

import pytest
from helpers.damaged import cut, doctor, garbled, is_logged_once, numbers, refused, study

from gatelab.__main__ import main
from gatelab.errors import StudyError
from gatelab.running import ownership
from gatelab.running.sending import sync
from gatelab.searching import reading, salvage
from gatelab.searching.storage import Trials, open_storage
from gatelab.tasks.framework.metrics import METRICS
from gatelab.tracking import tables

pytestmark = pytest.mark.starts_workers

WHOLE = "nothing is wrong"


def contents(out):
    """{file: bytes}, without those that SQLite keeps beside a database while it is open."""
    files = [path for path in out.rglob("*") if path.is_file() and ".db-" not in path.name]
    return {path: path.read_bytes() for path in files}


def best_weights(out):
    return min((out / "weights").rglob("trial-*.npz"))


def test_a_sound_study_is_left_as_it_is(out, capsys):
    before = contents(out)
    for words in ([out], [out, "--mend"]):
        status, (line,) = doctor(capsys, *words)
        assert (status, line) == (0, f"{out}: {WHOLE}")
    after = contents(out)
    assert after == before


def test_looking_changes_nothing(out, capsys):
    cut(out / "optuna.db"), cut(out / "mlflow.db"), (out / "study.json").write_text("[]")
    before = contents(out)
    status, lines = doctor(capsys, out)
    assert status == 1
    assert [line.partition(":")[0] for line in lines[:-1]] == [
        "study.json", "optuna.db", "mlflow.db"
    ]  # fmt: skip
    assert lines[-1] == f"gatelab doctor {out} --mend mends what can be mended"
    assert contents(out) == before


def test_a_folder_without_a_study_is_refused(tmp_path, capsys):
    assert "holds no study" in refused(capsys, "doctor", tmp_path)


def test_a_study_that_runs_is_not_mended(out, capsys):
    (out / "study.json").write_text("[]")
    with ownership.owned(out):
        assert "another study is running" in refused(capsys, "doctor", out, "--mend")
    assert (out / "study.json").read_text() == "[]"


# study.json and about.json ----------------------------------------------------------------------


@pytest.mark.parametrize("text", [None, "", "[]", "3", "{}", '{"seed": 0', "\x00\x01"])
def test_settings_are_made_anew_from_their_copy(text, out, capsys):
    file = out / "study.json"
    before = file.read_bytes()
    file.unlink() if text is None else file.write_text(text)
    status, (line,) = doctor(capsys, out, "--mend")
    assert status == 0
    assert "mended: made anew from the copy in about.json" in line
    assert file.read_bytes() == before
    assert text is None or (out / "study.json.aside").read_text() == text
    assert doctor(capsys, out) == (0, [f"{out}: {WHOLE}"])


@pytest.mark.parametrize("text", [None, "[]"])
def test_trials_on_a_server_are_not_missed_in_the_folder(text, out, capsys):
    """Where they are stands in the file that is gone, and in its copy."""
    about, file = json.loads((out / "about.json").read_text()), out / "study.json"
    about["study"]["storage"] = "postgresql://me@127.0.0.1:9/lab"
    (out / "about.json").write_text(json.dumps(about))
    file.unlink() if text is None else file.write_text(text)
    (out / "optuna.db").unlink()
    _, (line, *_) = doctor(capsys, out)
    assert line.startswith("study.json: ")
    assert "optuna.db" not in line


def test_without_a_copy_only_the_user_can_help(out, capsys):
    about = json.loads((out / "about.json").read_text())
    del about["study"]
    (out / "about.json").write_text(json.dumps(about))
    (out / "study.json").write_text("{}")
    for words in ([out], [out, "--mend"]):
        status, (line,) = doctor(capsys, *words)
        assert status == 1
        assert "cannot be made anew: put a copy of it back" in line
    assert (out / "study.json").read_text() == "{}"


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"tasks": 3}', "garbage"])
def test_a_damaged_page_about_the_study_is_put_aside(text, out, capsys):
    (out / "about.json").write_text(text)
    line = refused(capsys, "report", out)
    assert f"gatelab doctor {out} says what can be done" in line
    status, (line,) = doctor(capsys, out, "--mend")
    assert status == 0
    assert "the study's command makes it anew" in line or "put aside as about.json.aside" in line
    assert not (out / "about.json").exists()


def test_what_pictures_are_drawn_from_is_made_anew(out, capsys):
    """A process that is killed, or a full disk, leaves half of a file."""
    files = [*out.glob("cells/*/adding.json")]
    before = [json.loads(file.read_text()) for file in files]
    for file in files:
        cut(file)
    assert main(["report", str(out)]) == 0
    study(out).run()
    assert [json.loads(file.read_text()) for file in files] == before


def test_weights_that_are_damaged_when_the_cells_are_looked_at_name_the_way_out(out):
    cut(best_weights(out))
    for file in out.glob("cells/*/adding.json"):
        file.unlink()
    with pytest.raises(StudyError, match=r"is not a saved network.*gatelab doctor"):
        study(out).run()


# What readers say -------------------------------------------------------------------------------

READERS = ("report", "sync", "status")


@pytest.mark.parametrize("text", [None, "", "[]", "3", "{}", '{"seed": 0', "garbage"])
def test_damaged_settings_are_refused_by_every_reader(text, out, capsys):
    file = out / "study.json"
    file.unlink() if text is None else file.write_text(text)
    for reader in READERS:
        line = refused(capsys, reader, out)
        assert "study.json" in line
        assert f"gatelab doctor {out} says what can be done" in line
    with pytest.raises(StudyError, match=r"study\.json.*gatelab doctor"):
        study(out, trials=6).run()


@pytest.mark.parametrize("damage", [cut, lambda file: file.write_bytes(b"garbage" * 999),
                                    lambda file: file.write_bytes(b"")],
                         ids=["cut", "garbage", "empty"])  # fmt: skip
def test_damaged_trials_are_refused_by_every_reader(damage, out, capsys):
    damage(out / "optuna.db")
    content = (out / "optuna.db").read_bytes()
    for reader in READERS:
        line = refused(capsys, reader, out)
        assert f"gatelab doctor {out} says what can be done" in line
    assert (out / "optuna.db").read_bytes() == content


# optuna.db --------------------------------------------------------------------------------------


@pytest.mark.parametrize("damage", [lambda file: cut(file, 0.8), garbled], ids=["cut", "garbled"])
def test_what_is_left_of_the_trials_is_saved(damage, out, sound, capsys):
    damage(out / "optuna.db")
    status, (line,) = doctor(capsys, out, "--mend")
    assert status == 0
    assert "which gives the same numbers" in line
    before, left = numbers(sound), numbers(out)
    saved = sum(map(len, left.values()))
    assert f"{saved} records saved, the damaged file put aside as optuna.db.aside" in line
    assert 0 < saved < 12
    for name, records in left.items():
        assert all(record in before[name] for record in records)


def test_a_record_that_disagrees_with_its_score_is_not_saved(out, tmp_path):
    with closing(sqlite3.connect(out / "optuna.db")) as connection, connection:
        connection.execute("UPDATE trial_values SET value = value + 1 WHERE trial_id = 1")
    fresh = tmp_path / "fresh.db"
    assert salvage.salvage(out / "optuna.db", fresh, {"adding": METRICS["mse"]}) == 11


def test_nothing_in_a_damaged_file_stops_the_saving(out, tmp_path):
    whole, damaged = (out / "optuna.db").read_bytes(), tmp_path / "damaged.db"
    draws = random.Random(0)
    for _ in range(20):
        content = bytearray(whole)
        at = draws.randrange(len(content))
        content[at : at + draws.randrange(9000)] = draws.randbytes(draws.randrange(9000))
        damaged.write_bytes(content)
        found = salvage.read(damaged)
        assert all(found.records(key).keys() <= {*range(6)} for key in found.names)


def test_what_was_lost_is_trained_again_to_the_same_numbers_and_logged_once(out, sound, capsys):
    """Some trials, the weights of a best one, and a certificate, all at once."""
    weights = best_weights(out)
    whole = weights.read_bytes()
    cut(weights), cut(out / "optuna.db", 0.8)
    next((out / "certificates").rglob("certificate.txt")).unlink()
    assert doctor(capsys, out, "--mend")[0] == 1  # the certificate is left to the study's command
    study(out).run()
    assert numbers(out) == numbers(sound)
    assert weights.read_bytes() == whole
    assert doctor(capsys, out) == (0, [f"{out}: {WHOLE}"])
    sync(out)
    assert is_logged_once(out)


@pytest.mark.parametrize("then", ["nothing", "begun another"])
def test_trials_that_somebody_has_deleted_are_trained_again(then, out, sound, capsys):
    """Optuna numbers the next by the count of those before: two would have one number."""
    with closing(sqlite3.connect(out / "optuna.db")) as connection, connection:
        for table in ("trials", "trial_user_attributes", "trial_params", "trial_values"):
            connection.execute(f"DELETE FROM {table} WHERE trial_id = 2")
    if then == "begun another":
        storage = Trials(out / "optuna.db")
        storage.create_new_trial(storage.get_study_id_from_name("adding/standard"))
        storage.engine.dispose()
    with pytest.raises(StudyError, match=r"trials of adding/\w+ were deleted; gatelab doctor"):
        study(out).run()
    status, (line,) = doctor(capsys, out, "--mend")
    assert status == 0
    assert "which somebody has deleted; mended: " in line
    study(out).run()
    assert numbers(out) == numbers(sound)
    sync(out)
    assert is_logged_once(out)
    assert doctor(capsys, out) == (0, [f"{out}: {WHOLE}"])


@pytest.mark.parametrize("how", ["garbage", "another program's", "a folder"])
def test_trials_of_which_nothing_is_left_are_put_aside_in_one_go(how, out, capsys):
    file = out / "optuna.db"
    file.unlink()
    if how == "garbage":
        file.write_bytes(b"garbage" * 999)
    elif how == "a folder":
        file.mkdir()
    else:
        with closing(sqlite3.connect(file)) as connection, connection:
            connection.execute("CREATE TABLE theirs (x)")
    status, (line,) = doctor(capsys, out, "--mend")
    assert status == 0
    assert "put aside as optuna.db.aside, mlflow.db.aside, trials.csv.aside" in line
    assert not [*out.glob("*.db")]  # so that the study's command begins again
    assert doctor(capsys, out) == (0, [f"{out}: {WHOLE}"])


@pytest.mark.parametrize("how", ["deleted", "empty", "without trials"])
def test_lost_trials_are_not_trained_again_without_a_word(how, out, capsys):
    file = out / "optuna.db"
    file.unlink()
    if how == "empty":
        file.touch()
    elif how == "without trials":
        open_storage(out).engine.dispose()
    for _ in range(2):
        with pytest.raises(StudyError, match=r"mlflow\.db shows 12 that ended.*gatelab doctor"):
            study(out).run()
    status, lines = doctor(capsys, out)
    assert status == 1
    assert "put a copy of it back" in lines[0]
    assert doctor(capsys, out, "--mend")[0] == 0
    assert (out / "mlflow.db.aside").exists()
    assert not (out / "optuna.db").exists()
    assert doctor(capsys, out)[1][0].startswith("certificates/") is False


def test_a_new_cell_in_an_old_folder_is_no_loss(out):
    """It has no trials, but others have."""
    storage = open_storage(out)
    assert reading.any_ended(storage)
    storage.engine.dispose()


# mlflow.db --------------------------------------------------------------------------------------


@pytest.mark.parametrize("damage", [cut, garbled], ids=["cut", "garbled"])
def test_a_damaged_log_is_put_aside(damage, out, capsys):
    damage(out / "mlflow.db")
    status, (line,) = doctor(capsys, out, "--mend")
    assert status == 0
    assert "put aside as mlflow.db.aside" in line


def test_a_damaged_log_is_refused_by_those_who_write_and_show_it(out, capsys):
    cut(out / "mlflow.db")
    for words in (["sync", out], ["ui", out]):
        line = refused(capsys, *words)
        assert "it can be made again from the study's records: gatelab doctor" in line


def test_a_damaged_template_of_logs_is_made_anew(tmp_path, monkeypatch):
    made = []
    monkeypatch.setattr(tables, "_kept", lambda: tmp_path / "template.db")
    monkeypatch.setattr(tables, "_make", lambda file: made.append(_database(file)))
    for damage in (None, lambda file: file.write_bytes(b"garbage" * 999), cut):
        if damage:
            damage(tmp_path / "template.db")
        for _ in range(2):
            assert tables.template() == tmp_path / "template.db"
    assert len(made) == 3


def _database(file):
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("CREATE TABLE alembic_version (version_num)")


# The other files --------------------------------------------------------------------------------


@pytest.mark.parametrize("damage", [cut, lambda file: file.unlink()], ids=["cut", "deleted"])
def test_the_trial_of_lost_weights_is_opened_again(damage, out, capsys):
    file = best_weights(out)
    damage(file)
    status, (line, _) = doctor(capsys, out)
    assert status == 1
    assert line.startswith(file.relative_to(out).as_posix())
    assert doctor(capsys, out, "--mend")[0] == 0
    slot = int(file.stem.partition("-")[2])
    left = {name: [each[0] for each in records] for name, records in numbers(out).items()}
    opened = f"adding/{file.parent.name}"
    assert left.pop(opened) == [k for k in range(6) if k != slot]
    assert [*left.values()] == [[*range(6)]]


@pytest.mark.in_process
def test_the_weights_of_runs_after_the_trials_are_looked_at_too(tmp_path, capsys):
    given = {"variants": ["gru"], "trials": 2, "finals": 1}
    study(tmp_path, **given).run()
    before, (file,) = numbers(tmp_path), (tmp_path / "weights").rglob("final-*.npz")
    whole = file.read_bytes()
    cut(file)
    status, (line,) = doctor(capsys, tmp_path, "--mend")
    assert status == 0
    assert line.startswith(file.relative_to(tmp_path).as_posix())
    study(tmp_path, **given).run()
    assert numbers(tmp_path) == before
    assert file.read_bytes() == whole


def test_a_damaged_checkpoint_is_deleted(out, capsys):
    file = out / "checkpoints" / "adding" / "gru" / "trial-0001.0"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"garbage")
    status, (line, _) = doctor(capsys, out)
    assert (status, line.partition(": ")[0]) == (1, file.relative_to(out).as_posix())
    assert doctor(capsys, out, "--mend")[0] == 0
    assert not file.exists()


def test_what_a_killed_process_leaves_is_named_and_cleared_up(out, capsys):
    (out / "study.json.1234.draft").write_text("{")
    signed = {"process": 2**22 + 1, "host": ownership.platform.node(), "since": "2026-01-01"}
    (out / "owner.json").write_text(json.dumps(signed))
    _, lines = doctor(capsys, out)
    assert [line.partition(":")[0] for line in lines[:-1]] == [
        "study.json.1234.draft", "owner.json"
    ]  # fmt: skip
    assert doctor(capsys, out, "--mend")[0] == 0
    assert doctor(capsys, out) == (0, [f"{out}: {WHOLE}"])


def test_a_missing_certificate_is_named(out, capsys):
    file = next((out / "certificates").rglob("certificate.txt"))
    file.unlink()
    status, (line,) = doctor(capsys, out)
    assert status == 1
    assert "the study's command writes it at its next start" in line

"""``gatelab replay``: a recorded run, trained again from its record alone."""

import json
import math
import os
from dataclasses import replace

import pytest
from helpers.command import command
from helpers.records import make_record
from helpers.refusals import refused
from helpers.studies import toy_task

from gatelab import tasks, variants
from gatelab.errors import StudyError
from gatelab.foundation import sqlite
from gatelab.foundation.jsonable import plain
from gatelab.replaying import again, replayed, verdict
from gatelab.replaying.kept import Kept, in_folder, in_mlflow
from gatelab.replaying.values import differences, of_points
from gatelab.running.study import cell_identity
from gatelab.searching.rungs import rungs
from gatelab.tracking.runs import points
from gatelab.trials import provenance
from gatelab.trials.identity import digest
from gatelab.trials.record import versions
from gatelab.trials.trial import run_trial, splits_of

replay = command("replay")
GIVEN = {"hidden": 4, "batch": 8, "updates": 40, "epochs": 8, "zoneout": 0.2}


def kept(record, task, variant="gru", **more):
    """What a folder keeps of a record."""
    study = {
        "tasks": {
            task.name: {k: repr(v) for k, v in task.options().items()}
            | {"data": digest(splits_of(task, record.seed))}
        },
        "variants": {variant: plain(cell_identity(variants.get(variant)))},
        "settings": GIVEN,
    }
    row = provenance.of_row(study, {"spaces": {}}, task.name, variant)
    given = {
        "name": f"{task.name}/{variant}#{record.slot}", "task": task.name, "variant": variant,
        "slot": record.slot, "seed": record.seed, "state": record.state, "reason": record.reason,
        "processor": record.processor, "provenance": provenance.of_run(row, record),
        "values": of_points(points(record, 0)),
    }  # fmt: skip
    return Kept(**given | more)


@pytest.fixture(scope="module")
def toy():
    return toy_task(min_updates=0)


def trained(task, **more):
    splits = splits_of(task, 0)
    return run_trial(task, variants.get("gru"), GIVEN, 0, 2, splits, "trial", rungs, **more)


# -- from where it is recorded -----------------------------------------------------------------


@pytest.mark.starts_workers
def test_a_study_s_trial_gives_the_same_to_the_bit(done, capsys):
    out, _ = done
    assert replay([str(out), "adding/gru#1"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("adding/gru#1: the same to the bit, ")
    assert int(said.split()[6]) > 20


@pytest.mark.starts_workers
def test_a_run_in_mlflow_is_enough_for_all_kinds_of_runs(done, capsys):
    import mlflow

    out, result = done
    uri = sqlite.url(out / "mlflow.db")
    client = mlflow.MlflowClient(uri)
    (experiment,) = client.search_experiments(filter_string="name = 'adding'")
    runs = client.search_runs([experiment.experiment_id])
    recorded = {}
    for run in runs:
        found = in_mlflow(uri, run.info.run_id)
        best = result.trials[result.trials.variant == found.variant].sort_values("valid_mse")
        name = found.name if "best" in found.name else f"adding/{found.variant}#{found.slot}"
        folder = in_folder(out, name)
        assert found.provenance == plain(folder.provenance)
        if run.data.tags["kind"] == "study":
            assert found.slot == best.iloc[0].trial
            assert {key for key, _ in found.values} == {
                key for key, _ in folder.values if key.startswith(("train/", "valid/", "gap/"))
            }
        else:
            assert not differences(folder.values, found.values)
        recorded[run.data.tags["kind"], found.variant] = run.info.run_id
    assert {kind for kind, _ in recorded} == {"study", "trial", "final"}
    for kind in ("study", "final"):
        assert replay([recorded[kind, "gru"], "--tracking-uri", uri]) == 0
    assert capsys.readouterr().out.count(": the same to the bit, ") == 2


@pytest.mark.starts_workers
@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["adding/gru"], "cannot read 'adding/gru'; write it as adding/gru#3"),
        (["adding/gru#7"], "adding/gru has no record of slot 7; it has 0, 1"),
        (["adding/gro#0"], "did you mean adding/gru"),
    ],
)
def test_a_run_that_is_not_there_is_refused(done, words, reason, capsys):
    assert replay([str(done[0]), *words]) == 2
    said = capsys.readouterr().err
    assert reason in said
    assert said.count("\n") == 1


@pytest.mark.starts_workers
def test_a_run_that_mlflow_does_not_have_is_refused(done, capsys):
    assert replay([32 * "0", "--tracking-uri", sqlite.url(done[0] / "mlflow.db")]) == 2
    assert f"cannot read run {32 * '0'} in MLflow" in capsys.readouterr().err
    assert replay([32 * "0"]) == 2
    assert "or a run's id with --tracking-uri" in capsys.readouterr().err


def test_a_server_that_does_not_answer_is_asked_once(monkeypatch, capsys):
    """MLflow itself would ask seven times, for four minutes."""
    from mlflow.exceptions import MlflowException

    tries = "MLFLOW_HTTP_REQUEST_MAX_RETRIES"
    monkeypatch.setenv(tries, "7")
    monkeypatch.delenv(tries)

    def client(*_, **__):
        raise MlflowException(f"asked {os.environ.get(tries)} more times")

    monkeypatch.setattr("mlflow.MlflowClient", client)
    assert replay([32 * "0", "--tracking-uri", "http://127.0.0.1:1"]) == 2
    assert "asked 0 more times" in capsys.readouterr().err


# -- again -------------------------------------------------------------------------------------


@pytest.mark.starts_workers
def test_a_pruned_run_is_pruned_where_it_was(toy):
    record = trained(toy, report=lambda epoch, value: epoch == 6)
    assert record.state == "pruned"
    same, lines = replayed(kept(record, toy))
    assert same, lines
    assert "pruned" in lines[0]


@pytest.mark.starts_workers
def test_one_changed_number_is_found_and_so_is_what_else_differs(toy):
    record = trained(toy)
    curve = record.curves["valid/loss"]
    curve[2] = math.nextafter(curve[2], math.inf)
    old = versions() | {"numpy": "2.0.0"}
    then = kept(record, toy, processor="vax")
    then.provenance["versions"] = old
    same, lines = replayed(then)
    assert not same
    assert lines[0] == "adding/gru#2: not the same"
    assert lines[1].strip().startswith(f"valid/loss at step 3: {curve[2]!r} then, ")
    assert lines[2].strip().startswith("1 of ")
    assert f"  what differs: numpy 2.0.0 then, {versions()['numpy']} now" in lines
    assert any(line.startswith("  what differs: processor vax then, ") for line in lines)


def test_nothing_is_trained_where_it_would_be_another_run(toy, monkeypatch):
    monkeypatch.setattr(again, "run", None)
    record = make_record(slot=2, seed=0)
    options = kept(record, toy).provenance["task"] | {"margin": "1"}
    for name, value, reason in (
        ("data", "0" * 16, "the data of adding are others"),
        ("cell", {"equations": "x"}, "the equations of gru are others"),
        ("task", options, "adding: margin 1 then, none"),
    ):
        then = kept(record, toy)
        then.provenance[name] = value
        if name == "task":
            with pytest.raises(tasks.TaskError, match="margin"):
                replayed(then)
            same, lines = replayed(
                then, "adding:length=8,valid_sequences=16,test_sequences=16,min_updates=0"
            )
        else:
            same, lines = replayed(then)
        assert not same
        assert lines[0] == "adding/gru#2: not run again, it would be another run"
        assert reason in "\n".join(lines)


def test_a_task_or_a_cell_that_is_not_here_is_refused_with_a_way(toy):
    then = kept(make_record(slot=2), toy)
    with refused(StudyError, "no task mine here: give it as the study had it"):
        again.made(replace(then, task="mine"))
    with refused(variants.VariantError, "a cell of your own comes with --import"):
        again.made(replace(then, variant="mine"))
    nasty = {**then.provenance, "task": {"length": "__import__('os').system('false')"}}
    with refused(StudyError, "options of adding cannot be read"):
        again.made(replace(then, provenance=nasty))


def test_a_run_that_made_no_progress_is_not_waited_for(toy):
    then = kept(make_record("failed", reason="no progress for 9 s, 2 times"), toy)
    with refused(StudyError, "made no progress and was ended"):
        again.run(then, toy, variants.get("gru"))


# -- words -------------------------------------------------------------------------------------


def test_numbers_that_are_not_finite_are_the_same_as_themselves():
    then = {("valid/loss", 1): math.nan, ("valid/loss", 2): 1.0, ("best/test_mse", 0): 2.0}
    assert differences(then, dict(then)) == []
    now = {("valid/loss", 1): math.nan, ("valid/loss", 2): -1.0, ("best/test_mse", 0): 3.0}
    assert [each.key for each in differences(then, now)] == ["valid/loss", "best/test_mse"]
    del now["valid/loss", 2]
    assert str(differences(then, now)[0]) == "valid/loss at step 2: 1.0 then, none now"


def test_how_a_run_ended_is_compared_too(toy):
    record = make_record("failed", reason="ValueError: no")
    then = kept(record, toy)
    assert verdict.lines(then, record, then.values, [])[0]
    other = make_record("failed", reason="OSError: full")
    same, lines = verdict.lines(then, other, then.values, [])
    assert not same
    assert "it ended as failed (ValueError: no) then, as failed (OSError: full) now" in lines[1]
    assert "nothing that is recorded" in lines[-1]


def test_a_tag_that_would_be_too_long_is_left_out(toy):
    row = {"given": ["hidden"], "task": {"path": "x" * 5000}, "data": "", "cell": {}}
    assert provenance.tag(row, make_record()) == {}
    row["task"] = {}
    (text,) = provenance.tag(row, make_record(params={"hidden": 4})).values()
    assert json.loads(text)["given"] == {"hidden": 4}

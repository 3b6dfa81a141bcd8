"""A disk is full under one kind of a study's files, then there is room again: nothing is lost."""

import tempfile

import pytest
from helpers.disks import disk, fill
from helpers.ends import counts
from helpers.refusals import refused
from helpers.running import same

from gatelab.errors import MachineError, StudyError
from gatelab.reporting import page
from gatelab.reporting.ledger import Ledger
from gatelab.running.sending import sync
from gatelab.searching.search import Search
from gatelab.tracking import outbox, tables

pytestmark = pytest.mark.starts_workers


def whole(study, undisturbed):
    """Check that a study that is run again is as one that nothing has disturbed."""
    result = study.run()
    same(result.trials, undisturbed.trials)
    same(result.runs, undisturbed.runs)
    same(result.leaderboard, undisturbed.leaderboard)
    trials, runs = counts(study.out)
    assert trials["COMPLETE"] == len(result.trials) + len(result.runs)
    assert "RUNNING" not in trials | runs
    assert runs["FINISHED"] == trials["COMPLETE"] + 1


@pytest.mark.long  # tests/harness/running/test_machine.py has a stand-in
def test_under_the_weights(begun, undisturbed, tmp_path):
    with (
        disk(tmp_path / "weights", 4),
        refused(MachineError, r"adding/\w+, trial 0: .*No space left on device; that is the mach"),
    ):
        begun(tmp_path).run()
    whole(begun(tmp_path), undisturbed)


@pytest.mark.long
def test_under_the_checkpoints(begun, undisturbed, tmp_path, capsys):
    """A run is worth more than its checkpoint, so that it goes on."""
    with disk(tmp_path / "checkpoints", 4):
        result = begun(tmp_path, checkpoint_seconds=1e-3, quiet=False).run()
    same(result.trials, undisturbed.trials)
    said = capsys.readouterr().err
    assert said.count("no checkpoint can be written (") == 1
    assert "No space left on device" in said


def test_under_the_trials(begun, undisturbed, tmp_path, monkeypatch):
    """Everything but the weights of the second trial is on a disk that is full when it ends."""
    tell, told, takes = Search.tell, [], []

    def told_on_a_full_disk(search, asked, record):
        told.append(asked)
        if len(told) == 2:
            takes.append(fill(out))
        return tell(search, asked, record)

    with disk(tmp_path / "small", 16_000) as out:
        with monkeypatch.context() as patch:
            patch.setattr(Search, "tell", told_on_a_full_disk)
            with refused(MachineError, r"optuna\.db: .*full; that is the machine's fault"):
                begun(out).run()
        takes[0].unlink()
        whole(begun(out), undisturbed)


def test_before_the_first_trial(begun, tmp_path):
    with disk(tmp_path / "small", 64) as out:
        fill(out)
        with refused(StudyError, "cannot write to .*No space left on device"):
            begun(out).run()


def test_under_the_figures_of_the_page(out, tmp_path):
    with disk(out / "figures" / "report", 64) as small:
        fill(small)
        with refused(StudyError, f"cannot write the page to {out}: No space left on device"):
            page.write(Ledger.read(out))


@pytest.mark.long
def test_under_the_temporary_folder(begun, undisturbed, tmp_path, monkeypatch):
    """MLflow's models are put together there; Python itself finds another folder if it is full."""
    monkeypatch.setattr(outbox, "PAUSES", (0.05, 1.0))
    with disk(tmp_path / "small", 64) as small, monkeypatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(fill(small).parent))
        result = begun(tmp_path / "out", log_wait=1).run()
        same(result.trials, undisturbed.trials)
        assert result.unsent > 0
        patch.undo()
        assert sync(tmp_path / "out") == 0


@pytest.mark.long
def test_under_the_log(begun, undisturbed, tmp_path, monkeypatch):
    """What MLflow did not take is sent later; nothing else depends on it."""
    monkeypatch.setattr(outbox, "PAUSES", (0.05, 1.0))
    with disk(tmp_path / "small", 8_000) as small:
        tables.prepare(small / "mlflow.db")
        (tmp_path / "mlflow.db").symlink_to(small / "mlflow.db")
        takes = fill(small)
        result = begun(tmp_path, log_wait=1).run()
        same(result.trials, undisturbed.trials)
        assert result.unsent > 0
        takes.unlink()
        assert sync(tmp_path) == 0
        whole(begun(tmp_path), undisturbed)

"""What the machine does wrong is not the cell's fault: the study stops, and no slot is used up."""

import sys

import cloudpickle
import pytest
from helpers.refusals import refused
from helpers.running import runs
from helpers.studies import toy_study
from optuna.exceptions import StorageInternalError

from gatelab.errors import MachineError
from gatelab.searching.search import Search

pytestmark = [pytest.mark.in_process]
cloudpickle.register_pickle_by_value(sys.modules[__name__])


def test_weights_that_cannot_be_written_stop_the_study_and_leave_the_slot_open(
    tmp_path, monkeypatch
):
    monkeypatch.setattr("gatelab.running.conductor.SOON", 60.0)  # for MLflow, on a busy machine
    (tmp_path / "weights").write_text("in the way")
    with refused(MachineError, r"adding/standard, trial 0: .*Error: .*the machine's fault"):
        toy_study(tmp_path, trials=2).run()
    (tmp_path / "weights").unlink()
    result = toy_study(tmp_path, trials=2).run()
    assert [*result.trials.state] == ["complete"] * 2
    assert sorted(runs(tmp_path, "adding", "trial").status) == ["FINISHED", "FINISHED", "KILLED"]


def test_a_database_that_cannot_be_written_is_one_line(tmp_path, monkeypatch):
    def full(self, asked, record):
        cause = OSError("database or disk is full\n[SQL: UPDATE trials ...]")
        raise StorageInternalError("invalid data in the commit") from cause

    monkeypatch.setattr(Search, "tell", full)
    with refused(MachineError, r"optuna\.db: database or disk is full; that is the machine's"):
        toy_study(tmp_path).run()
    monkeypatch.undo()
    assert len(toy_study(tmp_path).run().trials) == 1

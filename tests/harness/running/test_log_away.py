"""The log stops taking anything, is gone, or has lost a run: the answer comes, all is sent once."""

import shutil
import sqlite3
import sys
from contextlib import closing

import cloudpickle
import pytest
from helpers.compared import USUAL
from helpers.running import runs
from helpers.studies import SET
from helpers.tracked import Refuses

from gatelab.cli.command import main
from gatelab.tracking.mlruns import MLRuns

pytestmark = [pytest.mark.in_process]
cloudpickle.register_pickle_by_value(sys.modules[__name__])


@pytest.fixture
def away(monkeypatch):
    """The log goes away when the first trial ends, unless it is told to stay."""
    stays, log = [], MLRuns.log

    def gone(self, *given):
        if not stays and not isinstance(self.client, Refuses):
            self.client = Refuses(self.client)
            self.client.down = True
        log(self, *given)

    monkeypatch.setattr(MLRuns, "log", gone)
    return stays


def test_the_answer_is_shown_what_is_missing_is_said_and_the_same_command_sends_it(
    away, tmp_path, capsys
):
    usual = [word for word in USUAL if word != "--quiet"]
    words = [
        "compare",
        *usual,
        "--trials",
        "2",
        "--set",
        *SET,
        "--out",
        str(tmp_path),
        "--log-wait",
        "0.5",
    ]
    assert main(words) == 3
    said = capsys.readouterr()
    assert "parameters" in said.out
    assert "MLflow lacks something of" in said.err
    assert f"gatelab sync {tmp_path}" in said.err
    away.append(True)
    assert main([*words, "--log-wait", "60"]) == 0
    assert "MLflow lacks" not in capsys.readouterr().err
    assert (runs(tmp_path, "adding", "trial").status == "FINISHED").all()
    assert (runs(tmp_path, "adding", "study").status == "FINISHED").all()
    with closing(sqlite3.connect(tmp_path / "mlflow.db")) as log:
        assert log.execute("SELECT count(*) FROM runs WHERE status = 'RUNNING'").fetchone() == (0,)


def test_sync_sends_everything_to_a_log_that_is_gone_and_doubles_nothing(tmp_path, capsys):
    words = ["compare", *USUAL, "--trials", "2", "--set", *SET, "--out", str(tmp_path)]
    assert main(words) == 0
    before = runs(tmp_path, "adding", "trial")
    (tmp_path / "mlflow.db").unlink()
    for _ in range(2):
        assert main(["sync", str(tmp_path)]) == 0
        assert "MLflow has everything" in capsys.readouterr().out
        sent = runs(tmp_path, "adding", "trial")
        shown = [name for name in before if name.startswith(("metrics.", "params."))]
        assert len(sent) == len(before)
        assert (sent.status == "FINISHED").all()
        key = "tags.mlflow.runName"
        assert (
            sent.sort_values(key)[shown]
            .reset_index(drop=True)
            .equals(before.sort_values(key)[shown].reset_index(drop=True))
        )


def test_the_trials_of_a_deleted_parent_are_adopted(tmp_path):
    """Somebody tidies up on MLflow's page, then the study goes on."""
    words = ["compare", *USUAL, "--set", *SET, "--out", str(tmp_path), "--trials"]
    assert main([*words, "2"]) == 0
    from mlflow import MlflowClient

    client = MlflowClient(f"sqlite:///{tmp_path}/mlflow.db")
    for parent in runs(tmp_path, "adding", "study").run_id:
        client.delete_run(parent)
    assert main([*words, "3"]) == 0
    parents = {*runs(tmp_path, "adding", "study").run_id}
    trials = runs(tmp_path, "adding", "trial")
    assert trials["tags.mlflow.runName"].is_unique
    assert {*trials["tags.mlflow.parentRunId"]} == parents


def test_sync_refuses_a_copy_that_a_server_would_take_for_its_original(tmp_path, capsys):
    words = ["compare", *USUAL, "--trials", "1", "--set", *SET, "--out", str(tmp_path / "one")]
    assert main(words) == 0
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    assert main(["sync", str(tmp_path / "two"), "--tracking-uri", "http://127.0.0.1:9"]) == 2
    assert "is a copy of" in capsys.readouterr().err

"""Studies certify their cells first."""

import sys

import cloudpickle
import numpy as np
import pytest
from helpers.certified import NUMBERS, Cell
from helpers.studies import SETTINGS, USUAL, toy_task
from oracles.own_backward import slipped

from gatelab import Study
from gatelab.certification import Certificate, certificate_of
from gatelab.certification import cache as kept
from gatelab.errors import StudyError
from gatelab.variants import Variant, exp, register, sigmoid, tanh

cloudpickle.register_pickle_by_value(sys.modules[__name__])


def study(out, cells, **more):
    return Study([toy_task()], cells, out=out, **USUAL | {"settings": SETTINGS} | more)


@pytest.mark.starts_workers
def test_a_study_refuses_a_wrong_cell_and_leaves_nothing_behind(tmp_path):
    wrong = register("wrong")(slipped("(do * new)", "(do * c)"))
    said = f"^not certified: wrong: own backward, one step .*: gradient of p_o.* {NUMBERS}"
    with pytest.raises(StudyError, match=said):
        study(tmp_path / "out", [wrong]).run()
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["lock"]


@pytest.mark.starts_workers
def test_a_study_certifies_before_its_first_trial_once_and_logs_it(tmp_path, monkeypatch):
    leak = float(np.random.default_rng().uniform(0.1, 0.2))  # a cell that nobody has certified
    mine = register("mine")(type("Mine", (Cell,), {"leak": leak}))
    assert certificate_of(mine()) is None
    study(tmp_path, [mine]).run()
    certificate = certificate_of(mine())
    assert isinstance(certificate, Certificate)
    file = tmp_path / "certificates" / "adding" / "mine" / "certificate.txt"
    assert file.read_text() == f"{certificate}\n"
    assert artifacts(tmp_path, "adding") >= {"certificate.txt"}
    # A finished study is opened again: nothing is left to do for the workers, which only start.
    submitted = []
    monkeypatch.setattr("gatelab.running.pool.Pool.submit", lambda _, job: submitted.append(job))
    study(tmp_path, [mine]).run()
    assert {*submitted} == {"ready"}
    kept.path(mine()).unlink()


def artifacts(out, task):
    """Names of what is logged with the variants' runs of a task."""
    from mlflow import MlflowClient

    client = MlflowClient(f"sqlite:///{out}/mlflow.db")
    ids = [client.get_experiment_by_name(task).experiment_id]
    runs = client.search_runs(ids, "tags.kind = 'study'")
    return {a.path for run in runs for a in client.list_artifacts(run.info.run_id)}


@pytest.mark.starts_workers
def test_a_study_warns_of_what_has_no_effect(tmp_path, capsys):
    class Idle(Cell):
        def step(self, p, x, h, c):
            gate = sigmoid(p.W_gate @ x)  # noqa: F841
            return Cell.step(self, p, x, h, c)

    study(tmp_path, [register("idle")(Idle)], quiet=False).run()
    said = [line for line in capsys.readouterr().err.splitlines() if line.startswith("warning: ")]
    assert len(said) == 1
    assert said[0].startswith("warning: idle: test_certified_studies.py:")
    assert said[0].endswith("gate is computed and never used: W_gate is not trained")


@pytest.mark.starts_workers
def test_the_certificate_is_logged_even_if_every_trial_fails(tmp_path):
    mine = register("mine")(type("Mine", (Cell,), {}))
    hopeless = {"updates": 5, "hidden": 4, "batch": 8, "lr": 1e30, "optimizer": "sgd", "clip": 0}
    board = study(tmp_path, [mine], settings=hopeless).run().leaderboard
    assert board.failed.tolist() == [1]
    assert artifacts(tmp_path, "adding") == {"certificate.txt"}


@pytest.mark.starts_workers
def test_every_structure_that_a_search_may_choose_is_certified(tmp_path):
    class Deep(Variant):
        depth = 2
        search = {"depth": [2, 3]}  # noqa: RUF012

        def step(self, p, x, h):
            for k in range(self.depth):
                h = tanh(p[f"R_{k}"] @ h + (p.W_x @ x if k == 0 else p[f"b_{k}"]))
                if k == 2:
                    h = exp(exp(h * 9))
            return h

    with pytest.raises(
        StudyError,
        match=r"not certified: deep \(depth = 3\): .*`h = exp\(exp\(h \* 9\)\)`: exp\(.* is inf in",
    ):
        study(tmp_path, [register("deep")(Deep)]).run()

"""What a study leaves in MLflow."""

import sys

import cloudpickle
import numpy as np
import pytest
from helpers.running import runs

from gatelab import Network

pytestmark = [pytest.mark.starts_workers]
cloudpickle.register_pickle_by_value(sys.modules[__name__])


def client(out):
    from mlflow import MlflowClient

    return MlflowClient(f"sqlite:///{out}/mlflow.db")


def test_mlflow_holds_what_the_study_promised(first):
    out, result = first
    for task, metric in (("adding", "mse"), ("embedded_reber", "legal")):
        parents, children = runs(out, task, "study"), runs(out, task, "trial")
        assert sorted(parents["tags.mlflow.runName"]) == ["gru", "standard"]
        assert parents["tags.mlflow.runColor"].nunique() == 2
        assert set(children["tags.mlflow.parentRunId"]) == set(parents.run_id)
        assert len(children) == 6
        for frame in (parents, children):
            assert (frame.status == "FINISHED").all()
            assert (frame["tags.task"] == task).all()
            assert (frame["tags.state"] == "complete").all()
            assert (frame["params.variant"] == frame["tags.variant"]).all()
            for column in ("tags.study", "tags.optuna.trial", "tags.mlflow.source.git.commit",
                           "params.lr", "params.hidden", "params.seed", "metrics.cost/parameters",
                           "metrics.cost/seconds_per_epoch", f"metrics.best/test_{metric}",
                           "metrics.cost/milliseconds_per_sequence"):  # fmt: skip
                assert frame[column].notna().all(), column
        board = result.leaderboard.query("task == @task").set_index("variant")
        for _, parent in parents.iterrows():
            row = board.loc[parent["tags.variant"]]
            assert parent[f"metrics.best/test_{metric}_mean"] == row.test_mean
            assert parent[f"metrics.best/valid_{metric}"] == row.valid
            curve = client(out).get_metric_history(parent.run_id, "valid/loss")
            assert sorted(m.step for m in curve) == list(range(1, 31))
            norms = client(out).get_metric_history(parent.run_id, "train/gradient_norm")
            assert len(norms) == 30


def test_the_artifacts_of_a_parent_hold_figures_and_weights_that_predict(first):
    out, _ = first
    for _, parent in runs(out, "adding", "study").iterrows():
        found = {a.path for a in client(out).list_artifacts(parent.run_id)}
        assert {name.partition("-")[0] for name in found} == {
            "certificate.txt",
            "curves",
            "gates",
            "trial",
        }
        (weights,) = (name for name in found if name.endswith(".npz"))
        path = client(out).download_artifacts(parent.run_id, weights, str(out))
        predicted = Network.load(path).predict(np.zeros((2, 8, 2), np.float32))
        assert predicted.shape == (2, 1)
        assert np.isfinite(predicted).all()

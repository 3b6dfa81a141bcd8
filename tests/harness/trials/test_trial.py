"""A whole trial: its record, its weights, its kernels, its scores of training batches."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from helpers.training import Scripted

from gatelab import tasks, variants
from gatelab.networks.losses import LOSSES, PER_STEP
from gatelab.tasks.framework.batches import Batch, Splits, Stream
from gatelab.tasks.framework.metrics import METRICS, Metric
from gatelab.trials.optimizers import OPTIMIZERS, WITH_MOMENTUM
from gatelab.trials.record import Record
from gatelab.trials.settings import complete
from gatelab.trials.training import Budget, train
from gatelab.trials.trial import run_trial, splits_of


def trial(given, task=None, slot=0, **more):
    task = task or tasks.make("adding", length=8, valid_sequences=16, test_sequences=16)
    given = {"updates": 30, "hidden": 4, "batch": 8, **given}
    return run_trial(task, variants.get("gru"), given, 0, slot, splits_of(task, 0), **more)


def test_a_record_is_plain_repeatable_and_complete(tmp_path):
    record = trial({}, weights=tmp_path / "new" / "w.npz")
    assert record.state == "complete"
    assert list(record.epochs) == list(range(1, 31))
    assert all(len(curve) == 30 for curve in record.curves.values())
    assert {*record.curves} == {
        f"{part}/{name}" for part in ("train", "valid", "gap") for name in ("loss", "mse")
    } | {"train/gradient_norm", "train/lr"}
    assert record.best["test/mse"] > 0
    assert Record.from_json(json.loads(json.dumps(record.to_json()))) == record
    again = trial({})
    assert (again.curves, again.best) == (record.curves, record.best)
    assert trial({}, slot=1).curves != record.curves
    assert trial({}, part="final").curves != record.curves


def test_test_is_measured_at_the_best_weights(tmp_path):
    from gatelab import Network

    record = trial({"optimizer": "sgd", "lr": 0.5}, weights=tmp_path / "w.npz")
    task = tasks.make("adding", length=8, valid_sequences=16, test_sequences=16)
    splits, loaded = splits_of(task, 0), Network.load(tmp_path / "w.npz")
    assert loaded.evaluate(splits.test, METRICS["mse"])[1] == record.best["test/mse"]
    assert loaded.evaluate(splits.valid, METRICS["mse"])[1] == record.best["valid/mse"]
    assert record.best["valid/mse"] == min(record.curves["valid/mse"])


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_trial_that_diverges_has_failed_quietly(optimizer):
    """Warnings are errors here: nothing is said on the screen of a study."""
    lr = 1e6 if optimizer in WITH_MOMENTUM else 1e30
    record = trial({"optimizer": optimizer, "lr": lr, "clip": 0})
    assert record.state == "failed"
    assert record.reason.startswith("diverged at update")
    assert len(record.epochs) == len(record.curves.get("valid/loss", []))


def test_dropout_schedules_and_forget_bias_change_a_trial():
    assert variants.get("standard").forget
    base = trial({}).curves["train/loss"]
    for given in ({"input_dropout": 0.3}, {"output_dropout": 0.3}, {"schedule": "cosine"},
                  {"clip": 0.01}, {"optimizer": "rmsprop"}):  # fmt: skip
        assert trial(given).curves["train/loss"] != base


FRESH = """
import hashlib
from gatelab import tasks, variants
from gatelab.trials.trial import run_trial, splits_of
task = tasks.make("adding", length=9, valid_sequences=19, test_sequences=19)
for name in ("peephole", "gru"):
    record = run_trial(task, variants.get(name), {"updates": 20, "hidden": 13, "batch": 19}, 0, 1,
                       splits_of(task, 0))
    print(name, hashlib.sha256(repr(record.curves).encode()).hexdigest()[:16])
"""


def test_a_kernel_just_compiled_computes_what_the_cached_one_does(tmp_path):
    """To the bit: one worker compiles, the next one loads, and both train trials of one study."""
    environment = {**os.environ, "GATELAB_CACHE": str(tmp_path)}
    said = [
        subprocess.run([sys.executable, "-c", FRESH], env=environment, text=True, check=True,
                       stdout=subprocess.PIPE).stdout
        for _ in range(2)
    ]  # fmt: skip
    assert list(tmp_path.rglob("*.nbc"))
    assert said[0] == said[1]


def test_there_is_no_gap_where_nothing_is_held_out():
    for validation, gap in (("fifth", True), ("none", False)):
        task = tasks.make("digits", order="rows", validation=validation)
        given = {"updates": 2, "hidden": 4}
        record = run_trial(task, variants.get("rnn"), given, 0, 0, splits_of(task, 0))
        assert any(name.startswith("gap") for name in record.curves) == gap
        assert any(name.startswith("gap") for name in record.best) == gap


# Scores of training batches ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind"),
    [(m.name, kind) for m in METRICS.values() if m.of_loss for kind in m.kinds],
)
def test_what_a_loss_says_already_is_the_score(name, kind):
    rng, metric = np.random.default_rng(0), METRICS[name]
    lengths = np.array([4, 2, 3])
    outputs = rng.standard_normal((3, 4, 2) if kind in PER_STEP else (3, 2))
    y = {
        "regression": outputs + 0.5,
        "series": np.where(rng.random(outputs.shape) < 0.3, np.nan, 1.0),
        "classification": np.array([0, 1, 1]),
        "labelling": rng.integers(-1, 2, (3, 4)),
        "multilabel": rng.integers(0, 2, (3, 4, 2)).astype(float),
    }[kind]
    loss = LOSSES[kind](outputs, y, lengths if kind in PER_STEP else None)[0]
    score = metric.score(outputs, y, lengths if kind in PER_STEP else None)
    assert metric.of_loss(loss) == pytest.approx(score, rel=1e-12)


def test_a_metric_that_takes_its_time_is_asked_now_and_then():
    asked = []

    def score(outputs, y, lengths):
        asked.append(len(asked))
        return 2.0 * len(asked)

    data = Splits(Stream(lambda rng, n: Batch(np.zeros((n, 1, 1)), np.zeros(n))), None, None)
    settings = complete({"optimizer": "sgd", "momentum": 0, "lr": 1})
    metric = Metric("slow", "minimize", score, every=4)
    streams = dict.fromkeys(("data", "dropout"), np.random.default_rng(0))
    script = Scripted([3.0, 2.0])
    course = train(script, data, settings, metric, Budget((6, 12)), streams)
    assert len(asked) == 4  # at the first and fifth update of each epoch
    assert course.curves["train/slow"] == [3.0, 7.0]

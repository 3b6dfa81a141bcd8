"""Training: optimizers, clipping, schedules, the budget, stopping, divergence, one whole trial."""

import json
import math
import os
import subprocess
import sys

import numpy as np
import pytest

from gatelab import tasks, variants
from gatelab.networks.losses import LOSSES, PER_STEP
from gatelab.networks.network import BatchGradient
from gatelab.searching.reporter import rungs
from gatelab.tasks.framework.batches import Batch, Splits, Stream
from gatelab.tasks.framework.metrics import METRICS, Metric
from gatelab.trials.descent import Diverged
from gatelab.trials.optimizers import OPTIMIZERS, SCHEDULES, clipped
from gatelab.trials.record import Record
from gatelab.trials.settings import complete
from gatelab.trials.training import Budget, Pruned, budget, train
from gatelab.trials.trial import run_trial, splits_of

# Optimizers --------------------------------------------------------------------------------------


def torch_twin(name, theta):
    torch = pytest.importorskip("torch", reason="torch is the oracle of the optimizers")
    weights = torch.nn.Parameter(torch.tensor(theta, dtype=torch.float64))
    make = {
        "adam": lambda: torch.optim.Adam([weights], lr=0.1),
        "adamw": lambda: torch.optim.AdamW([weights], lr=0.1, weight_decay=0),
        "sgd": lambda: torch.optim.SGD([weights], lr=0.1, momentum=0.7),
        "nesterov": lambda: torch.optim.SGD([weights], lr=0.1, momentum=0.7, nesterov=True),
        "rmsprop": lambda: torch.optim.RMSprop([weights], lr=0.1, alpha=0.9),
    }
    return torch, weights, make[name]()


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("scale", [1.0, 1e-7], ids=["usual", "eps matters"])
def test_an_optimizer_moves_as_torch_does(name, scale):
    rng = np.random.default_rng(0)
    theta = rng.standard_normal(7)
    torch, weights, theirs = torch_twin(name, theta)
    ours, start = OPTIMIZERS[name](theta, 0.7), theta.copy()
    for _ in range(20):
        gradient = scale * rng.standard_normal(7)
        ours.step(theta, gradient, 0.1)
        weights.grad = torch.tensor(gradient)
        theirs.step()
    moved = weights.detach().numpy() - start
    np.testing.assert_allclose(theta - start, moved, rtol=1e-6, atol=1e-6 * np.abs(moved).max())


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_stays_in_single_precision(name):
    theta = np.ones(3, np.float32)
    optimizer = OPTIMIZERS[name](theta, 0.9)
    optimizer.step(theta, np.ones(3, np.float32), np.float32(0.1))
    kept = [value for value in vars(optimizer).values() if isinstance(value, np.ndarray)]
    assert all(value.dtype == np.float32 for value in [theta, *kept])
    assert (theta < 1).all()


def test_clipping_is_by_the_norm_of_all_and_reports_the_norm_before():
    gradient = np.array([3.0, 4.0], np.float32)
    kept, norm = clipped(gradient, 1.0)
    assert norm == 5
    np.testing.assert_allclose(kept, [0.6, 0.8], rtol=1e-6)
    assert kept.dtype == np.float32
    for limit in (None, 5.0, 6.0):
        assert clipped(gradient, limit)[0] is gradient
    huge, norm = clipped(np.full(4, 1e30, np.float32), 2.0)  # squares that float32 cannot hold
    assert norm == pytest.approx(2e30)
    np.testing.assert_allclose(huge, 1.0, rtol=1e-6)


def test_schedules_go_from_one_to_zero_or_stay():
    ends = {name: (factor(0.0), factor(0.5), factor(1.0)) for name, factor in SCHEDULES.items()}
    assert ends["constant"] == (1, 1, 1)
    assert ends["linear"] == (1, 0.5, 0)
    assert ends["cosine"] == pytest.approx((1, 0.5, 0))
    assert SCHEDULES["cosine"](0.25) == pytest.approx(0.5 + math.sqrt(0.125))


# The budget ---------------------------------------------------------------------------------------


def plan(task, rungs=rungs, **settings):
    return budget(task, splits_of(task, 0).train, complete(settings), rungs)


def test_a_budget_is_epochs_of_the_task_or_a_number_of_updates():
    stream = tasks.make("adding", length=4, epochs=5, min_updates=300)
    assert plan(stream).ends == (100, 200, 300, 400, 500)
    assert plan(stream, epochs=2).ends == (100, 200)
    assert plan(stream, updates=33).ends == (6, 13, 19, 26, 33)
    assert plan(stream, updates=3).ends == (1, 2, 3)
    rows = tasks.from_arrays(
        np.random.default_rng(0).standard_normal((50, 3, 1)), np.arange(50) % 2
    )
    assert plan(rows, batch=8, epochs=2).ends == (4, 8)  # 30 training sequences
    assert plan(rows, batch=8, updates=9).ends == (4, 8, 9)


def test_a_task_may_forbid_stopping_and_pruning_never_comes_early():
    task = tasks.make("adding", length=4, epochs=20, min_updates=1500)
    assert plan(task, patience=3).patience is None
    assert plan(task).rungs == tuple(range(15, 20))  # not before min_updates
    assert plan(tasks.make("adding", epochs=20, min_updates=0)).rungs[0] == 10
    digits = tasks.make("digits", patience=7)
    assert (plan(digits).patience, plan(digits, patience=3).patience) == (7, 3)


# The loop, on a network that follows a script ----------------------------------------------------


class Scripted:
    """Validation losses as given; a gradient of -1, so that theta counts updates."""

    def __init__(self, losses, scores=None, broken=None):
        self.theta, self.broken = np.zeros(1), broken
        self.script = iter(zip(losses, scores or losses, strict=True))

    def gradient(self, batch, rng, state=None):
        loss = math.nan if self.theta[0] == self.broken else 1.0
        return BatchGradient(loss, None, -np.ones(1), None)

    def evaluate(self, batch, metric):
        return next(self.script)


def follow(network, patience=None, min_updates=0, report=None, at=(), metric="minimize",
           score=lambda *_: 0.0):  # fmt: skip
    rng = np.random.default_rng(0)
    data = Splits(Stream(lambda rng, n: Batch(np.zeros((n, 1, 1)), np.zeros(n))), None, None)
    settings = complete({"optimizer": "sgd", "momentum": 0, "lr": 1, "schedule": "constant"})
    spent = Budget((2, 4, 6, 8, 10), patience, min_updates, at)
    score = Metric("score", metric, score)
    streams = {"data": rng, "dropout": rng}
    return train(network, data, settings, score, spent, streams, report)


def test_the_weights_that_were_best_on_validation_are_kept():
    network = Scripted([5, 3, 4, 3, 9])
    course = follow(network)
    assert course.epoch == 2  # the first of equals
    assert network.theta[0] == 4
    assert course.curves["valid/loss"] == [5, 3, 4, 3, 9]
    assert course.curves["train/gradient_norm"] == [1] * 5
    assert len(course.seconds) == 5


def test_at_the_same_score_the_lower_loss_is_better():
    assert follow(Scripted([5, 4, 3, 6, 7], [1] * 5), metric="maximize").epoch == 3
    assert follow(Scripted([5, 4, 3, 6, 7], [0, 2, 1, 0, 2]), metric="maximize").epoch == 2


def test_training_stops_after_patience_but_not_before_its_least_updates():
    losses = [3, 2, 2, 2, 1]
    assert len(follow(Scripted(losses), patience=2).seconds) == 4
    assert len(follow(Scripted(losses), patience=3).seconds) == 5
    assert len(follow(Scripted(losses), patience=1, min_updates=8).seconds) == 4
    assert len(follow(Scripted(losses), patience=None).seconds) == 5


def test_the_search_is_asked_at_the_rungs_and_may_give_up():
    asked = []
    report = lambda epoch, score: asked.append((epoch, score)) or epoch == 4
    network = Scripted([5, 4, 1, 2, 0])
    with pytest.raises(Pruned, match="after epoch 4 of 5") as given_up:
        follow(network, report=report, at=(2, 4))
    assert asked == [(2, 4), (4, 2)]
    assert given_up.value.course.epoch == 3
    assert network.theta[0] == 6


def test_divergence_ends_training_with_what_there_was():
    network = Scripted([3, 2, 1, 0, 0], broken=5)  # within the third epoch
    with pytest.raises(Diverged, match="update 6") as diverged:
        follow(network)
    assert diverged.value.course.curves["valid/loss"] == [3, 2]
    assert network.theta[0] == 4


def test_batches_that_have_no_score_are_left_out_and_are_no_divergence():
    """One class only, or no target at all: chance may draw them from sound data."""
    scores = iter([1, 3, math.nan, 5, math.nan, math.nan, 2, 2, 4, math.nan])
    curves = follow(Scripted([5, 4, 3, 2, 1]), score=lambda *_: next(scores)).curves
    np.testing.assert_array_equal(curves["train/score"], [2, 5, math.nan, 2, 4])
    assert curves["train/loss"] == [1] * 5


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_validation_loss_that_is_no_number_is_divergence(bad):
    """The last update may be the one that spoils the weights; accuracy would then read 0.0."""
    with pytest.raises(Diverged) as diverged:
        follow(Scripted([3, 2, 1, 2, bad], [0.1, 0.2, 0.3, 0.2, 0.0]), metric="maximize")
    assert diverged.value.course.epoch == 3


# A whole trial -----------------------------------------------------------------------------------


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
    lr = 1e6 if optimizer in ("sgd", "nesterov") else 1e30
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

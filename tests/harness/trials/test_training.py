"""The training loop, on a network that follows a script: budgets, patience, rungs, divergence."""

import math

import numpy as np
import pytest
from helpers.training import Scripted

from gatelab import tasks
from gatelab.searching.rungs import rungs
from gatelab.tasks.framework.batches import Batch, Splits, Stream
from gatelab.tasks.framework.metrics import Metric
from gatelab.trials.descent import Diverged
from gatelab.trials.settings import complete
from gatelab.trials.training import Budget, Pruned, budget, train
from gatelab.trials.trial import splits_of


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

"""Importance: functions whose shares are known, scales of the search, failures, refusals."""

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import RandomForestRegressor
from sklearn.tree import DecisionTreeRegressor

from gatelab.errors import StudyError
from gatelab.statistics import axes
from gatelab.statistics.forest import boxes, marginal, variance
from gatelab.statistics.importance import dissect, importance
from gatelab.trials.space import draw

SPACE = {
    "lr": (1e-4, 1e-1, "log"),
    "hidden": (16, 64, "log"),
    "batch": [16, 32, 64],
    "optimizer": ["adam", "sgd"],
    "noise": (0.0, 2.0),
}


def _params(n, seed=0, space=SPACE):
    return pd.DataFrame([{k: draw(e, seed, i, k) for k, e in space.items()} for i in range(n)])


def _share(found, name):
    return found.main.set_index("name").share[name]


def _truth(params):
    """Log loss: on its scale the learning rate has 93% of the variance, the noise 7%."""
    u = np.log(params.lr / 1e-4) / np.log(1e3)
    return 4 * (u - 0.5) ** 2 + 0.29 * params.noise / 2


def test_the_learning_rate_is_weighed_on_the_scale_of_its_search():
    # Variances: 16/180 and .29^2/12, in shares .927 and .073.
    shares = {"lr": 16 / 180, "noise": 0.29**2 / 12}
    total = sum(shares.values())
    params = _params(200)
    found = importance(params, SPACE, _truth(params), scale="plain", resamples=4)
    # A forest shrinks what matters less.
    assert _share(found, "lr") == pytest.approx(shares["lr"] / total, abs=0.04)
    assert _share(found, "noise") == pytest.approx(shares["noise"] / total, abs=0.04)
    assert found.main.name[:2].to_list() == ["lr", "noise"]
    assert found.main.share[2:].max() < 0.01
    assert found.pairs.share.abs().max() < 0.03
    assert found.explained > 0.9


def test_a_search_on_a_linear_scale_is_another_question():
    """Learning rates below .01 are two thirds of a logarithmic axis, a tenth of a linear one."""
    params = _params(200)
    slow = 1.0 * (params.lr < 1e-2) + 0.6 * params.noise
    found = [
        importance(params, {**SPACE, "lr": entry}, slow, scale="plain", trees=40, resamples=2)
        for entry in [(1e-4, 1e-1, "log"), (1e-4, 1e-1)]
    ]
    of_noise = 1.2**2 / 12
    for each, below in zip(found, (2 / 3, 9.9 / 99.9), strict=True):
        of_lr = below * (1 - below)
        assert _share(each, "lr") == pytest.approx(of_lr / (of_lr + of_noise), abs=0.09)


def test_a_pair_that_matters_together_only():
    params = _params(300, seed=3)
    both = (params.optimizer == "sgd") ^ (params.noise > 1)
    found = importance(params, SPACE, both.astype(float), scale="plain", trees=40, resamples=4)
    assert tuple(found.pairs.iloc[0][["first", "second"]]) == ("optimizer", "noise")
    assert found.pairs.share[0] > 0.7
    assert found.pairs.low[0] > 0.5
    assert found.main.share.max() < 0.1


def test_marginals_are_on_the_values_of_the_search():
    params = _params(200)
    found = importance(params, SPACE, _truth(params), scale="plain", trees=40, resamples=3)
    lr = found.marginals["lr"]
    assert [*lr] == ["value", "score", "low", "high"]
    np.testing.assert_allclose(np.diff(np.log(lr.value)), np.log(1e3) / 32)
    assert np.log10(lr.value[lr.score.idxmin()]) == pytest.approx(-2.5, abs=0.3)
    assert ((lr.low <= lr.score) & (lr.score <= lr.high)).all()
    assert found.marginals["batch"].value.to_list() == [16, 32, 64]
    assert found.marginals["optimizer"].value.to_list() == ["adam", "sgd"]
    assert found.marginals["hidden"].value.between(16, 64).all()


def test_a_tree_is_taken_apart_without_sampling():
    """Against the tree's own predictions on the whole grid."""
    rng = np.random.default_rng(0)
    x, y = rng.random((60, 3)), rng.normal(size=60)
    forest = RandomForestRegressor(3, random_state=0).fit(x, y)
    grids = [axes.grid((0.0, 1.0), 16)] * 3
    cube = np.stack(np.meshgrid(*grids, indexing="ij"), axis=-1)
    said = forest.predict(cube.reshape(-1, 3)).reshape(16, 16, 16)
    leaves = boxes(forest, grids)
    for axis in range(3):
        rest = tuple({0, 1, 2} - {axis})
        np.testing.assert_allclose(marginal(leaves, axis), said.mean(axis=rest), atol=1e-12)
    np.testing.assert_allclose(marginal(leaves, 0, 2), said.mean(axis=1), atol=1e-12)
    assert variance(forest, grids) == pytest.approx(said.var(), rel=0.02)


def test_shares_of_an_additive_tree_add_up():
    x = np.array([[a, b] for a in (0.2, 0.7) for b in (0.2, 0.7)])
    y = 3 * (x[:, 0] > 0.5) + 1.0 * (x[:, 1] > 0.5)
    forest = RandomForestRegressor(1, bootstrap=False, random_state=0).fit(x, y)
    assert isinstance(forest.estimators_[0], DecisionTreeRegressor)
    grids = [axes.grid((0.0, 1.0), 40)] * 2  # the tree splits at .45
    shares, _ = dissect(forest, grids)
    np.testing.assert_allclose(shares, [0.9, 0.1, 0.0], atol=0.01)


def test_failed_trials_are_the_worst_rank_or_left_out():
    params = _params(80)
    scores = np.exp(_truth(params)).mask(params.lr > 0.03)
    failed = int((params.lr > 0.03).sum())
    ranked = importance(params, SPACE, scores, trees=40, resamples=2)
    assert (ranked.draws, ranked.left_out) == (80, 0)
    lr = ranked.marginals["lr"]
    assert lr.score.iloc[-1] == pytest.approx(80 - (failed - 1) / 2, abs=5)
    left = importance(params, SPACE, scores, scale="log", trees=40, resamples=2)
    assert (left.draws, left.left_out) == (80 - failed, failed)


def test_maximizing_is_minimizing_the_negative():
    params = _params(40)
    down = importance(params, SPACE, _truth(params), trees=40, resamples=2)
    up = importance(params, SPACE, -_truth(params), "maximize", trees=40, resamples=2)
    pd.testing.assert_frame_equal(down.main, up.main)


def test_the_same_seed_gives_the_same_shares():
    params = _params(40)
    one, other = (importance(params, SPACE, _truth(params), trees=40, resamples=3) for _ in "ab")
    pd.testing.assert_frame_equal(one.main, other.main)
    pd.testing.assert_frame_equal(one.pairs, other.pairs)


def test_the_cell_can_be_a_hyperparameter():
    space = {**SPACE, "cell": ["gru", "lstm"]}
    params = _params(120, space=space)
    found = importance(
        params, space, 1.0 * (params.cell == "gru"), scale="plain", trees=40, resamples=2
    )
    assert found.main.name[0] == "cell"
    assert found.main.share[0] == pytest.approx(1, abs=0.02)


FEW = np.where(np.arange(40) < 5, np.arange(1, 41), np.nan)


@pytest.mark.parametrize(
    ("scores", "scale"),
    [
        (np.ones(40), "rank"),
        (np.full(40, np.nan), "rank"),
        (np.full(40, np.nan), "log"),
        (FEW, "log"),
    ],
)
def test_nothing_to_explain_gives_nan(scores, scale):
    found = importance(_params(40), SPACE, scores, scale=scale)
    assert found.main.share.isna().all()
    assert found.main.low.isna().all()
    assert np.isnan(found.explained)
    assert [*found.main] == ["name", "share", "low", "high"]
    assert len(found.pairs) == 10
    assert [*found.marginals] == [*SPACE]


def test_one_hyperparameter_has_no_pairs():
    params = _params(40, space={"lr": SPACE["lr"]})
    found = importance(params, {"lr": SPACE["lr"]}, params.lr, trees=40, resamples=2)
    assert found.main.share[0] == pytest.approx(1, abs=0.02)
    assert len(found.pairs) == 0


@pytest.mark.parametrize(
    "entry", [(16, 64), (16, 64, "log"), (0.1, 3.0), (1e-3, 1.0, "log"), (2, 2)]
)
def test_positions_are_equally_probable(entry):
    values = [draw(entry, 0, i, "x") for i in range(400)]
    places = axes.position(values, entry, "x")
    assert places.min() >= 0
    assert places.max() <= 1
    if entry != (2, 2):
        assert np.mean(places) == pytest.approx(0.5, abs=0.06)
        back = axes.value_at(places, entry)
        np.testing.assert_allclose(back, values, rtol=1e-9)


def test_what_the_search_cannot_have_drawn_is_refused():
    params = _params(20)
    with pytest.raises(
        StudyError, match=r"noise = 9.0 does not come from the search space \(0.0, 2"
    ):
        importance(params.assign(noise=9.0), SPACE, _truth(params))
    with pytest.raises(StudyError, match="optimizer = 'rmsprop' does not come"):
        importance(params.assign(optimizer="rmsprop"), SPACE, _truth(params))
    with pytest.raises(StudyError, match="unknown hyperparameter 'batch'"):
        importance(params.drop(columns="batch"), SPACE, _truth(params))
    with pytest.raises(StudyError, match="unknown scale 'ranks'; did you mean rank"):
        importance(params, SPACE, _truth(params), scale="ranks")
    with pytest.raises(StudyError, match="'log' needs scores above zero"):
        importance(params, SPACE, -_truth(params), scale="log")
    with pytest.raises(StudyError, match="20 draws and 3 scores"):
        importance(params, SPACE, [1.0, 2.0, 3.0])

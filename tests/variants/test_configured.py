"""Variants with options in their names, and what class attributes may say."""

import cloudpickle
import numpy as np
import pytest
from helpers.studies import toy_study

from gatelab import Layer, Network, Study, variants
from gatelab.errors import StudyError
from gatelab.variants import Variant, VariantError, register, tanh


@pytest.fixture
def cell():
    @register("leaky")
    class Leaky(Variant):
        """A cell with a hyperparameter of each kind."""

        leak = 0.5
        depth = 1
        squash = "tanh"
        bias = True
        search = {"leak": (0.0, 1.0), "depth": (1, 3)}  # noqa: RUF012

        def step(self, p, x, h):
            n = p.W_h @ x + p.R_h @ h
            for k in range(self.depth):
                n = n + p[f"b_{k}"] if self.bias else n
            return (self.leak * h + (1 - self.leak) * (tanh(n) if self.squash == "tanh" else n),)

    return Leaky


def test_options_follow_the_name(cell):
    chosen = variants.get("leaky:depth=2,leak=0.25,squash=none,bias=false")
    assert (chosen.depth, chosen.leak, chosen.squash, chosen.bias) == (2, 0.25, "none", False)
    assert chosen.name == "leaky:leak=0.25,depth=2,squash=none,bias=False"
    assert chosen.__doc__ == cell.__doc__
    assert issubclass(chosen, cell)


def test_one_configuration_is_one_class_however_it_is_asked_for(cell):
    one = variants.get("leaky:depth=2,leak=0.25")
    assert variants.get("leaky:leak=0.250,depth=2") is one
    assert variants.get(one.name) is one
    assert variants.configured(cell, leak=0.25, depth=2) is one
    assert variants.configured(variants.configured(cell, depth=2), leak=0.25) is one
    assert variants.configured(cell) is cell


def test_what_is_given_is_no_longer_searched(cell):
    assert variants.get("leaky:depth=2").search == {"leak": (0.0, 1.0)}
    default = variants.get("leaky:depth=1")
    assert (default.name, default.depth) == ("leaky:depth=1", 1)
    assert default.search == {"leak": (0.0, 1.0)}
    assert cell.search.keys() == {"leak", "depth"}


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("leaky:dept=2", r"unknown hyperparameter of leaky 'dept'; did you mean depth\?"),
        ("leaky:depth", r"cannot read 'depth'; write it as depth=1"),
        ("leaky:depth=two", r"hyperparameter depth is 'two'; give a whole number like 1"),
        ("leaky:leak=inf", r"hyperparameter leak is 'inf'; give a finite number like 0.5"),
        ("leaky:bias=maybe", r"hyperparameter bias is 'maybe'; give a truth value like"),
        ("leaky:", r"cannot read ''; write it as NAME=VALUE"),
        ("leeky:depth=2", r"unknown variant 'leeky'; did you mean leaky"),
    ],
)
def test_options_that_make_no_sense_are_refused_in_one_line(cell, name, complaint):
    with pytest.raises(VariantError, match=complaint):
        variants.get(name)


@pytest.mark.in_process
def test_a_study_holds_configurations_side_by_side(cell, tmp_path):
    names = ["leaky", "leaky:leak=0.25", "leaky:depth=2,squash=none"]
    board = toy_study(tmp_path / "out", variants=names, workers=2).run().leaderboard
    assert sorted(board.variant) == sorted(names)
    assert board.failed.sum() == 0
    weights = tmp_path / "out" / "weights" / "adding" / "leaky:leak=0.25" / "trial-0000.npz"
    assert Network.load(weights).layer.variant.leak == 0.25


def test_a_configured_class_survives_the_way_to_a_worker(cell):
    chosen = variants.get("leaky:depth=2")
    assert cloudpickle.loads(cloudpickle.dumps(chosen)).depth == 2


def test_parameters_may_start_in_a_range_or_by_a_named_scheme():
    class Starts(Variant):
        p_u = (0.25, 0.75)
        R_h = "identity"
        W_h = "glorot"
        b_h = 2.0

        def step(self, p, x, h):
            return (tanh(p.W_h @ x + p.R_h @ h + p.p_u * h + p.b_h),)

    drawn = Layer(Starts, 3, 8).init(np.random.default_rng(0))
    assert 0.25 <= drawn["p_u"].min() < drawn["p_u"].max() <= 0.75
    np.testing.assert_array_equal(drawn["R_h"], np.eye(8))
    np.testing.assert_array_equal(drawn["b_h"], 2.0)
    bound = np.sqrt(6 / (3 + 8))
    assert 0.5 * bound < np.abs(drawn["W_h"]).max() <= bound


@pytest.mark.parametrize(
    ("key", "value", "complaint"),
    [
        ("R_h", "eye", "or uniform or glorot or orthogonal or identity"),
        ("b_h", "identity", r"give one number, where all its elements start, or \(low, high\)"),
        ("b_h", (1.0, 0.0), r"b_h is \(1.0, 0.0\)"),
        ("b_h", (0.0, 1.0, 2.0), "give one number"),
        ("s_h", (0.0, 1.0), "give one number, where all its elements start$"),
        ("h", (0.0, 1.0), "give one number, where all its elements start$"),
    ],
)
def test_other_starts_are_refused(key, value, complaint):
    def step(self, p, x, h):
        return (p.s_h * tanh(p.W_h @ x + p.R_h @ h + p.b_h),)

    with pytest.raises(VariantError, match=complaint):
        register("odd_start")(type("Odd", (Variant,), {"step": step, key: value}))


def study(names, out, **settings):
    """Not run: only what its constructor checks."""
    return Study(tasks=["adding"], variants=names, trials=2, out=out, quiet=True, **settings)


def test_what_a_name_says_no_setting_and_no_search_overrides(cell, tmp_path):
    names = ["leaky:depth=2", "leaky"]
    found = study(names, tmp_path, settings={"depth": 3}).comparisons
    assert [c.fixed for c in found] == [{}, {"depth": 3}]
    found = study(names, tmp_path, search={"depth": (1, 2)}).comparisons
    assert ["depth" in c.space for c in found] == [False, True]
    with pytest.raises(StudyError, match="unknown hyperparameter 'depth'"):
        study(["leaky:depth=2"], tmp_path, settings={"depth": 3})


def test_every_structure_that_may_be_drawn_is_looked_at_first(tmp_path):
    """None of a study's trials shall fail for what its constructor could know."""
    with pytest.raises(VariantError, match="lstm_activations: layer normalisation"):
        study(["lstm_activations"], tmp_path, settings={"layer_norm": True})
    switches = {"input_gate": [True, False], "forget_gate": ["own", "coupled"]}
    with pytest.raises(VariantError, match="coupled gates include an input gate"):
        study(["odyssey"], tmp_path, search=switches)
    with pytest.raises(StudyError, match="parameters is 20; a network of"):
        study(["gru"], tmp_path, settings={"parameters": 20}, search={"layers": [1, 3]})
    with pytest.raises(VariantError, match="depth is 0; give a whole number of at least 1"):
        variants.get("rhn:depth=0")
    assert not any(tmp_path.iterdir())


def test_a_subclass_that_inherits_a_name_is_not_registered(cell, tmp_path):
    class Other(cell):
        def step(self, p, x, h):
            return (tanh(p.W_h @ x),)

    assert variants.is_registered(variants.get("leaky:depth=2"))
    assert not variants.is_registered(Other)
    with pytest.raises(StudyError, match="Other has no name"):
        study([Other], tmp_path)


def test_budgets_to_choose_from_are_all_looked_at(tmp_path):
    search = {"parameters": [None, 500]}
    assert study(["gru"], tmp_path, search=search).comparisons[0].space["parameters"] == [None, 500]
    with pytest.raises(StudyError, match="parameters is 5; a network of"):
        study(["gru"], tmp_path, search={"parameters": [500, 900, 5]})

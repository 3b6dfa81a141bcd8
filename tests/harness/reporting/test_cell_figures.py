"""Pictures of what cells do: captions say what the numbers say, whatever the networks did."""

import io
import json

import numpy as np
import pytest
from helpers.networks import D, K, network

from gatelab import dynamics, variants
from gatelab.dynamics.activations import Activations
from gatelab.dynamics.drift import Drift
from gatelab.dynamics.gates import Gate
from gatelab.dynamics.lag import Lag
from gatelab.dynamics.memory import Memory
from gatelab.reporting import cell_figures
from gatelab.tasks.framework.batches import Batch

STEPS = np.arange(40.0)


def made(cell="standard", **parts):
    """What is known of a cell, in place of a trained one."""
    each = {
        "place": "", "sequences": 3, "steps": 40,
        "activations": Activations(np.zeros((4, 1)), {"h": np.zeros((4, 2))}, {"h": "state"}),
        "gates": (), "memories": (), "drifts": (Drift("h", STEPS + 1, np.ones(40), 0.0),),
        "lag": Lag(STEPS, 0.8**STEPS, 0.7**STEPS, 0.9**STEPS),
    }  # fmt: skip
    return dynamics.Dynamics(cell=cell, **{**each, **parts})


def remembering(*half_lives, factor="f"):
    return (Memory("c", factor, np.log(0.5) / np.array(half_lives)),)


@pytest.fixture(scope="module")
def trained():
    """Dynamics of a few kinds of cells, one of them diverged, read from what a file would keep."""
    rng = np.random.default_rng(0)
    batch = Batch(rng.standard_normal((5, 30, D)), np.zeros((5, K)), np.array([30, 30, 2, 30, 9]))
    cells = {}
    for name in ("standard", "gru", "rnn", "original", "slstm", "indrnn"):
        net = network(name, "series")
        if name == "indrnn":
            net.theta[:] = np.nan
        found = dynamics.of(net, batch)
        cells[name] = dynamics.Dynamics.from_json(json.loads(json.dumps(found.to_json())))
    return cells


def drawn(shown):
    shown.figure.savefig(io.BytesIO(), format="svg")  # a warning would be an error
    assert not shown.caption[0].islower() or shown.caption.split()[0] in variants.names()
    assert not any(f"{name.capitalize()} " in shown.caption for name in variants.names())
    assert shown.caption.endswith(".")
    assert "nan" not in shown.caption
    assert len(shown.table) > 0
    return shown


@pytest.mark.parametrize("picture", ["saturation", "half_lives", "drift", "lag"])
def test_cells_are_drawn_alone_and_side_by_side(picture, trained):
    draw = getattr(cell_figures, picture)
    whole = drawn(draw(trained))
    assert {*whole.table.variant} <= {*trained}
    alone = draw({"slstm": trained["slstm"]})
    assert {*drawn(alone).table.variant} == {"slstm"}
    diverged = draw({"indrnn": trained["indrnn"]})
    assert diverged is None or "diverged" in diverged.caption.lower()


def test_activations_are_drawn_gates_first(trained):
    table = drawn(cell_figures.activations(trained["gru"])).table
    assert [*table.value] == ["r", "z", "n", "h"]
    assert [*table.kind] == ["gate", "gate", "value", "state"]
    drawn(cell_figures.activations(trained["indrnn"]))


def test_what_a_cell_does_not_have_is_not_drawn():
    assert cell_figures.saturation({"rnn": made()}) is None
    assert cell_figures.half_lives({"rnn": made()}) is None


def test_a_cell_without_it_is_named_beside_those_with_it():
    cells = {"standard": made(memories=remembering(2.0)), "rnn": made()}
    assert "all through a matrix: rnn." in cell_figures.half_lives(cells).caption
    gate = Gate("f", np.array([0.25, 0.0]), np.array([0.5, 1.0]))
    shown = cell_figures.saturation({"standard": made(gates=(gate,)), "rnn": made()})
    assert shown.caption == (
        "Most saturated: f of standard, above 0.9 at 75% of the steps and below 0.1 at "
        "12%. Without gates: rnn."
    )


def test_gates_that_are_never_saturated():
    gate = Gate("f", np.zeros(2), np.array([0.0, 0.01]))
    assert cell_figures.saturation({"standard": made(gates=(gate,))}).caption == (
        "No gate is beyond 0.1 or 0.9 at as many as 1% of the steps."
    )


@pytest.mark.parametrize(
    ("half_lives", "said"),
    [
        (range(1, 102), "half of the units forget half within 51 steps and a tenth keep half for "
         "more than 91. A sequence has up to 40 steps."),
        ([2, 3, np.inf], "half of the units forget half within 3.0 steps and a tenth keep half "
         "forever."),
        ([3, np.inf, np.inf, np.inf], "75% of the units never forget."),
        ([np.inf, np.inf], "nothing is forgotten."),
        ([np.nan, 3, np.nan], "half of the units forget half within 3.0 steps"),
        ([np.nan, np.nan], "diverged."),
    ],
)  # fmt: skip
def test_half_lives_in_words(half_lives, said):
    shown = drawn(cell_figures.half_lives({"standard": made(memories=remembering(*half_lives))}))
    assert said in shown.caption


@pytest.mark.parametrize(
    ("growth", "said"),
    [
        (0.0, "All states stand still"),
        (0.5, "grows as step^0.5, about like a random walk, to 1.0"),
        (1.02, "about like a counter"),
        (9.0, "faster than a counter"),
        (-0.7, "shrinks as step^-0.7"),
    ],
)
def test_drift_in_words(growth, said):
    each = Drift("c", STEPS + 1, np.ones(40), growth)
    assert said in drawn(cell_figures.drift({"standard": made(drifts=(each,))})).caption


@pytest.mark.parametrize(
    ("curve", "said"),
    [
        (0.8**STEPS, "less than a tenth of the gradient is left after 11 steps"),
        (0.99**STEPS, "68% of the gradient is left after 39 steps"),
        (1.1**STEPS, "the gradient is 41 times as large after 39 steps"),
        (np.where(STEPS % 2, 0.01, 1.0), "1% of the gradient is left after 39 steps"),
        (np.full(40, np.nan), "diverged"),
    ],
)
def test_lag_in_words(curve, said):
    if said.startswith("1%"):  # ends below a tenth: faded only from its last step on
        said = "less than a tenth of the gradient is left after 39 steps"
    shown = drawn(cell_figures.lag({"standard": made(lag=Lag(STEPS, curve, curve, curve))}))
    assert said in shown.caption


def test_of_many_cells_the_caption_names_the_two_ends():
    cells = {
        name: made(name, lag=Lag(STEPS, rate**STEPS, rate**STEPS, rate**STEPS))
        for name, rate in zip("abcdef", (0.9, 0.99, 0.5, 0.8, 1.0, 0.7), strict=True)
    }
    shown = drawn(cell_figures.lag(cells))
    assert shown.caption == (
        "In e 100% of the gradient is left after 39 steps; in c less than a tenth of the gradient "
        "is left after 4 steps."
    )
    assert len(shown.table) == 6


def test_one_step_is_drawn():
    one = np.ones(1)
    only = made(steps=1, drifts=(Drift("h", one, one, np.nan),), lag=Lag(0 * one, one, one, one))
    assert drawn(cell_figures.drift({"gru": only})).caption == (
        "The largest at the end is h of gru, 1.0."
    )
    assert "100% of the gradient is left after 0 steps" in cell_figures.lag({"gru": only}).caption


def test_colours_are_all_different_and_can_be_given():
    from gatelab.reporting.cell_figures.shown import colours

    names = [f"cell{k}" for k in range(8)]
    assert len({*colours(names).values()}) == 8
    assert colours(["gru", "a"], {"a": "#123456"}) == {"a": "#123456", "gru": "#D55E00"}

"""How a network is wired: names, shapes, and the settings that ask for it."""

import numpy as np
import pytest
from helpers.networks import EVERYTHING, D, H, K, T, network
from helpers.refusals import refused
from oracles.odd_cells import Linear

from gatelab import Network, Study, tasks, variants
from gatelab.errors import LayerError, StudyError
from gatelab.tasks.framework.metrics import METRICS
from gatelab.trials.settings import complete
from gatelab.trials.trial import run_trial, splits_of


def test_a_single_layer_keeps_its_names_and_deeper_ones_are_numbered():
    assert [*network().shapes][-2:] == ["V", "a"]
    assert {"W_i", "R_o", "b_f"} < {*network().shapes}
    shapes = network(**EVERYTHING).shapes
    assert shapes["E"] == (2, D)
    assert shapes["1.W_i"] == (H, 2)
    assert shapes["2.W_i"] == shapes["2.reversed.W_i"] == (H, 3)
    assert shapes["1.P"] == shapes["2.P"] == (3, 2 * H)
    assert shapes["V"] == (K, 3)
    deep = network(layers=2, bidirectional=True)
    assert deep.shapes["2.reversed.W_g"] == (H, 2 * H)
    assert deep.shapes["V"] == (K, 2 * H)
    for embedding in (None, 2):
        look = network(layers=2, embedding=embedding).states_over_time(np.ones((T, D)))
        assert look["h"].shape == (T, H)


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"layers": 0}, "layers is 0"),
        ({"projection": 0}, "projection is 0"),
        ({"embedding": 0}, "embedding is 0"),
        ({"bidirectional": 1}, "bidirectional is 1; give True or False"),
        ({"zoneout": 1.0}, "zoneout is 1.0"),
        ({"recurrent_dropout": -0.1}, "recurrent_dropout is -0.1"),
    ],
)
def test_impossible_wirings_are_refused(options, complaint):
    with pytest.raises(LayerError, match=complaint):
        network(**options)


# Settings of a study -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"bidirectional": 1}, "bidirectional is 1; give True or False"),
        ({"layer_norm": "yes"}, "layer_norm is 'yes'; give True or False"),
        ({"layers": 0}, "layers is 0; give a whole number"),
        ({"projection": 2.5}, "projection is 2.5; give a whole number"),
        ({"recurrent_dropout": 1.0}, "recurrent_dropout is 1.0; give a share"),
        ({"zoneout": -0.1}, "zoneout is -0.1; give a share"),
        ({"init": "xavier"}, "init is 'xavier'; known: uniform"),
    ],
)
def test_settings_out_of_range_are_refused(given, complaint):
    with refused(StudyError, complaint):
        complete(given)


def test_a_trial_of_everything_trains_and_is_read_again(tmp_path):
    """float32 and the compiled loop, as in a study; strings of a grammar, a label at every step."""
    task = tasks.make("embedded_reber", valid_sequences=32, test_sequences=32)
    given = EVERYTHING | {"hidden": 8, "updates": 60, "lr": 0.02, "init": "orthogonal"}
    splits, path = splits_of(task, 0), tmp_path / "w.npz"
    run = lambda: run_trial(task, variants.get("peephole"), given, 0, 0, splits, weights=path)
    record = run()
    losses = record.curves["valid/loss"]
    assert record.state == "complete"
    assert min(losses) < 0.8 * losses[0]
    assert record.params == record.params | given
    loaded = Network.load(path)
    assert loaded.evaluate(splits.test, METRICS["legal"])[1] == record.best["test/legal"]
    assert loaded.states_over_time(splits.test.x[0])["c"].shape == (splits.test.x.shape[1], 8)
    assert run().curves == record.curves


def test_a_cell_that_cannot_be_normalised_is_refused_before_the_study():
    @variants.register("linear")
    class Registered(Linear):
        pass

    for asked in ({"settings": {"layer_norm": True}}, {"search": {"layer_norm": [False, True]}}):
        with pytest.raises(variants.VariantError, match="normalis"):
            Study(["adding"], ["standard", "linear"], **asked)
    Study(["adding"], ["standard", "linear"])

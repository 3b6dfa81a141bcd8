"""Networks as MLflow models: written from code, loaded without pickle, registered."""

import logging

import numpy as np
import pytest
from helpers.tracked import runs, trial

from gatelab import Network, variants
from gatelab.errors import StudyError
from gatelab.foundation.user_files import import_file
from gatelab.tracking import models, portable, schemas
from gatelab.variants import Variant, register, tanh

OWN = '''
from gatelab.variants import Variant, register, tanh

GAIN = 0.5


@register("{name}")
class Own(Variant):
    """A cell of a user's file, which needs a constant of that file."""

    def step(self, p, x, h):
        return GAIN * tanh(p.W_h @ x + p.R_h @ h + p.b_h)
'''


@pytest.fixture(autouse=True)
def _without_pickle(monkeypatch):
    monkeypatch.setenv("MLFLOW_ALLOW_PICKLE_DESERIALIZATION", "false")


def saved(folder, variant, kind="regression", seed=0):
    """(network, path of its weights)."""
    network = Network(variant, inputs=2, hidden=4, outputs=1, kind=kind, backend="numpy")
    network.theta[:] = np.random.default_rng(seed).normal(size=network.theta.shape)
    network.save(folder / "trial-0000.npz")
    return network, folder / "trial-0000.npz"


def logged(tracker, out, variant, name=None):
    """(network, its parent run) of a model in MLflow."""
    network, weights = saved(out, variant)
    parent = tracker.start_parent("adding", name or variant.name)
    tracker.log_model(parent, weights, variant)
    assert tracker.flush()
    return network, parent


def load(tracker, alias):
    """A registered model of the task "adding"."""
    from mlflow import pyfunc

    uri = tracker.runs.client.get_model_version_by_alias("adding", alias).source
    return pyfunc.load_model(uri)


def test_a_registered_network_predicts_as_the_network_does(tracker, out):
    network, parent = logged(tracker, out, variants.get("gru"))
    tracker.crown(parent)
    tracker.flush()
    x = np.random.default_rng(1).normal(size=(3, 5, 2)).astype(np.float32)
    for alias in ("gru", "best"):
        model = load(tracker, alias)
        np.testing.assert_allclose(model.predict(x), network.predict(x), rtol=1e-5)
        ragged = model.predict(x, params={"lengths": [2, 3, 5]})
        np.testing.assert_allclose(ragged, network.predict(x, np.array([2, 3, 5])), rtol=1e-5)
    assert model.metadata.signature.inputs.to_dict()[0]["tensor-spec"]["shape"] == (-1, -1, 2)
    (run,) = runs(tracker, "study")
    assert [each.model_id for each in run.outputs.model_outputs] == [run.data.tags["model"]]


def test_a_network_is_logged_once_and_anew_when_its_weights_change(tracker, out):
    _, parent = logged(tracker, out, variants.get("gru"))
    tracker.log_model(parent, out / "trial-0000.npz", variants.get("gru"))
    tracker.flush()
    versions = lambda: tracker.runs.client.search_model_versions("name = 'adding'")
    assert len(versions()) == 1
    logged(tracker, out, variants.get("gru"))
    assert len(versions()) == 2
    assert str(tracker.runs.client.get_model_version_by_alias("adding", "gru").version) == "2"


def test_the_best_is_another_cell_or_none(tracker, out):
    _, gru = logged(tracker, out, variants.get("gru"))
    _, rnn = logged(tracker, out, variants.get("rnn"))
    best = lambda: tracker.runs.client.get_registered_model("adding").aliases.get("best")
    for run, version in ((gru, "1"), (rnn, "2"), (tracker.start_parent("adding", "lem"), None)):
        tracker.crown(run)
        assert tracker.flush()
        assert str(best()) == str(version)


def test_a_model_needs_no_guessing_of_requirements():
    found = models.requirements(variants.get("gru"))
    assert [each.partition("==")[0] for each in found] == ["gatelab", "numpy", "mlflow"]


@pytest.mark.parametrize(
    ("kind", "shape"), [("regression", (-1, 1)), ("series", (-1, -1, 1))], ids=str
)
def test_the_signature_has_steps_where_the_network_answers_at_each(kind, shape):
    signature = schemas.of_prepared({"kind": kind, "inputs": 2, "outputs": 1})
    assert signature.outputs.to_dict()[0]["tensor-spec"]["shape"] == shape


def test_names_suit_the_registry():
    assert models.registered_name("adding", "runs:1/a") == "runs-1-a-adding"
    assert models.alias("rhn:depth=5") == "rhn-depth-5"
    assert models.alias("best") == "cell-best"
    assert models.alias("v2") == "cell-v2"


# A user's own cell -------------------------------------------------------------------------------


def test_the_source_of_a_scripts_cell_travels_with_its_weights(tracker, out):
    @register("of_a_script")
    class OfAScript(Variant):
        def step(self, p, x, h):
            return tanh(p.W_h @ x + p.R_h @ h + p.b_h)

    network, _ = logged(tracker, out, OfAScript)
    known = variants.language.registry.VARIANTS.classes
    del known["of_a_script"]  # as in another process
    x = np.ones((1, 3, 2), np.float32)
    np.testing.assert_allclose(
        load(tracker, "of_a_script").predict(x), network.predict(x), rtol=1e-5
    )
    assert known["of_a_script"] is not OfAScript


def test_a_cell_of_gatelab_brings_no_source():
    assert portable.source(variants.get("gru")) is None
    assert portable.source(variants.get("rhn:depth=3")) is None


def test_a_cell_that_needs_the_rest_of_its_file_brings_the_file(tmp_path):
    (tmp_path / "mine.py").write_text(OWN.format(name="needs_its_file"))
    import_file(tmp_path / "mine.py")
    text = portable.source(variants.get("needs_its_file"))
    assert text == OWN.format(name="needs_its_file")


def test_a_cell_whose_file_needs_others_is_refused(tmp_path):
    (tmp_path / "beside.py").write_text("")
    text = OWN.format(name="needs_others").replace("GAIN = 0.5", "import beside\nGAIN = 0.5")
    (tmp_path / "mine.py").write_text(text)
    import_file(tmp_path / "mine.py")
    with pytest.raises(StudyError, match=r"mine\.py, which defines needs_others, imports beside"):
        portable.source(variants.get("needs_others"))


def test_a_cell_that_cannot_travel_gets_no_model_and_stops_nothing(tracker, out, caplog):
    half = 0.5

    @register("bound_here")
    class BoundHere(Variant):
        def step(self, p, x, h):
            return half * tanh(p.W_h @ x + p.R_h @ h + p.b_h)

    with caplog.at_level(logging.INFO):
        logged(tracker, out, BoundHere)
    assert "no model of bound_here in MLflow: the class of bound_here cannot be sent" in caplog.text
    (run,) = runs(tracker, "study")
    assert run.data.tags["model"].startswith("none: ")
    best = trial(tracker, parent := tracker.start_parent("adding", "bound_here"))
    tracker.finish_parent(parent, best)
    assert tracker.flush()

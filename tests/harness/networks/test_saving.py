"""Files of networks: what is saved predicts as before, what is no such file is refused."""

import json
import sys
from contextlib import contextmanager

import numpy as np
import pytest
from helpers.networks import EVERYTHING, LENGTHS, D, H, K, T, network
from helpers.refusals import refused

from gatelab import GatelabError, Network, variants
from gatelab.errors import LayerError
from gatelab.networks import dropout
from gatelab.variants import Variant, VariantError, register, tanh


@pytest.fixture
def decaying():
    @register("decaying")
    class Decaying(Variant):
        beta = 0.5

        def step(self, p, x, h):
            return self.beta * h + tanh(p.W_z @ x + p.R_z @ h + p.b_z)

    return Decaying


def saved(tmp_path, cell, **settings):
    made = Network(cell(**settings), D, H, K, "classification").init(np.random.default_rng(0))
    made.save(tmp_path / "w.npz")
    return made, tmp_path / "w.npz"


def test_a_saved_network_predicts_as_before_and_holds_no_pickle(decaying, tmp_path, rng):
    made, path = saved(tmp_path, decaying, beta=0.75)
    x = rng.standard_normal((5, T, D)).astype(np.float32)
    loaded = Network.load(path)
    assert loaded.layer.variant.beta == 0.75
    np.testing.assert_array_equal(loaded.predict(x), made.predict(x))
    with np.load(path, allow_pickle=False) as file:  # raises if any entry needs pickle
        assert {name: file[name].dtype.kind for name in file.files}["about"] == "U"
    near = Network.load(path, backend="numpy").predict(x)
    np.testing.assert_allclose(near, made.predict(x), atol=1e-6)


def test_a_path_without_a_suffix_is_loaded_as_it_was_saved(tmp_path, rng):
    network().save(tmp_path / "best")
    assert Network.load(tmp_path / "best").kind == "regression"


def test_as_safetensors_it_predicts_as_before_and_other_readers_find_our_names(tmp_path, rng):
    tensors = pytest.importorskip("safetensors.numpy")
    made, path = network(**EVERYTHING), tmp_path / "w.safetensors"
    made.save(path, format="safetensors")
    x = rng.standard_normal((3, T, D))
    loaded = Network.load(path, backend="numpy")
    np.testing.assert_array_equal(loaded.predict(x, LENGTHS), made.predict(x, LENGTHS))
    found = tensors.load_file(path)
    assert sorted(found) == sorted(made.params)
    np.testing.assert_array_equal(found["2.reversed.W_i"], made.params["2.reversed.W_i"])


def test_safetensors_that_hold_no_network_are_refused(tmp_path):
    tensors = pytest.importorskip("safetensors.numpy")
    path = tmp_path / "w.safetensors"
    for metadata in (None, {"about": "{}"}, {"about": "text"}):
        tensors.save_file({"V": np.ones(2)}, path, metadata)
        with refused(LayerError, "is not a saved network"):
            Network.load(path)
    network().save(path, "safetensors")
    path.write_bytes(path.read_bytes()[:200])
    with refused(LayerError, "is not a saved network"):
        Network.load(path)


def test_an_unknown_format_or_a_missing_package_is_refused(tmp_path, monkeypatch):
    with refused(LayerError, "unknown format 'pickle'; known: npz, safetensors"):
        network().save(tmp_path / "w", "pickle")
    monkeypatch.setitem(sys.modules, "safetensors.numpy", None)
    with refused(LayerError, "pip install 'gatelab"):
        network().save(tmp_path / "w", "safetensors")
    assert not (tmp_path / "w").exists()
    (tmp_path / "w").write_bytes(b"8       {}")
    monkeypatch.setitem(sys.modules, "safetensors", None)
    with refused(LayerError, "w is a safetensors file: safetensors cannot be imported"):
        Network.load(tmp_path / "w")


def test_a_cell_with_other_equations_or_none_is_refused(decaying, tmp_path):
    _, path = saved(tmp_path, decaying)
    variants.language.registry.VARIANTS.classes.pop("decaying")
    with pytest.raises(VariantError, match=r"import the file that defines its cell: .*'decaying'"):
        Network.load(path)

    @register("decaying")
    class Other(Variant):
        beta = 0.5

        def step(self, p, x, h):
            return self.beta * h - tanh(p.W_z @ x + p.R_z @ h + p.b_z)

    with pytest.raises(LayerError, match="other equations"):
        Network.load(path)


@pytest.mark.parametrize(
    "spoil",
    [*"absent folder text empty cut npy foreign about extra V".split(), "lacks V"],
)
def test_what_is_no_saved_network_is_refused(spoil, tmp_path):
    network(kind="classification").save(tmp_path / "w.npz")
    with np.load(tmp_path / "w.npz") as file:
        arrays = dict(file)
    path = tmp_path / "bad.npz"
    changed = {
        "foreign": {"a": np.ones(2)},
        "about": {"about": np.array(json.dumps({"variant": "gru"}))},
        "lacks V": {name: array for name, array in arrays.items() if name != "V"},
        "extra": {**arrays, "Q": np.ones(1)},
        "V": {**arrays, "V": np.ones(H)},  # would broadcast
    }
    if spoil in changed:
        np.savez(path, **changed[spoil])
    elif spoil == "npy":
        np.save(tmp_path / "x.npy", np.ones(3))
        path = tmp_path / "x.npy"
    elif spoil == "folder":
        path = tmp_path
    elif spoil != "absent":
        whole = (tmp_path / "w.npz").read_bytes()
        path.write_bytes({"text": b"hello", "empty": b"", "cut": whole[:300]}[spoil])
    with refused(LayerError, "is not a saved network"):
        Network.load(path)


def test_a_deep_network_comes_back_with_its_zoneout_and_without_its_dropout(tmp_path, rng):
    made, x = network(**EVERYTHING), rng.standard_normal((3, T, D))
    made.save(tmp_path / "w.npz")
    loaded = Network.load(tmp_path / "w.npz", backend="numpy")
    assert loaded.rates == dropout.Rates(zoneout=0.2)
    np.testing.assert_array_equal(loaded.predict(x, LENGTHS), made.predict(x, LENGTHS))


def test_a_file_from_before_there_were_levels_is_read(tmp_path, rng):
    made, x = network(), rng.standard_normal((3, T, D))
    made.save(tmp_path / "w.npz")
    with np.load(tmp_path / "w.npz") as file:
        arrays = dict(file)
    about = json.loads(str(arrays.pop("about")))
    for name in ("layers", "bidirectional", "residual", "projection", "layer_norm", "embedding"):
        del about[name]
    del about["zoneout"]
    np.savez(tmp_path / "old.npz", about=np.array(json.dumps(about)), **arrays)
    old = Network.load(tmp_path / "old.npz", backend="numpy")
    np.testing.assert_array_equal(old.predict(x), made.predict(x))


@contextmanager
def suppress_refusals(found):
    """Nothing but a refusal in one line may come out; it is put into the list."""
    try:
        yield
    except GatelabError as error:
        found.append(str(error))
    assert not any("\n" in each for each in found)


ODD = [None, -1, 0, 1.5, 10**12, True, "", "x", [], {}, [1], {"a": 1}]


def test_whatever_a_description_says_the_network_is_loaded_or_refused(tmp_path):
    network(kind="classification").save(tmp_path / "w.npz")
    with np.load(tmp_path / "w.npz") as file:
        arrays = dict(file)
    about = json.loads(str(arrays.pop("about")))
    refused_ones = []
    for name in about:
        for value in ODD:
            said = np.array(json.dumps(about | {name: value}))
            np.savez(tmp_path / "odd.npz", about=said, **arrays)
            with suppress_refusals(refused_ones):
                Network.load(tmp_path / "odd.npz", backend="numpy")
    assert len(refused_ones) > len(about) * len(ODD) / 2


@pytest.mark.parametrize("value", [[], None, "text", 3, [["variant", "gru"]]])
def test_a_description_that_is_no_dictionary_is_refused(value, tmp_path):
    np.savez(tmp_path / "odd.npz", about=np.array(json.dumps(value)), V=np.ones((2, 2)))
    with refused(LayerError, "is not a saved network"):
        Network.load(tmp_path / "odd.npz")


@pytest.mark.parametrize("dtype", ["int64", "U3", "complex128", "bool", "datetime64[s]"])
def test_an_array_without_decimals_is_refused(dtype, tmp_path):
    network().save(tmp_path / "w.npz")
    with np.load(tmp_path / "w.npz") as file:
        arrays = dict(file)
    arrays["V"] = np.zeros(arrays["V"].shape, dtype)
    np.savez(tmp_path / "odd.npz", **arrays)
    with refused(LayerError, "V holds no numbers with a decimal point"):
        Network.load(tmp_path / "odd.npz")


def test_a_damaged_file_is_loaded_or_refused(tmp_path, rng):
    network().save(tmp_path / "w.npz")
    whole = (tmp_path / "w.npz").read_bytes()
    for place in rng.integers(0, len(whole), 200):
        spoiled = bytearray(whole)
        spoiled[place] ^= 255
        (tmp_path / "odd.npz").write_bytes(spoiled)
        with suppress_refusals([]):
            Network.load(tmp_path / "odd.npz", backend="numpy")

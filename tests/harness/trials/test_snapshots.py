"""Trees of numbers and arrays as bytes, and back to the bit."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatelab.trials.snapshots import pack, unpack

leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
trees = st.recursive(
    leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text("abc"), inner), max_leaves=9
)


@given(trees)
def test_a_tree_comes_back_as_it_was(tree):
    assert unpack(pack({"tree": tree})) == {"tree": tree}


@pytest.mark.parametrize("dtype", ["float32", "float64", "int64", "bool"])
@pytest.mark.parametrize("shape", [(0,), (3,), (2, 3, 4)])
def test_arrays_keep_every_bit_and_their_order(dtype, shape):
    array = np.random.default_rng(0).standard_normal(shape).astype(dtype)
    found = unpack(pack({"a": [array, {"b": np.asfortranarray(array)}]}))["a"]
    for back in (found[0], found[1]["b"]):
        assert (back.dtype, back.shape, back.tobytes()) == (array.dtype, shape, array.tobytes())


def test_numbers_that_are_not_finite_and_generators_come_back():
    rng = np.random.default_rng(3)
    back = unpack(pack({"n": [math.nan, math.inf, -math.inf], "rng": rng.bit_generator.state}))
    assert json.dumps(back["n"]) == "[NaN, Infinity, -Infinity]"
    other = np.random.default_rng(4)
    other.bit_generator.state = back["rng"]
    assert other.integers(1 << 40) == rng.integers(1 << 40)


def test_what_would_need_pickle_is_refused():
    with pytest.raises(ValueError, match="allow_pickle"):
        pack({"a": np.array([object()])})
    with pytest.raises(ValueError, match="allow_pickle"):
        pack({"a": object()})


@given(st.data())
def test_bytes_that_differ_anywhere_are_not_looked_into(data):
    kept = pack({"a": np.arange(3), "b": 1})
    at, flip = data.draw(st.integers(0, len(kept) - 1)), data.draw(st.integers(1, 255))
    assert unpack(kept[:at]) is None
    assert unpack(kept[:at] + bytes([kept[at] ^ flip]) + kept[at + 1 :]) is None

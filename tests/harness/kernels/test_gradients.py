"""Derived gradients against exact ones, for every registered cell and for some odd ones.

All cases: float64 unless said, a random state that is not zero, sequences of different lengths, a
loss that sees every output and every final state.
"""

import functools

import numpy as np
import pytest
from helpers.kernels import CELLS, case_of, each_cell, layer_of, past_the_end
from helpers.layers import LENGTHS, D, H, each_backend, gradients
from helpers.packages import needs
from oracles import complex_step, unrolled
from oracles.comparison import assert_close, measure, random_case, relative_difference
from oracles.odd_cells import SPARSE

from gatelab import Layer

#: Gradients that have to be zero: those of states whose old value no equation reads.
UNREAD = {
    "intersection": ["d state 0"],
    "odyssey": ["d state 2", "d state 3", "d state 4"],
    "scrn": ["d state 0"],
}


@functools.cache
def exact_gradients(name):
    """By complex step, named as ``measure`` names them."""
    case, step = case_of(name), CELLS[name]().step
    grads = complex_step.gradient(lambda at: unrolled.loss(step, case, at, np), case.arrays())
    return {f"d {k}": v for k, v in grads.items()}


@each_backend
@pytest.mark.parametrize("name", SPARSE)
def test_gradients_of_which_some_have_to_be_zero(name, backend):
    layer = Layer(SPARSE[name](), D, H, "float64", backend)
    case = random_case(np.random.default_rng(7), layer, D, LENGTHS)
    step = SPARSE[name]().step
    exact = complex_step.gradient(lambda at: unrolled.loss(step, case, at, np), case.arrays())
    found = gradients(measure(layer, case))
    assert {f"d {key}" for key in exact} == set(found)
    for key, value in exact.items():
        np.testing.assert_allclose(found[f"d {key}"], value, atol=1e-12)


@each_cell
def test_nothing_is_compared_with_zero(name):
    """A gradient that is zero by accident would agree with a gradient that was forgotten."""
    for key, value in exact_gradients(name).items():
        seen = value[~past_the_end(case_of(name))] if key == "d x" else value
        assert (np.abs(seen).max() > 1e-3) == (key not in UNREAD.get(name, ())), key


@each_cell
@each_backend
def test_gradients_against_complex_step(name, backend):
    result = measure(layer_of(name, backend), case_of(name))
    assert_close(gradients(result), exact_gradients(name), 1e-9)


@each_cell
@each_backend
def test_gradients_against_torch_autograd(name, backend):
    torch = needs("torch")
    from oracles import torch_step

    case, step = case_of(name), CELLS[name]().step
    want = torch_step.gradient(lambda at: unrolled.loss(step, case, at, torch), case.arrays())
    result = measure(layer_of(name, backend), case)
    assert_close(gradients(result), {f"d {k}": v for k, v in want.items()}, 1e-9)


@each_cell
@each_backend
def test_outputs_against_the_step_in_a_loop(name, backend):
    case = case_of(name)
    y, final = unrolled.unroll(
        CELLS[name]().step, case.params, case.x, case.state, case.lengths, np
    )
    got_y, got_final, _ = layer_of(name, backend).forward(
        case.params, case.x, case.state, case.lengths
    )
    assert relative_difference(got_y, np.stack(y)) <= 1e-12
    assert all(relative_difference(a, b) <= 1e-12 for a, b in zip(got_final, final, strict=True))


@each_cell
def test_backends_agree(name):
    case = case_of(name)
    assert_close(measure(layer_of(name, "numba"), case), measure(layer_of(name), case), 1e-12)


@each_cell
@each_backend
def test_gradients_of_the_inputs_can_be_left_out(name, backend):
    layer, case = layer_of(name, backend), case_of(name)
    x, dh = case.x.transpose(0, 2, 1), case.dy.transpose(0, 2, 1)
    _, _, tape = layer.unroll(case.params, x, None, case.lengths)
    with_x, dx, _ = layer.unroll_backward(case.params, tape, dh, None)
    without, nothing, _ = layer.unroll_backward(case.params, tape, dh, None, inputs=False)
    assert dx is not None
    assert nothing is None
    assert_close(without, with_x, 1e-12)


@each_cell
def test_one_wrong_entry_is_noticed(name):
    """The comparison itself: one entry of one array off by a part in ten million of its scale."""
    want = exact_gradients(name)
    for key, value in want.items():
        wrong = value.copy()
        wrong.flat[0] += 1e-7 * (np.abs(value).max() or 1.0)
        with pytest.raises(AssertionError, match=key):
            assert_close(want | {key: wrong}, want, 1e-9)

"""Derived gradients against exact ones, for every registered cell and for some odd ones.

All cases: float64 unless said, a random state that is not zero, sequences of different lengths, a
loss that sees every output and every final state.
"""

import functools

import numpy as np
import pytest
from oracles import complex_step, unrolled
from oracles.comparison import assert_close, measure, random_case, relative_difference
from oracles.odd_cells import ODD, SPARSE

from gatelab import Layer, variants

CELLS = {name: variants.get(name) for name in variants.names()} | ODD
D, H, LENGTHS = 2, 4, (5, 2, 4)
#: Gradients that have to be zero: those of states whose old value no equation reads.
UNREAD = {
    "intersection": ["d state 0"],
    "odyssey": ["d state 2", "d state 3", "d state 4"],
    "scrn": ["d state 0"],
}

each_cell = pytest.mark.parametrize("name", CELLS)
each_backend = pytest.mark.parametrize("backend", ["numpy", "numba"])


@functools.cache
def layer_of(name, backend="numpy", dtype="float64"):
    return Layer(CELLS[name](), inputs=D, hidden=H, dtype=dtype, backend=backend)


@functools.cache
def case_of(name):
    return random_case(np.random.default_rng(7), layer_of(name), D, LENGTHS)


@functools.cache
def exact_gradients(name):
    """By complex step, named as ``measure`` names them."""
    case, step = case_of(name), CELLS[name]().step
    grads = complex_step.gradient(lambda at: unrolled.loss(step, case, at, np), case.arrays())
    return {f"d {k}": v for k, v in grads.items()}


def gradients(result):
    return {k: v for k, v in result.items() if k.startswith("d ")}


def past_the_end(case):
    """(T, B), true where a sequence is over."""
    return np.arange(len(case.x))[:, None] >= case.lengths


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
    torch = pytest.importorskip("torch", reason="torch is not installed: autograd is not asked")
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
def test_single_precision_follows_double(name, backend):
    case = case_of(name)
    single = measure(layer_of(name, backend, "float32"), case.astype("float32"))
    assert {v.dtype for v in single.values()} == {np.dtype("float32")}
    assert_close(single, measure(layer_of(name), case), 2e-5)


@each_cell
@each_backend
def test_saturated_gates_stay_finite_in_single_precision(name, backend):
    case = case_of(name).astype("float32")
    case = case._replace(x=60 * case.x)
    result = measure(layer_of(name, backend, "float32"), case)
    assert all(np.isfinite(v).all() for v in result.values())


@each_cell
@each_backend
def test_a_sequence_cut_in_two_equals_the_whole(name, backend):
    """The states are carried forwards over the cut, their gradients backwards."""
    layer, case, k = layer_of(name, backend), case_of(name), 1
    p, ends = case.params, (np.minimum(case.lengths, k), case.lengths - k)
    y1, middle, tape1 = layer.forward(p, case.x[:k], case.state, ends[0])
    y2, final, tape2 = layer.forward(p, case.x[k:], middle, ends[1])
    grads2, dx2, dmiddle = layer.backward(p, tape2, case.dy[k:], case.dfinal)
    grads1, dx1, dstate = layer.backward(p, tape1, case.dy[:k], dmiddle)

    got = {f"d {n}": grads1[n] + grads2[n] for n in p}
    got |= {"y": np.concatenate([y1, y2]), "d x": np.concatenate([dx1, dx2])}
    got |= {f"final {n}": s for n, s in enumerate(final)}
    got |= {f"d state {n}": s for n, s in enumerate(dstate)}
    assert_close(got, measure(layer, case), 1e-12)


@each_cell
@each_backend
def test_what_lies_in_the_padding_does_not_matter(name, backend):
    layer, case = layer_of(name, backend), case_of(name)
    clean, over = measure(layer, case), past_the_end(case)
    x, dy = case.x.copy(), case.dy.copy()
    x[over], dy[over] = np.nan, np.nan
    dirty = measure(layer, case._replace(x=x, dy=dy))
    for key, value in clean.items():
        np.testing.assert_array_equal(dirty[key], value, err_msg=key)
    assert not clean["y"][over].any()
    assert not clean["d x"][over].any()


@each_cell
@each_backend
def test_each_row_of_a_batch_is_on_its_own(name, backend):
    """Each row alone, cut to its length instead of masked: same row, and the gradients add up."""
    layer, case = layer_of(name, backend), case_of(name)
    whole, total = measure(layer, case), dict.fromkeys(case.params, 0.0)
    for b, n in enumerate(case.lengths):
        row = case._replace(
            x=case.x[:n, b : b + 1],
            state=tuple(s[b : b + 1] for s in case.state),
            lengths=None,
            dy=case.dy[:n, b : b + 1],
            dfinal=tuple(s[b : b + 1] for s in case.dfinal),
        )
        alone = measure(layer, row)
        total = {k: total[k] + alone.pop(f"d {k}") for k in total}
        timed = {k: whole[k][:n, b : b + 1] for k in ("y", "d x")}
        rest = {k: whole[k][b : b + 1] for k in alone if k not in timed}
        assert_close(alone, timed | rest, 1e-12)
    assert_close(total, {k: whole[f"d {k}"] for k in total}, 1e-12)


@each_cell
@each_backend
def test_a_tape_outlives_the_next_forward_pass(name, backend):
    """And what the caller does with the outputs; neither pass writes into what it was given."""
    layer, case = layer_of(name, backend), case_of(name)
    before = {k: v.copy() for k, v in case.arrays().items()}
    want = gradients(measure(layer, case))
    y, final, tape = layer.forward(case.params, case.x, case.state, case.lengths)
    for array in (y, *final):
        array.fill(np.nan)
    measure(layer, case._replace(x=-case.x, dy=-case.dy))
    for _ in range(2):
        grads, _, _ = layer.backward(case.params, tape, case.dy, case.dfinal)
        for key, value in grads.items():
            np.testing.assert_array_equal(value, want[f"d {key}"], err_msg=key)
    assert_close(case.arrays(), before, 0.0)


@each_cell
@each_backend
def test_what_is_left_out_has_its_default(name, backend):
    """No lengths: all full. No state: where the class says, else 0. No dfinal: 0."""
    layer, case, cls = layer_of(name, backend), case_of(name), CELLS[name]
    start = variants.initial_values(cls())
    full = case._replace(
        state=tuple(
            np.full_like(s, start.get(n, 0.0))
            for n, s in zip(variants.states(cls), case.state, strict=True)
        ),
        lengths=np.full_like(case.lengths, len(case.x)),
        dfinal=tuple(map(np.zeros_like, case.dfinal)),
    )
    bare = measure(layer, case._replace(state=None, lengths=None, dfinal=None))
    assert_close(bare, measure(layer, full), 1e-12)


@each_cell
@each_backend
def test_feature_major_is_the_same_layer(name, backend):
    layer, case = layer_of(name, backend), case_of(name)
    turn = lambda a: np.ascontiguousarray(np.swapaxes(a, -1, -2))
    state, dfinal = tuple(map(turn, case.state)), tuple(map(turn, case.dfinal))
    h, final, tape = layer.unroll(case.params, turn(case.x), state, case.lengths)
    grads, dx, dstate = layer.unroll_backward(case.params, tape, turn(case.dy), dfinal)
    got = {f"d {k}": v for k, v in grads.items()} | {"y": turn(h), "d x": turn(dx)}
    got |= {f"final {k}": turn(s) for k, s in enumerate(final)}
    got |= {f"d state {k}": turn(s) for k, s in enumerate(dstate)}
    assert_close(got, measure(layer, case), 1e-12)


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

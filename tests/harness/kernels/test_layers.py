"""What holds for a layer of any cell: lengths, batches, tapes, defaults, precision."""

import numpy as np
from helpers.kernels import CELLS, case_of, each_cell, layer_of, past_the_end
from helpers.layers import each_backend, gradients
from oracles.comparison import assert_close, measure

from gatelab import variants


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

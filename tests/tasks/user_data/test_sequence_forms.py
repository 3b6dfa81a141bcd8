"""Sequences as people bring them: what they are read as, what is said, what is refused."""

import numpy as np
import pandas as pd
import pytest
from helpers.drawing import rng
from helpers.refusals import refused

from gatelab import tasks
from gatelab.tasks import TaskError

Y = np.arange(30) % 3
X = rng().normal(size=(30, 6, 2))
RAGGED = [each[: 3 + i % 4] for i, each in enumerate(X)]
LENGTHS = np.array([len(each) for each in RAGGED])
PADDED = np.where(np.arange(6)[:, None] < LENGTHS[:, None, None], X, 0)


def as_objects(items):
    array = np.empty(len(items), object)
    array[:] = items
    return array


@pytest.mark.parametrize(
    "x",
    [
        RAGGED,
        tuple(RAGGED),
        as_objects(RAGGED),
        [each.tolist() for each in RAGGED],
        [pd.DataFrame(each) for each in RAGGED],
        [each.T for each in RAGGED],  # (D, t), as aeon has them
        pd.Series(RAGGED),
        pd.DataFrame({d: [pd.Series(each[:, d]) for each in RAGGED] for d in (0, 1)}),
        pd.concat({i: pd.DataFrame(each) for i, each in enumerate(RAGGED)}),
        np.where(np.arange(6)[:, None] < LENGTHS[:, None, None], X, np.nan),
    ],
    ids=lambda x: type(x).__name__,
)
def test_ragged_sequences_of_every_form_are_padded_and_have_lengths(x):
    task = tasks.from_arrays(x, Y)
    assert np.array_equal(task.batch.x, PADDED.astype(np.float32))
    assert task.batch.lengths.tolist() == LENGTHS.tolist()
    tasks.check_task(task)


@pytest.mark.parametrize(
    "x",
    [
        X,
        X.tolist(),
        [*X],
        X.astype(object),
        np.ma.masked_array(X, np.zeros(X.shape, bool)),
        pd.concat({i: pd.DataFrame(each) for i, each in enumerate(X)}),
        pd.DataFrame({d: [each[:, d] for each in X] for d in (0, 1)}),
    ],
    ids=lambda x: type(x).__name__,
)
def test_full_sequences_of_every_form_are_an_array(x):
    task = tasks.from_arrays(x, Y)
    assert np.array_equal(task.batch.x, X.astype(np.float32))
    assert task.batch.lengths is None


@pytest.mark.parametrize(
    "x",
    [X[..., 0], X[..., 0].tolist(), pd.DataFrame(X[..., 0]), X[..., 0].T, [*X[..., 0]]],
)
def test_rows_of_numbers_are_sequences_of_one_input(x):
    task = tasks.from_arrays(x, pd.Series(Y))
    assert np.array_equal(task.batch.x, X[..., :1].astype(np.float32))
    assert task.notes == ("x is read as 30 sequences of 6 steps of one input",)


def test_whole_numbers_are_quantities_unless_made_one_hot():
    codes = rng().integers(0, 4, (30, 6))
    task = tasks.from_arrays(codes, Y)
    assert task.batch.x.dtype == np.float32
    assert "np.eye(K)[x] gives them one-hot" in task.notes[-1]
    assert tasks.from_arrays(np.eye(4)[codes], Y).notes == ()
    assert np.array_equal(tasks.from_arrays(X > 0, Y).batch.x, X > 0)


def test_time_first_is_found_where_the_targets_tell():
    task = tasks.from_arrays(X.swapaxes(0, 1), Y)
    assert np.array_equal(task.batch.x, X.astype(np.float32))
    assert task.notes == ("x (6, 30, 2) is read as (T, N, D)",)
    steps = np.cumsum(X, 1)
    for x, y, lengths in (
        (X.swapaxes(0, 1), steps, None),
        (X.swapaxes(0, 1), steps.swapaxes(0, 1), np.full(30, 6)),
    ):
        task = tasks.from_arrays(x, y, lengths, kind="series")
        assert np.array_equal(task.batch.x, X.astype(np.float32))
        assert np.array_equal(task.batch.y, steps.astype(np.float32))


@pytest.mark.parametrize(("order", "axes"), [("TND", (1, 0, 2)), ("NDT", (0, 2, 1))])
def test_order_is_followed_if_given(order, axes):
    task = tasks.from_arrays(X.transpose(axes), Y, order=order)
    assert np.array_equal(task.batch.x, X.astype(np.float32))
    square, steps = rng().normal(size=(6, 6, 2)), rng().normal(size=(6, 6, 1))
    one = tasks.from_arrays(square, steps, kind="series")
    y = steps.swapaxes(0, 1) if order == "TND" else steps
    two = tasks.from_arrays(square.transpose(axes), y, kind="series", order=order)
    assert np.array_equal(one.batch.x, two.batch.x)
    assert np.array_equal(one.batch.y, two.batch.y)


def test_channels_before_steps_are_asked_about_and_the_advice_works():
    wide = rng().normal(size=(30, 2, 9))
    assert 'say order="NDT"' in tasks.from_arrays(wide, Y).notes[0]
    steps = rng().normal(size=(30, 9, 1))
    with refused(TaskError, r'y has 9 steps, but x \(30, 2, 9\) has 2; .* say order="NDT"'):
        tasks.from_arrays(wide, steps, kind="series")
    task = tasks.from_arrays(wide, steps, kind="series", order="NDT")
    assert np.array_equal(task.batch.x, wide.swapaxes(1, 2).astype(np.float32))


def test_zeros_at_the_ends_are_asked_about_and_the_advice_works():
    with refused(TaskError, r'2[0-9] sequences end in .* \[0\]: lengths="padded" .*="full"'):
        tasks.from_arrays(PADDED, Y)
    task = tasks.from_arrays(PADDED, Y, lengths="padded")
    assert task.batch.lengths.tolist() == LENGTHS.tolist()
    assert task.notes[0].endswith("sequences are padded with zeros or NaN at the end")
    assert tasks.from_arrays(PADDED, Y, lengths="full").batch.lengths is None
    assert tasks.from_arrays(PADDED, Y, lengths=LENGTHS).batch.lengths is not None


def test_zeros_that_are_data_are_not_asked_about():
    rain = np.maximum(X[..., :1], 0)  # dry within, too
    binary = (PADDED > 0).astype(float)
    still = np.where(np.arange(6)[:, None] < 4, X, 0)  # the same end for all
    for x in (rain, binary, still):
        assert tasks.from_arrays(x, Y).batch.lengths is None


@pytest.mark.parametrize(
    "lengths",
    [
        LENGTHS.tolist(), LENGTHS.astype(float), LENGTHS[:, None], LENGTHS.astype("uint8"),
        pd.Series(LENGTHS), np.arange(6) < LENGTHS[:, None],
        (np.arange(6) < LENGTHS[:, None]).astype(int),
    ],
)  # fmt: skip
def test_lengths_of_every_form(lengths):
    task = tasks.from_arrays(PADDED, Y, lengths)
    assert task.batch.lengths.tolist() == LENGTHS.tolist()


@pytest.mark.parametrize(
    ("fill", "want"), [("interpolate", [1, 1, 2, 3, 3]), ("previous", [1, 1, 1, 3, 3])]
)
def test_missing_values_are_refused_or_filled_as_told(fill, want):
    x = X[..., :1].copy()
    x[2, :5, 0] = [np.nan, 1, np.nan, 3, np.nan]
    with refused(TaskError, r'x holds 3 values that are NaN .* \[2, 0, 0\]; fill="interpolate"'):
        tasks.from_arrays(x, Y)
    x[2, 5:] = 3
    task = tasks.from_arrays(x, Y, fill=fill)
    assert task.batch.x[2, :5, 0].tolist() == want
    assert task.notes[-1].startswith("3 missing values of x were filled")
    x[2, :5] = np.nan
    x[2, 5] = 9
    assert (tasks.from_arrays(x, Y, fill=fill).batch.x[2] == 9).all()
    both = np.concatenate([x, np.full_like(x, np.nan)], 2)
    with refused(TaskError, "input 1 of sequence 0 holds no value; leave it out"):
        tasks.from_arrays(both, Y, fill=fill)


def test_masked_values_are_missing_values():
    x = np.ma.masked_array(X, X > 9)
    x[4, 2, 1] = np.ma.masked
    with refused(TaskError, r"x holds 1 values that are NaN .* \[4, 2, 1\]"):
        tasks.from_arrays(x, Y)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"x": [*RAGGED[:4], RAGGED[4][:, :1], *RAGGED[5:]]}, "sequence 4 of x has 1 inputs, the"),
        ({"x": [*RAGGED[:4], RAGGED[4][:0], *RAGGED[5:]]}, "sequence 4 of x has no steps"),
        ({"x": RAGGED, "lengths": LENGTHS + 1}, r"say otherwise than the sequences, .* \[0\]"),
        ({"x": X.transpose(1, 2, 0)}, r"np.moveaxis\(x, 2, 0\) puts them first"),
        ({"x": pd.DataFrame(X[..., 0]).assign(id="a")}, r"x.drop\(columns=\['id'\]\) leaves it"),
        ({"x": np.where(X > 2, "a", X.astype(object))}, r"x must hold numbers, got 'a' \(str\)"),
        ({"x": ["some", "words"] * 15}, "x must hold numbers, got 'some'"),
        ({"x": np.full((30, 6), 10**400, object)}, "x holds a number that is too large for any"),
        ({"y": ["a", "b"]}, "y of a classification must be 30 labels, got shape \\(2,\\)"),
        ({"x": X.astype(complex)}, "x must hold numbers, got .* \\(complex\\)"),
        ({"order": "DNT"}, "unknown order 'DNT'; .*NTD"),
        ({"fill": "mean"}, "fill must be 'interpolate' or 'previous', got 'mean'"),
        ({"lengths": "ful"}, "lengths must be numbers, 'full' or 'padded', got 'ful'"),
        ({"lengths": np.tile([1, 0, 1, 0, 0, 0], (30, 1))}, "row 0 of the mask has a gap"),
        ({"x": np.where(np.arange(30)[:, None, None] == 3, np.nan, X)}, "sequence 3 of x holds no"),
    ],
)
def test_what_are_no_sequences_is_refused(change, complaint):
    with refused(TaskError, complaint):
        tasks.from_arrays(**({"x": X, "y": Y} | change))


def test_a_sparse_matrix_is_refused_and_the_advice_works():
    from scipy.sparse import csr_matrix

    x = csr_matrix(X[..., 0])
    with refused(TaskError, r"x is a sparse matrix; x.toarray\(\) makes it an array"):
        tasks.from_arrays(x, Y)
    tasks.from_arrays(x.toarray(), Y)


def test_what_scikit_learn_loads_is_a_task():
    from sklearn.datasets import load_digits, load_iris

    task = tasks.from_arrays(*load_digits(return_X_y=True))
    assert (task.outputs, task.batch.x.shape) == (10, (1797, 64, 1))
    held = load_iris(as_frame=True)
    task = tasks.from_arrays(held.data, held.target, labels=held.target_names)
    assert task.labels == ("setosa", "versicolor", "virginica")

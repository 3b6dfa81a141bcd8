"""What may not leak: no split of real data reads or asks for what is another's."""

from itertools import islice

import numpy as np
import pytest
from helpers.drawing import rng
from hypothesis import given, settings
from hypothesis import strategies as st

from gatelab import tasks
from gatelab.tasks import Batch, TaskError, etth1, santa_fe, shakespeare
from gatelab.tasks.shared import characters
from gatelab.tasks.shared.ragged import padded, standardised


def poisoned(series, part):
    """The series with NaN in one part of it."""
    series = series.copy()
    series[part] = np.nan
    return series


def finite(splits):
    train, valid, test = splits.train.batch, splits.valid, splits.test
    return [bool(np.isfinite(part).all()) for batch in (train, valid, test) for part in batch[:2]]


PARTS = [slice(6000, 8000), slice(8000, 10093)]


def test_santa_fe_windows_stay_in_their_split(monkeypatch):
    series = rng().random(10093) * 255
    for part, expected in zip(PARTS, ([1, 1, 0, 0, 1, 1], [1, 1, 1, 1, 0, 0]), strict=True):
        monkeypatch.setattr(santa_fe, "load", lambda part=part: poisoned(series, part))
        assert finite(tasks.make("santa_fe").splits(rng())) == expected
    monkeypatch.setattr(santa_fe, "load", lambda: series)
    train, valid, test = tasks.make("santa_fe", window=50, stride=30).splits(rng())
    x, y = train.batch.x[..., 0], train.batch.y[..., 0]
    scaled = (series - series[:6000].mean()) / series[:6000].std()
    assert np.array_equal(x[:, 1:], y[:, :-1])
    for n in (0, 1, len(x) - 1):
        assert np.allclose(x[n], scaled[30 * n : 30 * n + 50], atol=1e-5)
    assert 30 * len(x) + 51 > 6000
    assert np.allclose(test.y[0, :, 0], scaled[8001:], atol=1e-5)
    assert np.array_equal(valid.x[0, 1:], valid.y[0, :-1])


@pytest.mark.parametrize("history", ["within", "before"])
def test_etth1_targets_stay_in_their_split_and_windows_too_if_asked(monkeypatch, history):
    hours = rng().random((17420, 7))
    # Targets are changes from the window's last value, which may be in the hours before.
    own = int(history == "within")
    for part, expected in (
        (slice(8640, 11520), [1, 1, 0, 0, own, own]),
        (slice(11520, None), [1, 1, 1, 1, 0, 0]),
        (slice(14400, None), [1, 1, 1, 1, 1, 1]),
    ):
        monkeypatch.setattr(etth1, "load", lambda part=part: poisoned(hours, part))
        task = tasks.make("etth1", history=history, window=30, horizon=5)
        assert finite(task.splits(rng())) == expected
    assert len(task.splits(rng()).test.x) == 2880 - 34 + (0 if own else 30)


def test_etth1_forecasts_changes_from_the_last_value():
    hours = rng().random((40, 7))
    batch = etth1.windows(hours, 24, 3)
    assert batch.x.shape == (14, 24, 7)
    assert not batch.x[:, -1].any()
    for n in (0, 13):
        last = hours[n + 23]
        assert np.allclose(batch.x[n], hours[n : n + 24] - last, atol=1e-6)
        assert np.allclose(batch.y[n].reshape(3, 7), hours[n + 24 : n + 27] - last, atol=1e-6)


def test_windows_that_do_not_fit_are_refused():
    with pytest.raises(TaskError, match="window must be below 6000"):
        tasks.make("santa_fe", window=6000)
    assert tasks.make("etth1", horizon=48).outputs == 48 * 7
    with pytest.raises(TaskError, match="window and horizon must fit into 2880 hours"):
        tasks.make("etth1", horizon=2800)
    with pytest.raises(TaskError, match="window must be a whole number of at least 24"):
        tasks.make("etth1", window=12)


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 5), st.integers(1, 9), st.integers(60, 200), st.integers(0, 99))
def test_a_text_is_read_side_by_side_without_a_gap(rows, length, size, seed):
    text = np.arange(size)  # each place its own character
    source = characters.side_by_side(text, size, length)
    count, dealt = source.updates(rows), source.batches(rng(seed), rows)
    assert count == (size - 1) // (rows * length)
    for _ in range(2):
        epoch = [next(dealt) for _ in range(count)]
        assert [batch.continues for batch in epoch] == [False] + [True] * (count - 1)
        x = np.concatenate([batch.x.argmax(-1) for batch in epoch], 1)
        y = np.concatenate([batch.y for batch in epoch], 1)
        assert np.array_equal(x + 1, y)
        assert np.array_equal(np.diff(x.ravel()), np.ones(x.size - 1))


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 5), st.integers(20, 60))
def test_held_out_text_stands_in_long_rows(rows, size):
    batch = characters.in_rows(np.arange(size), size, rows)
    steps = (size - 1) // rows
    assert batch.x.shape == (rows, steps, size)
    assert batch.y.ravel().tolist() == list(range(1, 1 + rows * steps))
    assert np.array_equal(batch.x.argmax(-1) + 1, batch.y)
    assert np.array_equal(batch.x.sum(-1), np.ones(batch.y.shape))


def test_shakespeare_splits_share_no_character(monkeypatch):
    text = np.repeat([0, 1, 2], [8500, 500, 1000]).astype(np.uint8)
    monkeypatch.setattr(shakespeare, "load", lambda: text)
    train, valid, test = tasks.make("shakespeare", length=16).splits(rng())
    pieces = (*islice(train.batches(rng(), 5), 2 * train.updates(5)), valid, test)
    symbols = [0] * (len(pieces) - 2) + [1, 2]
    for symbol, batch in zip(symbols, pieces, strict=True):
        assert (batch.y == symbol).all()
        assert (batch.x.argmax(-1) == symbol).all()
    everything = tasks.make("shakespeare", validation="none", length=9)
    assert not everything.has_validation
    assert everything.splits(rng()).train.updates(999) == 1  # of 8,999, the last one asked for
    with pytest.raises(TaskError, match="length must be below 500"):
        tasks.make("shakespeare", length=500).splits(rng())


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(1, 6), min_size=2, max_size=6), st.integers(0, 99))
def test_scale_is_that_of_the_training_steps(lengths, seed):
    draw = rng(seed)

    def batch(lengths, offset):
        x, lengths = padded([offset + draw.normal(size=(n, 2)) for n in lengths])
        return Batch(x, np.arange(len(x)), lengths)

    given_, other = batch([7, *lengths], 30), batch(lengths, 500)
    train, valid, test = standardised(given_, other, other)
    seen = train.batch.x[train.batch.valid()]
    assert np.allclose(seen.mean(0), 0, atol=1e-3)
    assert np.allclose(seen.std(0), 1, atol=1e-3)
    assert valid.x[other.valid()].min() > 50
    assert not test.x[~other.valid()].any()

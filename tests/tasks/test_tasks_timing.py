"""Tasks of precise timing: spikes measured, spikes made, oscillations."""

import math
from itertools import islice

import numpy as np
import pytest
from helpers import languages
from helpers.drawing import rng, seeds
from hypothesis import given, settings
from hypothesis import strategies as st

from gatelab import tasks
from gatelab.tasks import METRICS, Batch, TaskError
from gatelab.tasks.periodic_function import draws, oscillations
from gatelab.tasks.shared import spike_trains
from gatelab.tasks.spike_delays import SpikeDelays
from gatelab.tasks.timed_spikes import TimedSpikes

quick = settings(deadline=None, max_examples=40)
trains = st.tuples(st.integers(1, 12), st.integers(1, 20), st.integers(1, 6))
TIMING = ["periodic_function", "spike_delays", "timed_spikes"]


def measured(*drawn):
    return SpikeDelays().batch(*spike_trains.trains(*drawn))


def asked_for(*drawn):
    return TimedSpikes().batch(*spike_trains.trains(*drawn))


def drawn_row(name):
    """The two rows of a task's docstring; a dot is NaN."""
    rows = languages.drawn_row(name)
    return np.array([[math.nan if v == "." else float(v) for v in row] for row in rows])


def sequences(batch):
    """x and y (T,) of each sequence; nothing is asked for behind its end."""
    assert batch.lengths.max() == batch.x.shape[1]
    for x, y, alive in zip(batch.x[..., 0], batch.y[..., 0], batch.valid(), strict=True):
        assert np.isnan(y[~alive]).all()
        yield x[alive], y[alive]


def delays_between(spikes, interval):
    """I(n) of a train of 0 and 1 that ends with a spike, step by step."""
    delays, since = [], 0
    for spike in spikes:
        since += 1
        if spike == 1:
            delays.append(since - interval)
            since = 0
        else:
            assert spike == 0
    assert since == 0
    return delays


def baseline(name, **options):
    task = tasks.make(name, **options)
    splits = task.splits(rng())
    return task.baselines(splits), splits


# Spikes


@quick
@given(seeds, trains)
def test_spikes_are_measured_from_one_to_the_next(seed, train):
    spikes, interval, largest = train
    for x, y in sequences(measured(rng(seed), 5, spikes, interval, largest)):
        delays = delays_between(x, interval)
        assert len(delays) == spikes
        assert {*delays} <= {*range(largest + 1)}
        assert np.array_equal(y[x == 1], delays)
        assert np.isnan(y[x == 0]).all()


@quick
@given(seeds, trains)
def test_spikes_are_made_to_the_delays_that_are_read(seed, train):
    spikes, interval, largest = train
    batch = asked_for(rng(seed), 5, spikes, interval, largest)
    assert not batch.x[~batch.valid()].any()
    for x, y in sequences(batch):
        delays = delays_between(y, interval)
        assert len(delays) == spikes
        assert np.array_equal(x, np.repeat(delays, np.add(delays, interval)))


def test_spikes_are_the_same_in_both_tasks_and_delays_are_even():
    heard, made = measured(rng(), 2000, 6, 4, 3), asked_for(rng(), 2000, 6, 4, 3)
    assert np.array_equal(heard.x, np.nan_to_num(made.y))
    assert np.array_equal(heard.lengths, made.lengths)
    delays = heard.y[~np.isnan(heard.y)].reshape(2000, 6).astype(int)
    for n in range(6):
        assert np.allclose(np.bincount(delays[:, n]) / 2000, 1 / 4, atol=0.04)
    assert np.abs(np.corrcoef(delays.T) - np.eye(6)).max() < 0.1


@pytest.mark.parametrize("name", ["spike_delays", "timed_spikes"])
def test_spikes_go_on_for_longer_in_the_test(name):
    task = tasks.make(name, interval=3, largest=2, spikes=4, test_spikes=9)
    tasks.check_task(task)
    train, valid, test = task.splits(rng())
    trains_of = {"spike_delays": "x", "timed_spikes": "y"}[name]
    for part, spikes in ((next(train.batches(rng(), 20)), 4), (valid, 4), (test, 9)):
        assert (np.nansum(getattr(part, trains_of), axis=(1, 2)) == spikes).all()
    with pytest.raises(TaskError, match="interval must be a whole number of at least 1"):
        tasks.make(name, interval=0)


def test_spike_baselines_by_hand():
    scores, splits = baseline("spike_delays", largest=3)
    assert scores["mean of the targets"] == pytest.approx((4**2 - 1) / 12, rel=0.05)
    assert METRICS["solved_0.49"].score(splits.test.y, splits.test.y, splits.test.lengths) == 1
    scores, _ = baseline("timed_spikes", interval=1, largest=4)
    share = 1 / 3  # a spike every 1 + 2 steps
    assert scores["mean of the targets"] == pytest.approx(share * (1 - share), rel=0.02)
    # A delay I holds for 1 + I steps, the last of which has the spike.
    known = np.mean([1 - 1 / (1 + i) for i in range(5)]) * share
    assert scores["mean for each input"] == pytest.approx(known, rel=0.02)


def test_spike_tasks_draw_the_rows_of_their_docstrings():
    x, y = drawn_row("spike_delays")
    assert delays_between(x, 3) == [*y[x == 1]] == [0, 1, 1]
    assert np.array_equal(np.isnan(y), x == 0)
    x, y = drawn_row("timed_spikes")
    assert delays_between(y, 3) == [0, 1, 1]
    assert np.array_equal(x, np.repeat([0, 1, 1], [3, 4, 4]))


# Oscillations


def by_definition(function, t, period):
    """One value of each function, by the paper's formulas."""
    place = t % period
    return {
        "cosine": 0.5 * (1 - math.cos(2 * math.pi * t / period)),
        "triangle": 2 * min(place, period - place) / period,
        "rectangle": float(place > period / 2),
    }[function]


@quick
@given(
    st.sampled_from(["cosine", "triangle", "rectangle"]),
    st.integers(2, 30),
    st.lists(st.integers(1, 70), min_size=1, max_size=5),
)
def test_oscillations_follow_their_function_and_repeat(function, period, lengths):
    batch = oscillations(np.array(lengths), function, period)
    assert (batch.x == 1).all()
    for length, (_, y) in zip(lengths, sequences(batch), strict=True):
        expected = [by_definition(function, t, period) for t in range(1, length + 1)]
        assert np.allclose(y, expected, atol=1e-6)
        if length > period:
            assert np.allclose(y[period:], y[:-period], atol=1e-6)


def test_oscillations_differ_in_length_only():
    task = tasks.make("periodic_function", length=20, test_length=90)
    tasks.check_task(task)
    train, valid, test = task.splits(rng())
    assert test.x.shape == (1, 90, 1)
    lengths = next(train.batches(rng(), 4000)).lengths
    assert np.allclose(np.bincount(lengths)[1:] / 4000, 1 / 20, atol=0.02)
    for x, y in sequences(valid):
        assert np.array_equal(y, test.y[0, : len(x), 0])


@pytest.mark.parametrize(
    ("function", "period", "variance"),
    [("cosine", 10, 1 / 8), ("cosine", 25, 1 / 8), ("rectangle", 10, 0.4 * 0.6)],
)
def test_oscillation_baseline_is_the_spread_of_a_period(function, period, variance):
    scores, _ = baseline("periodic_function", function=function, period=period)
    assert scores["mean of the targets"] == pytest.approx(math.sqrt(variance))


def test_oscillation_options_are_checked():
    with pytest.raises(TaskError, match="function must be one of 'cosine', 'triangle', 'rect"):
        tasks.make("periodic_function", function="sawtooth")
    with pytest.raises(TaskError, match="period must be a whole number of at least 2, got 1"):
        tasks.make("periodic_function", period=1)


def test_oscillation_draws_the_row_of_its_docstring():
    x, y = drawn_row("periodic_function")
    assert (x == 1).all()
    assert np.array_equal(y, [by_definition("triangle", t, 4) for t in range(1, 9)])


# All three


@pytest.mark.parametrize("name", TIMING)
def test_sketch_shows_numbers_above_each_other(name):
    task = tasks.make(name)
    sketch = task.sketch(task.splits(rng()).test).splitlines()
    x, y = (line.split() for line in sketch)
    assert (x[0], y[0], x[-1], y[-1]) == ("x", "y", "...", "...")
    assert len(x) == len(y) == 32
    assert len({len(line) for line in sketch}) == 1


@pytest.mark.parametrize("name", TIMING)
def test_nothing_is_drawn_but_from_the_rng(name):
    draw = {
        "spike_delays": lambda r: measured(r, 20, 5, 3, 2),
        "timed_spikes": lambda r: asked_for(r, 20, 5, 3, 2),
        "periodic_function": lambda r: draws(r, 20, 50, lambda n: oscillations(n, "triangle", 7)),
    }[name]
    one, same, other = draw(rng(1)), draw(rng(1)), draw(rng(2))
    assert isinstance(one, Batch)
    for a, b in zip(one, same, strict=True):
        assert np.array_equal(a, b, equal_nan=True)
    assert not np.array_equal(one.lengths, other.lengths)


@pytest.mark.parametrize("name", ["spike_delays", "timed_spikes"])
def test_validation_meets_training_again_and_the_test_does_not(name):
    """As the docstrings say: there are 1024 short trains in all."""
    train, valid, held = tasks.make(name).splits(rng())
    trains_of = lambda batch: {x.tobytes() + y.tobytes() for x, y in sequences(batch)}
    seen = set().union(*(trains_of(b) for b in islice(train.batches(rng(1), 32), 100)))
    met = [x.tobytes() + y.tobytes() in seen for x, y in sequences(valid)]
    assert 0.9 < np.mean(met) < 1
    assert not trains_of(held) & seen

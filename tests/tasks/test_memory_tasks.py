"""The tasks of long memory: what holds for every form of each, and what they share."""

import re
import sys

import numpy as np
import pytest
from helpers.drawing import rng
from helpers.refusals import refused

from gatelab import tasks
from gatelab.tasks import METRICS, TaskError
from gatelab.tasks.shared.symbols import log_frequencies, one_hot

FORMS = [
    ("adding_ragged", {"length": 20}),
    ("multiplication", {"length": 20}),
    ("temporal_order", {"length": 10}),
    ("temporal_order", {"classes": 8, "length": 33}),
    ("long_lag", {"lag": 12}),
    ("long_lag", {"form": "2b", "lag": 12}),
    ("long_lag", {"form": "2c", "lag": 12, "distractors": 5}),
    ("two_sequence", {"length": 10}),
    ("two_sequence", {"form": "3b", "length": 10, "informative": 1}),
    ("two_sequence", {"form": "3c", "length": 10}),
    ("copy_memory", {"length": 5, "items": 3, "symbols": 4}),
    ("delayed_recall", {"length": 15, "delay": 3, "symbols": 3}),
    ("parity", {"length": 5, "test_length": 9}),
    ("arithmetic_series", {"numbers": 12, "window": 2}),
]


@pytest.mark.parametrize(("name", "options"), FORMS)
def test_every_form_passes_the_checks_and_can_be_drawn(name, options):
    task = tasks.make(name, **options)
    tasks.check_task(task)
    assert task.sketch(task.splits(rng()).test)


@pytest.mark.parametrize(("name", "options"), FORMS)
def test_streams_repeat_for_a_seed_only(name, options):
    draw = tasks.make(name, **options).splits(rng(3)).train.draw
    one, two, other = (draw(rng(seed), 40) for seed in (1, 1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(one, two, strict=True) if a is not None)
    assert not np.array_equal(one.x, other.x)


def calls(function, *arguments):
    """How many functions a call enters, NumPy's own included."""
    entered = []
    sys.setprofile(lambda frame, event, arg: entered.append(event))
    try:
        function(*arguments)
    finally:
        sys.setprofile(None)
    return sum(event in ("call", "c_call") for event in entered)


@pytest.mark.parametrize("name", sorted({name for name, _ in FORMS}))
def test_a_batch_is_drawn_without_a_loop_over_its_sequences(name):
    draw = tasks.make(name).splits(rng()).train.draw
    assert calls(draw, rng(1), 512) < 2 * calls(draw, rng(1), 32)


@pytest.mark.parametrize(
    ("name", "options", "complaint"),
    [
        ("adding_ragged", {"length": 19}, "length must be a whole number of at least 20"),
        ("multiplication", {"length": 19}, "length must be a whole number of at least 20"),
        ("temporal_order", {"length": 9}, "length must be a whole number of at least 10"),
        ("temporal_order", {"classes": 6}, "classes must be one of 4, 8, got 6"),
        ("long_lag", {"form": "2d"}, "form must be one of '2a', '2b', '2c', got '2d'"),
        ("long_lag", {"lag": 1}, "lag must be a whole number of at least 2"),
        ("two_sequence", {"form": "3"}, "form must be one of '3a', '3b', '3c', got '3'"),
        ("copy_memory", {"symbols": 1}, "symbols must be a whole number of at least 2"),
        ("delayed_recall", {"delay": 1}, "delay must be a whole number of at least 2"),
        ("arithmetic_series", {"window": 26}, "numbers must be at least window . 5"),
    ],
)
def test_options_out_of_range_are_refused_in_one_line(name, options, complaint):
    with refused(TaskError, complaint):
        tasks.make(name, **options)


# What they share


def test_one_hot_leaves_no_symbol_empty():
    assert one_hot(np.array([[1, -1, 0]]), 2).tolist() == [[[0, 1], [0, 0], [1, 0]]]


def test_frequencies_count_only_what_was_asked():
    seen, y = np.array([[0, 1, 1], [0, 1, 1]]), np.array([[1, -1, 0], [1, 0, 1]])
    shares = np.exp(log_frequencies(seen, y, 2, 2))
    assert shares == pytest.approx(np.array([[0, 1], [2 / 3, 1 / 3]]), abs=0.01)


@pytest.mark.parametrize(
    ("name", "options", "shown"),
    [
        ("long_lag", {"lag": 4}, r"x +[xy] a1 a2 a3\ny a1 a2 a3 +[xy]"),
        ("long_lag", {"form": "2c", "lag": 2}, r"x +b +[xy]( +a\d+)* .*e\ny.* [xy]"),
        ("copy_memory", {"length": 3, "items": 2}, r"x \d \d _ _ : _ _\ny _ _ _ _ _ \d \d"),
        ("parity", {"test_length": 4}, r"x  [01]{4}\ny  [01]{4}"),
        ("temporal_order", {"length": 10}, r"x  E[a-dXY]+B\ny  [0-3]"),
    ],
)
def test_sketches_show_symbols(name, options, shown):
    task = tasks.make(name, **options)
    sketch = task.sketch(task.splits(rng()).test)
    assert re.fullmatch(shown, sketch)


def test_a_perfect_memory_solves_long_lag():
    task = tasks.make("long_lag", form="2b", lag=6)
    test = task.splits(rng()).test
    first = np.broadcast_to(test.x[:, :1], test.x.shape)  # an answer that knows only the first
    assert METRICS[task.metric].score(first, test.y, test.lengths) == 1

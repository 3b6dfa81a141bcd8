"""Languages that are counted, against enumerations."""

import numpy as np
import pytest
from helpers.drawing import rng
from helpers.languages import drawn_row, read, score
from hypothesis import given, settings
from hypothesis import strategies as st

from gatelab import tasks
from gatelab.tasks import TaskError
from gatelab.tasks.continual_reber import walk
from gatelab.tasks.counting import random_strings, strings
from gatelab.tasks.dyck import words

quick = settings(deadline=None, max_examples=30)


def counted(language, longest):
    """All strings of a language with 1 <= n <= longest, typed as they are defined."""
    return ["S" + "".join(letter * n for letter in language) + "T" for n in range(1, longest + 1)]


@quick
@given(st.sampled_from(["ab", "abc"]), st.lists(st.integers(1, 12), min_size=1, max_size=8))
def test_counting_sets_are_those_of_an_enumeration(language, n):
    batch = strings(np.array(n), len(language))
    everything = counted(language, max(n) + 1)  # one longer: a^n may always go on
    for k, (string, sets) in zip(n, read(batch, "S" + language, language + "T"), strict=True):
        assert "".join(string) + "T" == counted(language, k)[-1]
        for t in range(len(string)):
            beginning = "".join(string[: t + 1])
            legal = {s[t + 1] for s in everything if s.startswith(beginning)}
            assert sets[t] == legal


@pytest.mark.parametrize(("language", "letters"), [("anbn", 2), ("anbncn", 3)])
def test_counting_is_tested_beyond_what_it_is_trained_on(language, letters):
    task = tasks.make("counting", language=language, train_n=7, test_n=12)
    tasks.check_task(task)
    train, valid, test = task.splits(rng())
    n = [sorted((part.lengths - 1) // letters) for part in (valid, test)]
    assert n == [list(range(1, 8)), list(range(8, 13))]
    seen = (next(train.batches(rng(), 7000)).lengths - 1) // letters
    assert np.allclose(np.bincount(seen, minlength=8)[1:] / 7000, 1 / 7, atol=0.02)
    assert test.x.shape == (5, 1 + letters * 12, letters + 1)


def test_counting_markov_errs_once_or_twice_a_string():
    for language, letters in (("anbn", 2), ("anbncn", 3)):
        task = tasks.make("counting", language=language, train_n=5, test_n=9)
        splits = task.splits(rng())
        scores = task.baselines(splits)
        steps = splits.test.lengths.sum()
        assert scores["Markov, most common set"] == pytest.approx(1 - 4 * (letters - 1) / steps)
        assert scores["best constant set"] < 0.6
        assert score(task, splits, splits.test.y) == 1


def test_counting_refuses_a_test_that_is_not_longer():
    with pytest.raises(TaskError, match="test_n must be above train_n, which is 50, got 50"):
        tasks.make("counting", test_n=50)
    with pytest.raises(TaskError, match="language must be one of 'anbn', 'anbncn', got 'abc'"):
        tasks.make("counting", language="abc")


def test_counting_draws_the_row_of_its_docstring():
    sketch = tasks.make("counting").sketch(strings(np.array([3]), 2))
    assert [line.split()[1:] for line in sketch.splitlines()] == drawn_row("counting")


# All three


@pytest.mark.parametrize("name", ["counting", "dyck", "continual_reber"])
@pytest.mark.parametrize("draw", [0, 1])
def test_nothing_is_drawn_but_from_the_rng(name, draw):
    draws = {
        "counting": lambda r: random_strings(r, 9, 2, 30),
        "dyck": lambda r: words(r, 9, 2, 4, (2, 30)),
        "continual_reber": lambda r: walk(r, np.zeros(9, int), 30)[0],
    }[name]
    one, same, other = draws(rng(draw)), draws(rng(draw)), draws(rng(draw + 7))
    assert np.array_equal(one.x, same.x)
    assert np.array_equal(one.y, same.y)
    assert one.x.shape != other.x.shape or not np.array_equal(one.x, other.x)

"""Baselines of real data, by hand."""

import numpy as np
import pytest
from helpers.drawing import rng

from gatelab.tasks import Batch, etth1
from gatelab.tasks.shared import characters, horizons, pianoroll
from gatelab.tasks.shared.ragged import padded
from gatelab.tasks.shared.references import majority, moments_and_logistic, ngrams_and_logistic
from gatelab.tasks.shared.text import one_hot


def test_linear_map_finds_straight_lines():
    slopes = rng().normal(size=7)
    train, test = (etth1.windows(np.outer(np.arange(t, t + 60), slopes), 24, 5) for t in (0, 500))
    assert np.allclose(horizons.linear(train, test), test.y, atol=1e-3)


def test_chords_by_key_by_hand():
    roll = np.zeros((9, 88))
    roll[::2, 0] = 1  # struck every other frame: 5 of 9, and never twice in a row
    batch = pianoroll.next_chords([roll])
    scores = pianoroll.chord_baselines(batch, batch)
    rest = -87 * np.log(1 - 0.5 / 10)
    p = 5.5 / 10
    assert scores["each key's rate"] == pytest.approx(
        -(5 * np.log(p) + 4 * np.log(1 - p)) / 9 + rest
    )
    # Any key after itself 0 of 4, after silence 5 of the other 788 times.
    begins = 5.5 / 789
    assert scores["last chord again"] == pytest.approx(
        -(4 * np.log(1 - 0.5 / 5) + 5 * np.log(begins) + 783 * np.log(1 - begins)) / 9
    )
    # After silence always struck (5 of 5), after a stroke never (0 of 4); other keys 0 of 9.
    chain = -(5 * np.log(5.5 / 6) + 4 * np.log(1 - 0.5 / 5)) / 9
    assert scores["each key's Markov chain"] == pytest.approx(chain + rest)


def test_ngrams_are_distributions_that_lean_on_shorter_ones():
    text = np.resize([0, 1, 0, 2], 4000).astype(np.uint8)  # a pair is not enough, a triple is
    test = characters.in_rows(text, 3, 10)
    answers = [characters.ngrams(text, test._replace(y=np.full_like(test.y, k))) for k in range(3)]
    for name in answers[0]:
        assert np.allclose(sum(np.exp(answer[name]) for answer in answers), 1)
    alone, pair, triple = (-found.mean() for found in characters.ngrams(text, test).values())
    assert alone == pytest.approx(1.5 * np.log(2), rel=0.05)
    assert pair == pytest.approx(np.log(2) / 2, rel=0.2)
    assert triple < 0.15


def test_classical_models_by_hand():
    assert majority(np.array([0, 1, 1]), np.array([1, 0, 1, 1])) == 0.75
    y = np.arange(40) % 2
    x, lengths = padded([rng(n).normal(size=(3 + n % 4, 1)) * (1 + 9 * c) for n, c in enumerate(y)])
    wild = Batch(x, y, lengths)
    assert moments_and_logistic(wild, wild) > 0.85
    for words, texts in ((True, ("good day", "bad day")), (False, ("aab", "abb"))):
        x, lengths = one_hot(texts * 10, "abdgoy ")
        told = Batch(x, np.array([0, 1] * 10), lengths)
        assert ngrams_and_logistic(told, told, "abdgoy ", words=words) == 1

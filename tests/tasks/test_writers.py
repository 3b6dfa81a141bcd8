"""Writers: what is drawn follows the network's chances."""

import numpy as np
import pytest
from helpers.drawing import rng
from helpers.written import LETTERS
from scipy.special import expit, softmax
from scipy.stats import binomtest, chisquare

from gatelab.tasks.shared.writers import Chords, Symbols


def drawn(writer, logits, temperature, times=20_000):
    return writer.drawn(np.tile(logits, (times, 1)), temperature, rng())


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_symbols_are_drawn_from_the_softmax_of_logits_over_temperature(temperature):
    logits = np.array([0.0, 1.0, -1.0, 0.5, 2.0, -2.0])
    seen = drawn(Symbols(LETTERS), logits, temperature)
    assert np.array_equal(seen.sum(1), np.ones(len(seen)))
    expected = len(seen) * softmax(logits / temperature)
    assert chisquare(seen.sum(0), expected).pvalue > 0.01


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_legal_symbols_are_drawn_in_proportion_to_their_chances(temperature):
    logits = np.array([3.0, 2.0, -1.0, 0.0, -4.0, 1.0])
    chances = expit(logits) ** (1 / temperature)
    seen = drawn(Symbols(LETTERS, sets=True), logits, temperature).sum(0)
    assert chisquare(seen, seen.sum() * chances / chances.sum()).pvalue > 0.01


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_keys_are_struck_each_by_itself(temperature):
    logits = np.linspace(-3, 3, 88)
    seen = drawn(Chords(), logits, temperature, 4000)
    for struck, chance in zip(seen.sum(0), expit(logits / temperature), strict=True):
        assert binomtest(int(struck), len(seen), chance).pvalue > 1e-4
    together = np.corrcoef(seen[:, 30:60].T) - np.eye(30)
    assert np.abs(together).max() < 0.08


def test_at_temperature_0_the_most_probable_is_taken():
    logits = rng(1).normal(size=(50, 88))
    assert np.array_equal(Chords().drawn(logits, 0, rng()), logits > 0)
    assert np.array_equal(
        Symbols(LETTERS).drawn(logits[:, :6], 0, rng()).argmax(1), logits[:, :6].argmax(1)
    )

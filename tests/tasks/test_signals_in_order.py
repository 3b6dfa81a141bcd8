"""Temporal order and two sequences: which class the signals name."""

import re

import numpy as np
import pytest
from helpers.drawing import rng, seeds
from helpers.drawn import baselines, letters, parts, rows
from hypothesis import given, settings
from hypothesis import strategies as st

from gatelab import tasks

few = settings(deadline=None, max_examples=25)


@pytest.mark.parametrize("classes", [4, 8])
@few
@given(seed=seeds, length=st.integers(10, 120))
def test_temporal_order_names_the_order_of_the_signals(classes, seed, length):
    signals = 2 if classes == 4 else 3
    bounds = [(10, 20), (50, 60)] if classes == 4 else [(10, 20), (33, 43), (66, 76)]
    for batch in parts("temporal_order", seed, classes=classes, length=length):
        for x, y in rows(batch):
            string = "".join(letters(x, "EBabcdXY"))
            assert length <= len(string) <= length + length // 10
            assert re.fullmatch("E" + "[a-d]*[XY]" * signals + "[a-d]*B", string)
            found = [(t, symbol) for t, symbol in enumerate(string) if symbol in "XY"]
            assert y == int("".join(str("XY".index(symbol)) for _, symbol in found), 2)
            for (t, _), (low, high) in zip(found, bounds, strict=True):
                assert low * length / 100 - 1 < t <= high * length / 100


@pytest.mark.parametrize("classes", [4, 8])
def test_temporal_order_uses_every_class_and_place_evenly(classes):
    x, y, lengths = (
        tasks.make("temporal_order", classes=classes).splits(rng()).train.draw(rng(), 40_000)
    )
    assert np.bincount(y) / 40_000 == pytest.approx(1 / classes, abs=0.01)
    assert (lengths.min(), lengths.max()) == (100, 110)
    signals = x[..., 6:].sum(-1).mean(0)
    places = [
        *range(10, 21),
        *(range(50, 61) if classes == 4 else [*range(33, 44), *range(66, 77)]),
    ]
    assert np.flatnonzero(signals).tolist() == places
    assert signals[places] == pytest.approx(1 / 11, abs=0.008)


@pytest.mark.parametrize(("classes", "counted"), [(4, 3 / 4), (8, 1 / 2)])
def test_temporal_order_baselines(classes, counted):
    scores = baselines("temporal_order", classes=classes)
    assert scores["majority class"] == pytest.approx(1 / classes, abs=0.03)
    assert scores["signals counted, order forgotten"] == pytest.approx(counted, abs=0.03)


# Two sequences


@pytest.mark.parametrize("form", ["3a", "3b", "3c"])
@few
@given(seed=seeds, length=st.integers(1, 40), informative=st.integers(1, 5))
def test_two_sequence_shows_the_class_at_the_start(form, seed, length, informative):
    options = {"form": form, "length": length, "informative": informative}
    train, *held_out = parts("two_sequence", seed, **options)
    for batch in (train, *held_out):
        for x, y in rows(batch):
            assert length <= len(x) <= length + length // 10
            told = x[: min(informative, length), 0]
            if form != "3b":
                assert np.array_equal(abs(told), np.ones(len(told)))
                assert len(set(told)) == 1
            if form == "3a":
                assert y == (told[0] > 0)
            elif form == "3b":
                assert y in (0, 1)
            elif batch is not train:
                assert y == pytest.approx([0.2 if told[0] > 0 else 0.8])


def test_two_sequence_noise_has_the_variances_of_the_paper():
    for form in ("3a", "3b", "3c"):
        draw = tasks.make("two_sequence", form=form, length=20).splits(rng()).train.draw
        x, y, _ = draw(rng(), 20_000)
        noise = x[:, 3:20]
        assert noise.mean() == pytest.approx(0, abs=0.01)
        assert noise.var() == pytest.approx(0.2, rel=0.02)
        one = y[:, 0] > 0.5 if form != "3c" else x[:, 0, 0] > 0
        assert one.mean() == pytest.approx(0.5, abs=0.02)
        assert x[one, :3].mean() == pytest.approx(1, abs=0.02)
        assert x[~one, :3].mean() == pytest.approx(-1, abs=0.02)
        assert x[one, :3].var() == pytest.approx(0.2 if form == "3b" else 0, rel=0.05)
        if form == "3c":
            assert y[one].mean() == pytest.approx(0.2, abs=0.02)
            assert y[~one].mean() == pytest.approx(0.8, abs=0.02)
            assert y[one].var() == pytest.approx(0.1, rel=0.05)


def test_two_sequence_baselines():
    for form, middle in (("3a", 0.25), ("3b", 0.25), ("3c", 0.09)):
        scores = baselines("two_sequence", form=form)
        assert scores["always the middle"] == pytest.approx(middle)
        # The signal of the sum is 3, the variance of its noise about .2 * 102.
        noise = 0.2 * (105 if form == "3b" else 102)
        known = 9 / (9 + noise)
        assert scores["line through the sum"] == pytest.approx(middle * (1 - known), rel=0.06)

"""Embedded Reber, against a recogniser that shares nothing with the task's automaton.

It is the grammar as a regular expression; legal next symbols are those with a completion.
"""

import re

import numpy as np
import pytest
from helpers.batches import first
from helpers.drawing import rng, seeds
from helpers.reber import EMBEDDED
from hypothesis import given, settings
from hypothesis import strategies as st

from gatelab import tasks
from gatelab.tasks import METRICS, TaskError
from gatelab.tasks.embedded_reber import as_batch, training_strings
from gatelab.tasks.shared.reber_grammar import SYMBOLS, symbols, walk

RECOGNISER = re.compile(EMBEDDED)
# From the literature: legal and illegal strings, embedded, that between them visit every fork.
REBER = ["BTSSXXTVVE", "BPVVE", "BTXXVPSE", "BPVPXVPXVPXVVE", "BTSXXVPSE", "BTXSE", "BPTVPSE"]
NOT_REBER = ["BTSSPXSE", "BPTVVB", "BTXXVVSE", "BPVSPSE", "BTSSSE"]
ENDINGS = {
    f"B{o}{s}{o}E"[cut:] for s in REBER for o in "TP" for cut in range(len(s) + 5)
}  # enough to finish any beginning


def spell(paths):
    """The strings themselves."""
    letters = np.array(["", *SYMBOLS])
    return ["".join(row) for row in letters[symbols(paths)]]


def continuations(beginning):
    return {a for a in "BTPSXVE" for end in ENDINGS if RECOGNISER.fullmatch(beginning + a + end)}


def test_the_recogniser_knows_the_examples_of_the_literature():
    for outer in "TP":
        other = "PT"["TP".index(outer)]
        assert all(RECOGNISER.fullmatch(f"B{outer}{s}{outer}E") for s in REBER)
        assert not any(RECOGNISER.fullmatch(f"B{outer}{s}{other}E") for s in REBER)
        assert not any(RECOGNISER.fullmatch(f"B{outer}{s}{outer}E") for s in NOT_REBER)


@settings(deadline=None, max_examples=50)
@given(seeds, st.integers(9, 60))
def test_every_string_is_legal_and_every_target_set_exactly_the_legal_continuations(seed, longest):
    paths = walk(rng(seed), 12, longest)
    if len(paths) == 0:  # all twelve were longer
        return
    batch = as_batch(paths)
    for n, string in enumerate(spell(paths)):
        assert RECOGNISER.fullmatch(string)
        assert len(string) <= longest
        assert batch.lengths[n] == len(string) - 1
        for t in range(len(string) - 1):
            assert "BTPSXVE"[batch.x[n, t].argmax()] == string[t]
            assert batch.x[n, t].sum() == 1
            legal = {a for a, is_legal in zip("BTPSXVE", batch.y[n, t], strict=True) if is_legal}
            assert legal == continuations(string[: t + 1])
        assert not batch.x[n, len(string) - 1 :].any()
        assert not batch.y[n, len(string) - 1 :].any()


def strings_of(batch):
    """The strings of a batch, read from x alone; the final E is not in x."""
    letters = np.array([*"BTPSXVE"])
    return [
        "".join(row[ok]) for row, ok in zip(letters[batch.x.argmax(-1)], batch.valid(), strict=True)
    ]


def test_held_out_strings_are_distinct_and_never_trained_on():
    task = tasks.make("embedded_reber")
    train, valid, test = task.splits(rng(0))
    held_out = [set(strings_of(valid)), set(strings_of(test))]
    assert [len(part) for part in held_out] == [128, 256]
    assert not held_out[0] & held_out[1]
    trained = set(strings_of(first(train, size=20_000)))
    assert len(trained) > 500
    assert not trained & (held_out[0] | held_out[1])
    # Other studies hold out others, from the same share: none is trained on anywhere.
    assert not trained & set(strings_of(task.splits(rng(1)).test))
    # Without the split these strings do come up.
    assert {s[:-1] for s in spell(walk(rng(2), 20_000, 40))} & held_out[1]


def test_reber_draws_as_the_grammar_does():
    drawn = [s for s in spell(walk(rng(0), 50_000, 40))]
    assert len(drawn) > 49_950
    assert np.mean([len(s) for s in drawn]) == pytest.approx(12, abs=0.1)
    assert np.mean([len(s) == 9 for s in drawn]) == pytest.approx(1 / 4, abs=0.01)
    assert np.mean([s[1] == "T" for s in drawn]) == pytest.approx(1 / 2, abs=0.01)


def test_reber_length_is_capped_also_in_training():
    lengths = training_strings(rng(0), 3000, longest=12).lengths
    assert lengths.max() == 11
    with pytest.raises(TaskError, match="no 128 different strings of up to 12 symbols"):
        tasks.make("embedded_reber", max_length=12).splits(rng())
    short = tasks.make("embedded_reber", max_length=12, valid_sequences=2, test_sequences=2)
    assert short.splits(rng()).test.x.shape[1] <= 11


def test_reber_baselines_rank_by_what_they_know():
    task = tasks.make("embedded_reber")
    splits = task.splits(rng())
    scores = task.baselines(splits)
    copies = len(splits.test.x) / splits.test.lengths.sum()  # one step of each string
    assert scores["best constant set"] < scores["Markov, most common set"]
    assert scores["Markov, most common set"] < scores["second symbol forgotten"] < 1
    assert 1 - scores["second symbol forgotten"] == pytest.approx(copies / 2, rel=0.2)
    assert METRICS["legal"].score(splits.test.y - 0.5, splits.test.y, splits.test.lengths) == 1


# Command line


def test_reber_sketch_shows_symbols_over_sets(capsys):
    paths = walk(rng(5), 1, 40)
    x, y = tasks.make("embedded_reber").sketch(as_batch(paths)).splitlines()
    string = spell(paths)[0]
    assert "".join(x.split()[1:]) == string[:-1]
    assert y.split()[1:3] == ["TP", "B"]
    assert y.split()[-2:] == [string[1], "E"]

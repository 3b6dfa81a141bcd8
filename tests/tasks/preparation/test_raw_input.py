"""Sequences and texts as people have them, answered with names."""

import math

import numpy as np
import pytest
from helpers.in_use import Says

from gatelab import tasks
from gatelab.tasks import TaskError
from gatelab.tasks.framework.batches import Dataset
from gatelab.tasks.preparation.sequences import Sequences
from gatelab.tasks.preparation.texts import NextCharacter, Strings

TWO = Sequences("classification", 2, 2, (1.0, 10.0), (2.0, 5.0), ("calm", "storm"))


def test_sequences_are_scaled_and_answered_by_name():
    found = TWO.answer(network := Says([0, math.log(3)]), [[[3, 10], [1, 15]], [[5, 20]]])
    np.testing.assert_allclose(network.x, [[[1, 0], [0, 1]], [[2, 2], [0, 0]]])
    assert network.lengths.tolist() == [2, 1]
    assert found["predicted"].tolist() == ["storm", "storm"]
    np.testing.assert_allclose(found[["calm", "storm"]], [[0.25, 0.75]] * 2)


def test_one_channel_needs_no_second_axis():
    prepared = Sequences("regression", 1, 1)
    found = prepared.answer(Says([7.0]), [[1, 2, 3], [[4], [5]]])
    assert found["0"].tolist() == [7, 7]


@pytest.mark.parametrize(
    ("task", "columns"),
    [("labelling", ["predicted", "0", "1"]), ("multilabel", ["0", "1"]), ("series", ["0", "1"])],
)
def test_answers_at_each_step_end_with_their_sequence(task, columns):
    prepared = Sequences(task, 1, 2)
    found = prepared.answer(Says([[0, 0]] * 3), [[1, 2, 3], [1]])
    assert found.index.tolist() == [(0, 0), (0, 1), (0, 2), (1, 0)]
    assert [*found] == columns


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ([], "give a list of sequences"),
        ("1,2", "give a list of sequences"),
        (3, "give a list of sequences"),
        ([[]], "sequence 0 has shape"),
        ([[[1, 2]], [[1, 2, 3]]], r"sequence 1 has shape \(1, 3\), not \(T, 2\)"),
        ([[1, 2]], r"sequence 0 has shape \(2,\)"),
        ([[[1, 2], [3]]], "sequence 0 is not made of numbers"),
        ([[["a", 2]]], "sequence 0 is not made of numbers"),
        ([[[1, 2], [3, None]]], "sequence 0, step 1, channel 1 is missing"),
    ],
)
def test_what_is_no_sequence_is_refused(raw, said):
    with pytest.raises(TaskError, match=said):
        TWO.answer(Says([0, 0]), raw)


@pytest.mark.parametrize("standardise", [True, False])
def test_an_array_task_prepares_raw_sequences_as_its_splits_do(standardise):
    rng = np.random.default_rng(0)
    x = (5 + 3 * rng.standard_normal((40, 6, 2))).astype(np.float32)
    lengths = np.tile([6, 4], 20)
    task = tasks.from_arrays(x, np.tile([0, 1], 20), lengths, standardise=standardise)
    train = task.splits(np.random.default_rng(3)).train
    assert isinstance(train, Dataset)
    prepared = task.preparation(np.random.default_rng(3))
    known = {tuple(np.round(row[:length].ravel(), 4)) for row, length in
             zip(train.batch.x, train.batch.lengths, strict=True)}  # fmt: skip
    raw = [row[:length] for row, length in zip(x, lengths, strict=True)]
    scaled = prepared.scaled(*prepared.read(raw))
    found = [tuple(np.round(row[:length].ravel(), 4)) in known for row, length in
             zip(scaled, lengths, strict=True)]  # fmt: skip
    assert sum(found) == len(train.batch.x) == 24


def test_an_image_of_digits_is_sent_in_sixteenths():
    task = tasks.make("digits:order=rows")
    prepared, batch = task.preparation(), task.splits(np.random.default_rng(0)).test
    np.testing.assert_array_equal(prepared.scaled(batch.x[:3] * 16), batch.x[:3])
    assert prepared.labels[9] == "9"


# Texts -------------------------------------------------------------------------------------------


def test_the_next_character_follows_the_text():
    chances = [[0, 0, 0], [0, 0, 0], [0, math.log(2), 0]]
    found = NextCharacter("abc").answer(network := Says(chances), "cx" + "a")
    np.testing.assert_array_equal(network.x[0], [[0, 0, 1], [0, 0, 0], [1, 0, 0]])
    assert found["predicted"].tolist() == ["b"]
    np.testing.assert_allclose(found[["a", "b", "c"]], [[0.25, 0.5, 0.25]])


def test_a_text_task_brings_its_alphabet(tmp_path):
    (tmp_path / "book.txt").write_text("ab cd ab cd. " * 700)
    task = tasks.from_text(tmp_path / "book.txt", length=8)
    assert task.preparation().alphabet == task.symbols()


def test_strings_are_formed_as_in_training():
    prepared = Strings("abcdefghijklmnopqrstuvwxyz", ("x", "y"), "plain", 4)
    found = prepared.answer(network := Says([1, 0]), [" éclair", "b"])
    assert network.lengths.tolist() == [4, 1]
    assert network.x[0].argmax(-1).tolist() == [4, 2, 11, 0]  # e c l a
    assert found["predicted"].tolist() == ["x", "x"]


@pytest.mark.parametrize("raw", ["", [], [""], [1], None, "x" * 100_001])
def test_what_is_no_text_is_refused(raw):
    for prepared in (NextCharacter("ab"), Strings("ab", ("x", "y"))):
        with pytest.raises(TaskError):
            prepared.answer(Says([0, 0]), raw)

"""Labels as people write them: what they are read as, what is said, what is refused."""

import numpy as np
import pandas as pd
import pytest
from helpers.drawing import rng
from helpers.refusals import refused

from gatelab import tasks
from gatelab.tasks import TaskError

WORDS = ["cat", "dog", "bee"] * 10
CODES = [1, 2, 0] * 10  # bee, cat, dog


def read(y, kind="classification", **options):
    x = rng().normal(size=(len(y), 6, 2))
    task = tasks.from_arrays(x, y, kind=kind, **options)
    tasks.check_task(task)
    return task


@pytest.mark.parametrize(
    ("y", "codes", "labels"),
    [
        (WORDS, CODES, ("bee", "cat", "dog")),
        (np.array(WORDS), CODES, ("bee", "cat", "dog")),
        (np.array(WORDS, "S"), CODES, ("bee", "cat", "dog")),
        (np.array(WORDS, object), CODES, ("bee", "cat", "dog")),
        ([" cat", "dog ", "bee"] * 5 + WORDS[:15], CODES, ("bee", "cat", "dog")),
        (pd.Series(WORDS), CODES, ("bee", "cat", "dog")),
        (pd.Series(WORDS, dtype="category"), CODES, ("bee", "cat", "dog")),
        (pd.Categorical(WORDS, ["dog", "cat", "bee", "x"]), [1, 0, 2] * 10, ("dog", "cat", "bee")),
        (pd.DataFrame({"animal": WORDS}), CODES, ("bee", "cat", "dog")),
        (pd.get_dummies(pd.Series(WORDS)), CODES, ("bee", "cat", "dog")),
        (np.eye(3)[CODES], CODES, ()),
        (np.eye(3, dtype=bool)[CODES], CODES, ()),
        (np.array(CODES), CODES, ()),
        (np.array(CODES)[:, None], CODES, ()),
        (np.array(CODES)[None], CODES, ()),
        (np.array(CODES, float), CODES, ()),
        (np.array(CODES, "uint8"), CODES, ()),
        ([str(code) for code in CODES], CODES, ()),
        (np.array(CODES) + 1, CODES, ("1", "2", "3")),
        (np.array(CODES) + 1.0, CODES, ("1", "2", "3")),
        (np.array(CODES) * 10 + 9, CODES, ("9", "19", "29")),
        ([str(9 + 10 * code) for code in CODES], CODES, ("9", "19", "29")),
        (np.array(CODES) - 1, CODES, ("-1", "0", "1")),
        (np.array(CODES) > 0, [1, 1, 0] * 10, ("False", "True")),
        (pd.array(CODES, dtype="Int64"), CODES, ()),
        (np.where(np.array(CODES) > 0, 255, 0), [1, 1, 0] * 10, ("0", "255")),
    ],
)  # fmt: skip
def test_labels_of_every_kind_are_classes_with_names(y, codes, labels):
    x = rng().normal(size=(30, 6, 2))
    task = tasks.from_arrays(x, y)
    assert task.batch.y.tolist() == codes
    assert task.labels == labels
    assert task.outputs == len({*codes})
    assert task.legend()[1] == labels


def test_the_order_of_classes_and_what_was_stripped_is_said():
    task = read([f"{word} " for word in WORDS])
    assert task.notes == (
        "3 classes are numbered from 0 in this order: bee, cat, dog",
        "spaces around labels were left out",
    )
    assert read(CODES).notes == ()
    assert "'Cat' and 'cat' differ in case" in read(["cat", "Cat", "dog"] * 10).notes[1]


def test_names_of_numbered_classes_can_be_given():
    assert read(CODES, labels=["a", "b", "c"]).labels == ("a", "b", "c")
    with refused(TaskError, "labels must be 3 different names, one per class, got 2"):
        read(CODES, labels=["a", "b"])
    with refused(TaskError, "labels name classes; a regression has none"):
        read(np.arange(30.0), kind="regression", labels=["a"])


def test_padding_of_torch_is_no_class():
    y = np.tile([0, 1, 1, 0, -100, -100], (30, 1))
    task = read(y, kind="labelling")
    assert np.array_equal(task.batch.y, np.where(y == -100, -1, y))
    assert (task.outputs, task.labels) == (2, ())
    assert task.notes == ("60 steps labelled '-100' have no target (-1)",)
    assert np.array_equal(read(y.astype(float), kind="labelling").batch.y, task.batch.y)
    words = np.where(y == -100, "", np.where(y == 1, "yes", "no"))
    named = read(words, kind="labelling")
    assert np.array_equal(named.batch.y, task.batch.y)
    assert named.labels == ("no", "yes")
    holes = np.where(y == -100, np.nan, y)
    assert np.array_equal(read(holes, kind="labelling").batch.y, task.batch.y)


@pytest.mark.parametrize("one", [False, True])
def test_other_marks_are_asked_about_and_the_advice_works(one):
    y = np.tile([1, 2, 3, 1, 255, 255], (30, 1))
    with refused(TaskError, r'a label is 255, .*missing=255 gives .*, missing="none" makes it a'):
        read(y, kind="labelling")
    task = read(y, kind="labelling", missing=[255] if one else 255)
    assert task.labels == ("1", "2", "3")
    assert (task.batch.y == -1).sum() == 60
    assert read(y, kind="labelling", missing="none").labels == ("1", "2", "3", "255")
    whole = np.where(np.arange(30) == 4, -100, CODES)
    with refused(TaskError, r"a label is -100, .*missing=-100 leaves out such sequences"):
        read(whole)
    task = read(whole, missing=-100)
    assert len(task.batch.x) == 29
    assert task.notes == ("1 sequences labelled '-100' were left out",)


@pytest.mark.parametrize("nothing", [None, np.nan, "", pd.NA])
def test_missing_labels_are_refused_or_left_out_as_told(nothing):
    y = np.array(WORDS, object)
    y[[3, 7]] = nothing
    with refused(TaskError, r'2 labels are missing, the first at \[3\]; missing="drop" leaves out'):
        read(y)
    task = read(y, missing="drop")
    keep = np.delete(np.arange(30), [3, 7])
    assert task.batch.y.tolist() == np.array(CODES)[keep].tolist()
    assert np.array_equal(task.batch.x, read(CODES).batch.x[keep])
    assert task.notes[-1] == "2 sequences labelled with nothing were left out"


def test_missing_numbers_of_a_regression_are_left_out_as_told():
    y = np.arange(30.0)
    y[3] = np.nan
    with refused(TaskError, r'y holds 1 values .* \[3, 0\]; missing="drop" leaves out such'):
        read(y, kind="regression")
    task = read(y, kind="regression", missing="drop")
    assert task.batch.y[:, 0].tolist() == np.delete(y, 3).tolist()
    assert task.notes == ("1 sequences without a target were left out",)


def test_a_class_too_small_for_three_splits_is_refused_and_the_advice_works():
    y = ["a"] * 20 + ["b"] * 9 + ["c"]
    with refused(TaskError, r'1 of 3 classes have fewer than 3 .*: c; missing="c" leaves it out'):
        read(y)
    assert read(y, missing="c").labels == ("a", "b")
    with refused(TaskError, "1 of 2 classes have fewer than 3 .*: 1; give more sequences"):
        read([0, 1, 0, 1, 0])
    with refused(TaskError, r"missing=\['c', 'd'\] leaves them out \(missing=c,d when typed\)"):
        read([*y[:-1], "d", "c"])
    assert read([*y[:-1], "d", "c"], missing=["c", "d"]).labels == ("a", "b")


@pytest.mark.parametrize(
    ("y", "complaint"),
    [
        ([1, "a", 2] * 10, r"y holds numbers and words at once; str\(label\) of each makes"),
        ([True, "a", "b"] * 10, "y holds truth values and words at once"),
        (np.datetime64("2020-01-01") + np.arange(30) % 3, "y holds datetime64.* words or whole"),
        ([{"a"}, {"a", "b"}, {"b"}] * 10, "y holds objects such as {'a'}"),
        (np.full((30, 3), 1 / 3), r"of probabilities, y.argmax\(1\) takes the likeliest"),
        (np.tile([[1, 1, 0]], (30, 1)), r"row 0 of y holds several labels; for sets, repeat y"),
        (np.eye(4)[CODES], "column 3 of the one-hot y is never 1; leave it out"),
        (np.vstack([np.zeros((1, 3)), np.eye(3)[CODES[1:]]]), 'row 0 .* no 1; missing="drop"'),
        (np.tile([0, 1, 2, 0, 1, 2], (30, 1)), 'kind="labelling" learns a label at every step'),
        ([np.inf, 1, 0] * 10, r"y holds inf at \[0\], no class"),
        (["a"] * 30, "classes must be at least two, got a"),
    ],
)
def test_what_are_no_labels_is_refused(y, complaint):
    with refused(TaskError, complaint):
        tasks.from_arrays(rng().normal(size=(30, 6, 2)), y)


def test_advice_on_shapes_works():
    x = rng().normal(size=(30, 6, 2))
    several = np.tile([[1, 1, 0], [0, 1, 1], [1, 0, 0]], (10, 1))
    task = tasks.from_arrays(x, np.repeat(several[:, None], 6, 1), kind="multilabel")
    assert task.batch.y.shape == (30, 6, 3)
    none = np.eye(3)[CODES] * (np.arange(30) > 0)[:, None]
    assert len(tasks.from_arrays(x, none, missing="drop").batch.x) == 29
    steps = np.tile([0, 1, 2, 0, 1, 2], (30, 1))
    assert tasks.from_arrays(x, steps, kind="labelling").outputs == 3
    with refused(TaskError, 'kind="classification" learns one answer per sequence'):
        tasks.from_arrays(x, CODES, kind="labelling")
    with refused(TaskError, 'kind="regression" learns one answer per sequence'):
        tasks.from_arrays(x, CODES, kind="series")
    with refused(TaskError, "y holds words, such as 'cat': kind=\"classification\" learns them"):
        tasks.from_arrays(x, WORDS, kind="regression")


def test_labels_of_steps_may_be_one_hot_in_a_column_or_ragged():
    steps = np.tile([0, 1, 2, 0, 1, -1], (30, 1))
    hot = np.eye(3)[steps] * (steps >= 0)[..., None]
    for y in (steps, steps[..., None], hot):
        assert np.array_equal(read(y, kind="labelling").batch.y, steps)
    x = [rng(i).normal(size=(3 + i % 3, 2)) for i in range(30)]
    rows = [["no", "yes", "no", "no", "yes"][: len(each)] for each in x]
    task = tasks.from_arrays(x, rows, kind="labelling")
    assert task.labels == ("no", "yes")
    assert task.batch.y[:2].tolist() == [[0, 1, 0, -1, -1], [0, 1, 0, 0, -1]]
    with refused(TaskError, "y of sequence 4 has 1 steps, but x has 4"):
        tasks.from_arrays(x, [*rows[:4], ["no"], *rows[5:]], kind="labelling")


def test_a_class_of_steps_that_a_split_lacks_is_said():
    y = np.tile([0, 1, 0, 0, 1, 1], (30, 1))
    y[5, 0] = 2
    assert read(y, kind="labelling").notes == (
        "a split lacks class 2: fewer than 3 sequences have it",
    )


def test_sets_of_words_are_labels():
    y = [[{"do", "mi"}, {"mi"}, set(), {"re", "mi"}, {"do"}, {"re"}]] * 30
    task = read(y, kind="multilabel")
    assert task.labels == ("do", "mi", "re")
    assert task.batch.y[0].tolist() == [
        [1, 1, 0], [0, 1, 0], [0, 0, 0], [0, 1, 1], [1, 0, 0], [0, 0, 1],
    ]  # fmt: skip
    with refused(TaskError, r"a set per sequence, not per step; \[\[s\] \* steps for s in y\]"):
        read([{"do"}, {"mi"}] * 15, kind="multilabel")
    read([[s] * 6 for s in [{"do"}, {"mi"}] * 15], kind="multilabel")


def test_few_sequences_are_said_to_be_few():
    task = read(CODES[:12])
    assert task.notes == (
        "12 sequences leave only 2 for validation and for the test: scores of so few hardly tell "
        "cells apart",
    )


def test_names_reach_the_sketch_and_the_confusion_matrix():
    from gatelab.reporting import confusions

    task = read(WORDS)
    test = task.splits(rng()).test
    assert task.sketch(test).endswith(f"y     {test.y[0]}, {task.labels[test.y[0]]}")
    assert [*confusions._frame(np.eye(3, dtype=int), task)] == [*task.labels]

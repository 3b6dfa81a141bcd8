"""Tasks from files of the archives: the given split, validation, refusals with their advice."""

import numpy as np
import pytest
from helpers.archives import pair, ts
from helpers.batches import same
from helpers.drawing import rng
from helpers.refusals import refused

from gatelab import tasks
from gatelab.tasks import TaskError, japanese_vowels
from gatelab.tasks.user_data.splitting import held_out

CLASSES = ["low", "high"]


def cases(n, seed=0, longest=8):
    draw = rng(seed)
    labels = [CLASSES[i % 2] for i in range(n)]
    rows = [draw.normal(size=(draw.integers(4, longest + 1), 2)) for _ in range(n)]
    return [row + 3 * (label == "high") for row, label in zip(rows, labels, strict=True)], labels


@pytest.fixture
def train(tmp_path):
    """Made_TRAIN.ts, with Made_TEST.ts beside it."""
    return pair(tmp_path, ".ts", ts(*cases(20), "", CLASSES), ts(*cases(14, 1), "", CLASSES))


def test_the_test_file_beside_the_training_file_is_the_test(train):
    task = tasks.make(str(train))
    tasks.check_task(task)
    assert (task.name, task.labels, task.inputs) == ("Made", ("low", "high"), 2)
    splits = task.splits(rng())
    assert (len(splits.train.batch.x), len(splits.valid.x), len(splits.test.x)) == (16, 4, 14)
    assert splits.test.lengths.tolist() == [len(case) for case in cases(14, 1)[0]]
    assert abs(splits.train.batch.x[splits.train.batch.valid()].mean(0)).max() < 1e-6
    assert task.notes == (
        "Made_TRAIN.ts is for training and validation, Made_TEST.ts for the test",
        "2 classes are numbered from 0 in this order: low, high",
    )
    preparation = task.preparation(rng())
    seen = splits.train.batch
    assert np.array_equal(preparation.scaled(*_unscaled(task, rng())), seen.x)
    assert task.baselines(splits)["logistic, mean and spread"] == 1


def _unscaled(task, seed):
    """x and lengths of the training split as they stand in the file."""
    train, _ = held_out(seed, task.batch.y, True, "fifth")
    rows = task.batch.rows(train)
    return rows.x, rows.lengths


def test_options_are_typed_as_everywhere(train):
    task = tasks.make(f"{train}:validation=none,standardise=False,epochs=3,name=mine")
    tasks.check_task(task)
    assert (task.name, task.epochs, task.has_validation) == ("mine", 3, False)
    splits = task.splits(rng())
    assert len(splits.train.batch.x) == 20
    assert splits.train.batch.x[0, 0].tolist() == cases(20)[0][0][0].astype(np.float32).tolist()
    with refused(TaskError, "unknown option of .* 'window'"):
        tasks.make(f"{train}:window=3")


def test_the_test_file_may_be_named_or_stand_elsewhere(train, tmp_path):
    test = tmp_path / "Made_TEST.ts"
    one, two = tasks.make(str(train)), tasks.make(str(test))
    assert same(one.splits(rng()).test, two.splits(rng()).test)
    other = test.rename(tmp_path / "elsewhere.ts")
    three = tasks.make(f"{train}:test={other}")
    assert same(one.splits(rng()).test, three.splits(rng()).test)
    train.rename(tmp_path / "Other_TRAIN.ts")
    other.rename(tmp_path / "Made_TEST.ts")
    with refused(TaskError, "Made_TEST.ts is for testing, and the file to train on is not beside"):
        tasks.make(str(test))


def test_a_file_that_stands_alone_is_split_and_says_so(train, tmp_path):
    (tmp_path / "Made_TEST.ts").unlink()
    task = tasks.make(str(train))
    tasks.check_task(task)
    assert task.notes[0] == "Made_TRAIN.ts has no test file beside it: a fifth of it is the test"
    train_part, valid, test = task.splits(rng())
    assert (len(train_part.batch.x), len(valid.x), len(test.x)) == (12, 4, 4)
    with refused(TaskError, 'without a test file, validation is always "fifth"'):
        tasks.make(f"{train}:validation=none")


def test_japanese_vowels_from_its_files_are_the_built_in_task(tmp_path, monkeypatch):
    draw = rng()
    labels = [str(1 + i % 9) for i in range(90)]
    rows = [draw.normal(size=(draw.integers(7, 30), 12)) for _ in labels]
    nine = list("123456789")
    header = "@dimensions 12\n@equalLength false"
    pair(tmp_path, ".ts", *2 * [ts(rows, labels, header, nine)], "JapaneseVowels")
    test = ts(rows[::-1][:40], labels[::-1][:40], header, nine)
    (tmp_path / "JapaneseVowels_TEST.ts").write_text(test)
    beside = lambda *names: [tmp_path / name for name in names]
    monkeypatch.setattr(japanese_vowels, "fetch_all", beside)
    monkeypatch.setattr(japanese_vowels, "load", japanese_vowels.load.__wrapped__)
    for validation in ("fifth", "none"):
        built_in = tasks.make("japanese_vowels", validation=validation)
        own = tasks.make(f"{tmp_path}/JapaneseVowels_TRAIN.ts", validation=validation)
        one, two = built_in.splits(rng(3)), own.splits(rng(3))
        assert same(one.train.batch, two.train.batch)
        assert same(one.valid, two.valid)
        assert same(one.test, two.test)
        assert built_in.baselines(one) == own.baselines(two)


def test_missing_values_are_refused_and_the_advice_works(train):
    text = train.read_text().splitlines()
    first = text[5].split(":")
    first[1] = ",".join([*first[1].split(",")[:1], "?", *first[1].split(",")[2:]])
    train.write_text("\n".join([*text[:5], ":".join(first), *text[6:]]))
    with refused(TaskError, r'x holds 1 values .* \[0, 1, 1\]; fill="interpolate" fills them'):
        tasks.make(str(train))
    task = tasks.make(f'{train}:fill="interpolate"')
    tasks.check_task(task)
    assert "1 missing values of x were filled between their neighbours" in task.notes


def test_small_classes_keep_a_sequence_for_training(tmp_path):
    rows = [rng(i).normal(size=(5, 1)) for i in range(12)]
    labels = [*"aaaaaaaaabbc"]
    train = pair(tmp_path, ".ts", ts(rows, labels, "", "abc"), ts(rows[::-1], labels, "", "abc"))
    for seed in range(9):
        splits = tasks.make(str(train)).splits(rng(seed))
        assert {*splits.train.batch.y.tolist()} == {0, 1, 2}
        assert {*splits.valid.y.tolist()} == {0, 1}
    train.write_text(ts(rows[:6], "abcdef", "", "abcdef"))
    with refused(TaskError, 'no class has two sequences, .*; validation="none" trains on all'):
        tasks.make(str(train)).splits(rng())
    none = tasks.make(f"{train}:validation=none").splits(rng())
    assert len(none.train.batch.x) == 6


def test_a_class_of_the_test_alone_is_noted(tmp_path):
    rows = [rng(i).normal(size=(5, 1)) for i in range(12)]
    train = pair(tmp_path, ".ts", ts(rows, "abab" * 3, "", "abc"), ts(rows, "abc" * 4, "", "abc"))
    task = tasks.make(str(train))
    assert (task.outputs, task.notes[-1]) == (
        3,
        "class 'c' is in the test only: nothing can learn it",
    )
    without = tasks.make(f"{train}:missing=c")
    assert (without.outputs, len(without.splits(rng()).test.x)) == (2, 8)


def test_numbers_to_predict_are_a_regression(tmp_path):
    rows = [rng(i).normal(size=(5, 1)) for i in range(29)]
    y = [row.sum() for row in rows]
    task = tasks.make(str(pair(tmp_path, ".ts", ts(rows[:20], y[:20]), ts(rows[20:], y[20:]))))
    tasks.check_task(task)
    assert task.kind == "regression"
    assert task.splits(rng()).test.y[:, 0] == pytest.approx(y[20:])


def test_files_that_do_not_belong_together_are_refused(tmp_path):
    rows = [rng(i).normal(size=(5, 1)) for i in range(20)]
    two = [np.hstack([row, row]) for row in rows]
    classes = ts(rows, "ab" * 10, "", "ab")
    for test, complaint in (
        (ts(two, "ab" * 10, "", "ab"), "differ in the number of channels"),
        (ts(rows, range(20)), "one of the two files has classes, the other numbers to predict"),
    ):
        with refused(TaskError, complaint):
            tasks.make(str(pair(tmp_path, ".ts", classes, test)))

"""Facts of the files themselves; skipped where `GATELAB_DATA` and the cache do not have them."""

import numpy as np
import pytest
from helpers.drawing import rng

from gatelab import tasks
from gatelab.tasks import shakespeare, sms_spam, surnames
from gatelab.tasks.shared.text import spelled


def facts(name, **options):
    task = tasks.make(name, **options)
    splits = task.splits(rng())
    return splits, task.baselines(splits)


GIVEN = ("japanese_vowels", "spoken_digits", "surnames", "sms_spam")


@pytest.mark.parametrize("name", GIVEN)
def test_validation_none_trains_on_all_that_is_not_tested(name):
    usual, all_of_it = (
        tasks.make(name, validation=choice).splits(rng()) for choice in ("fifth", "none")
    )
    assert not tasks.make(name, validation="none").has_validation
    n, held = len(usual.train.batch.x), len(usual.valid.x)
    assert held == pytest.approx((n + held) / 5, abs=1)
    assert len(all_of_it.train.batch.x) == n + held
    assert np.array_equal(all_of_it.test.y, usual.test.y)


def test_japanese_vowels_as_given():
    tasks.check_task(tasks.make("japanese_vowels", validation="none"))
    splits, scores = facts("japanese_vowels", validation="none")
    train, test = splits.train.batch, splits.test
    assert np.bincount(train.y).tolist() == [30] * 9
    counts = np.bincount(test.y)
    assert (counts.sum(), counts.min(), counts.max()) == (370, 24, 88)
    assert (min(train.lengths.min(), test.lengths.min()), test.lengths.max()) == (7, 29)
    assert scores["logistic, mean and spread"] == pytest.approx(0.96, abs=0.02)


def test_spoken_digits_are_in_proportion():
    splits, scores = facts("spoken_digits")
    assert np.bincount(splits.test.y).tolist() == [30] * 10
    assert splits.train.batch.x.shape == (2160, 92, 13)
    assert scores["majority class"] == 0.1


def test_santa_fe_figures():
    splits, scores = facts("santa_fe")
    assert splits.train.batch.x.shape == (296 - 1, 100, 1)
    assert splits.test.x.shape == (1, 2092, 1)
    assert scores["linear, 50 lags"] == pytest.approx(0.197, abs=0.003)
    assert scores["boosting, 50 lags"] < 0.01


def test_chorales_figures():
    splits, scores = facts("chorales")
    parts = (splits.train.batch, splits.valid, splits.test)
    assert [len(part.x) for part in parts] == [229, 76, 77]
    assert [part.lengths.sum() for part in parts] == [13807, 4602, 4725]
    # Without the first frame of each piece: 11.09 and 10.49.
    assert scores["each key's rate"] == pytest.approx(11.06, abs=0.01)
    assert scores["each key's Markov chain"] == pytest.approx(10.48, abs=0.01)
    assert scores["last chord again"] > scores["each key's Markov chain"]
    assert not splits.test.x[:, 0].any()


def test_nottingham_figures():
    splits, scores = facts("nottingham")
    parts = (splits.train.batch, splits.valid, splits.test)
    assert [part.lengths.sum() for part in parts] == [176561, 45513, 44463]
    assert scores["each key's Markov chain"] < scores["each key's rate"]


def test_shakespeare_figures():
    splits, scores = facts("shakespeare")
    assert splits.test.y.shape == (16, 111_539 // 16)
    assert len(shakespeare.load()) == 1_115_394
    assert len(shakespeare.alphabet()) == 65
    assert scores["triple"] < scores["pair"] < scores["character"] < np.log(65)


def test_etth1_figures():
    _, scores = facts("etth1", history="before")
    assert scores["last value"] == pytest.approx(1.222, abs=0.001)
    assert scores["same hour of last day"] == pytest.approx(0.424, abs=0.001)
    assert scores["boosting, rolled forward"] < scores["linear"] < 0.35


def test_surnames_figures():
    splits, scores = facts("surnames")
    parts = [splits.train.batch, splits.valid, splits.test]
    assert scores["majority class"] == pytest.approx(0.519, abs=0.001)
    assert scores["logistic on letter n-grams"] == pytest.approx(0.81, abs=0.02)
    spellings = [name for part in parts for name in spelled(part, surnames.ALPHABET)]
    languages = np.concatenate([part.y for part in parts])
    assert len(spellings) == len({*zip(spellings, languages, strict=True)}) == 17_993
    assert len(spellings) - len(set(spellings)) == 17_993 - 17_419


def test_messages_are_in_one_split_only():
    splits, scores = facts("sms_spam")
    parts = [splits.train.batch, splits.valid, splits.test]
    messages = [text for part in parts for text in spelled(part, sms_spam.ALPHABET)]
    assert len(messages) > 5100
    assert len(set(messages)) > 0.999 * len(messages)  # but for what ~ stands for
    assert scores["logistic on words"] > 0.98 > scores["majority class"]

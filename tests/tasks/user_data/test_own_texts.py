"""Tasks out of a text: no character of a split is in another."""

from itertools import islice

import numpy as np
import pytest
from helpers.drawing import rng
from helpers.refusals import refused
from hypothesis import given, settings
from hypothesis import strategies as st

from gatelab import tasks
from gatelab.tasks import TaskError
from gatelab.tasks.shared.characters import in_rows, ngrams
from gatelab.tasks.user_data.prose import Prose
from gatelab.tasks.user_data.repeated import period


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 2000), st.integers(2, 8), st.integers(1, 7), st.integers(0, 99))
def test_no_character_of_a_split_is_read_or_asked_for_in_another(more, length, rows, seed):
    symbols = rng(seed).choice([*"abcd\n"], 700 + more)
    held_out = len(symbols) // 10
    symbols[-1] = symbols[-3 * held_out // 2] = "é"  # in test and validation, not in training
    text = "".join(symbols)
    task = Prose(text, length=length)
    train, valid, test = np.split([*text], [len(text) - 2 * held_out, len(text) - held_out])
    letters = np.array([*task.alphabet, "?"])  # of what is read as nothing and never asked for
    splits = task.splits(rng())

    def spelled(batch):
        read = letters[np.where(batch.x.any(-1), batch.x.argmax(-1), -1)]
        return read, letters[batch.y]

    for part, batch in ((valid, splits.valid), (test, splits.test)):
        read, asked = spelled(batch)
        n, steps = read.shape
        part = np.where(part == "é", "?", part)
        assert n * steps + n > len(part) - 1 - n  # nothing but a rest is left out
        for k in range(n):
            assert "".join(read[k]) == "".join(part[k * steps : (k + 1) * steps])
            assert "".join(asked[k]) == "".join(part[k * steps + 1 : (k + 1) * steps + 1])
    for batch in islice(splits.train.batches(rng(seed), rows), 20):
        for read, asked in zip(*spelled(batch), strict=True):
            assert "".join([*read, asked[-1]]) in "".join(train)


def test_a_text_is_a_task_in_one_line(folder):
    words = rng().choice("the quick brown fox, naïve, jumps over a lazy dog\n".split(" "), 2000)
    (folder / "A book.txt").write_text(" ".join(words) + " ŁŁ the", encoding="utf-8")
    task = tasks.from_text("A book.txt", length=20)
    tasks.check_task(task)
    assert task.name == "A_book"
    assert task.alphabet == "".join(sorted({*"".join(words), " "}))
    splits = task.splits(rng())
    assert (splits.test.y == -1).sum() == 2
    pair, triple = (task.baselines(splits)[name] for name in ("pair", "triple"))
    assert 0 < triple < pair < np.log(task.outputs)


@settings(deadline=None, max_examples=30)
@given(st.integers(2, 6), st.integers(4, 400), st.integers(1, 5), st.integers(0, 99))
def test_what_is_counted_where_it_occurs_is_what_whole_tables_say(K, n, rows, seed):
    text, held_out = rng(seed).integers(K, size=n), rng(seed + 1).integers(K, size=60)
    test = in_rows(held_out, K, rows)
    tables = whole_tables(text, test)
    for name, found in ngrams(text, test).items():
        want = np.take_along_axis(tables[name], test.y[..., None], -1)[..., 0]
        assert found == pytest.approx(want, abs=1e-12)
        assert np.exp(tables[name]).sum(-1) == pytest.approx(1)


def whole_tables(text, test):
    """{name: log probabilities (N, T, K)}, by counting all K^2 pairs and K^3 triples."""
    K, after = test.x.shape[-1], test.x.argmax(-1)
    singles, pairs, triples = np.zeros(K), np.zeros((K, K)), np.zeros((K, K, K))
    np.add.at(singles, text, 1)
    np.add.at(pairs, (text[:-1], text[1:]), 1)
    np.add.at(triples, (text[:-2], text[1:-1], text[2:]), 1)
    one = (singles + 1) / (len(text) + K)
    two = (pairs + K * one) / (pairs.sum(1, keepdims=True) + K)
    three = (triples + K * two) / (triples.sum(2, keepdims=True) + K)
    pair = np.log(two)[after]
    triple = np.concatenate([pair[:, :1], np.log(three)[after[:, :-1], after[:, 1:]]], 1)
    return {"character": np.log(np.broadcast_to(one, pair.shape)), "pair": pair, "triple": triple}


def test_a_text_of_many_kinds_of_characters_has_baselines_and_too_many_are_refused():
    kinds = [chr(0x4E00 + i) for i in range(4000)]
    text = "".join(rng().choice(kinds[:1471], 20_000))
    task = Prose(text)
    scores = task.baselines(task.splits(rng()))
    assert scores["triple"] == pytest.approx(np.log(1471), rel=0.05)
    with pytest.raises(TaskError, match=r"200000 .* of 4000 kinds, take 3.0 GiB; give a shorter"):
        Prose("".join(rng().choice(kinds, 2_000_000)))


@pytest.mark.parametrize(
    ("text", "every"),
    [("aaaa", 1), ("ababa", 2), ("abcabc", 3), ("abcab", 0), ("aab" * 9, 3), ("", 0), ("a", 0),
     ("aabaab" + "aabaac", 0), ("xaaaaaaa", 0)],
)  # fmt: skip
def test_a_text_that_repeats_itself_has_a_period(text, every):
    assert period(text) == every


@given(st.text("ab", min_size=1, max_size=30))
def test_the_period_is_the_smallest_that_fits(text):
    fitting = (p for p in range(1, len(text) // 2 + 1) if text[p:] == text[:-p])
    assert period(text) == next(fitting, 0)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a" * 9000, "one.txt: its 9000 characters are all 'a': there is nothing to predict"),
        ("a" * 9000 + "\n", "its 9000 characters are all 'a'"),
        ("a" * 9000 + "b" * 100, "the training text's 7280 characters are all 'a'"),
        ("ab" * 4500, "its 9000 characters are 'ab' again and again: there is nothing to predict"),
        ("ab\n" * 3000, "'ab.n' again and again"),
        ("ab" * 4500 + "the end", "the training text's 7207 characters are 'ab' again and"),
    ],
)
def test_a_text_with_nothing_to_learn_is_refused_early(text, complaint, folder):
    (folder / "one.txt").write_text(text, encoding="utf-8")
    with refused(TaskError, complaint):
        tasks.make("one.txt")


@pytest.mark.parametrize("phrase", ["to be, or ", "the quick brown fox jumps over a lazy dog, "])
def test_a_phrase_again_and_again_is_a_task_that_says_so(phrase):
    task = Prose(phrase * 907)
    assert task.notes[0].endswith(f"every {len(phrase)}: the test has been read in training")
    tasks.check_task(task)
    assert Prose("".join(rng().choice([*"abc"], 9000))).notes == ()
    with refused(TaskError, "valid and test are the same"):
        tasks.check_task(Prose(phrase * 900))

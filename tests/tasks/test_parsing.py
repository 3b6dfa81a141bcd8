"""What files say: parsers read tiny ones that the tests write."""

import json
import re

import numpy as np
import pytest
from helpers.drawing import rng
from hypothesis import given, settings
from hypothesis import strategies as st

from gatelab import tasks
from gatelab.tasks import (
    Batch,
    TaskError,
    chorales,
    etth1,
    japanese_vowels,
    nottingham,
    shakespeare,
    sms_spam,
    spoken_digits,
    surnames,
)
from gatelab.tasks.shared import pianoroll
from gatelab.tasks.shared.text import one_hot, spelled

TEXTS = st.lists(st.text("abc é", min_size=1, max_size=9), min_size=1, max_size=5)
VOWELS = """#a comment
@problemName Small
@classLabel true b a
@data
1,2,3:4,5,6:a
7,8:9,-1.5:b
"""


def test_ts_file_gives_channels_side_by_side_and_classes_as_listed(tmp_path):
    path = tmp_path / "small.ts"
    path.write_text(VOWELS)
    x, y, lengths = japanese_vowels.parse(path)
    assert x.tolist() == [[[1, 4], [2, 5], [3, 6]], [[7, 9], [8, -1.5], [0, 0]]]
    assert (y.tolist(), lengths.tolist()) == ([1, 0], [3, 2])
    assert (x.dtype, y.dtype) == (np.float32, np.int64)


@pytest.mark.parametrize(("old", "new"), [(":b", ":c"), ("7,8", "7,8,9")])
def test_ts_file_that_is_damaged_is_refused(tmp_path, old, new):
    path = tmp_path / "small.ts"
    path.write_text(VOWELS.replace(old, new))
    with pytest.raises(TaskError, match=r"small.ts: case 2 has"):
        japanese_vowels.parse(path)


def test_stacked_recordings_come_apart(tmp_path):
    steps = np.arange(12, dtype=np.float32).reshape(6, 2)
    np.savez(tmp_path / "a.npz", X=steps, y=[3, 0, 9], lengths=[1, 3, 2])
    x, y, lengths = spoken_digits.parse(tmp_path / "a.npz")
    assert x.shape == (3, 3, 2)
    assert (y.tolist(), lengths.tolist()) == ([3, 0, 9], [1, 3, 2])
    assert np.array_equal(x[[0, 1, 1, 1, 2, 2], [0, 0, 1, 2, 0, 1]], steps)
    assert not x[0, 1:].any()


def test_chorales_begin_with_silence_and_count_keys_from_the_lowest_a(tmp_path):
    pieces = {"train": [[[21, 60], []], [[108]]], "valid": [[[22]]], "test": [[[23], [24]]]}
    (tmp_path / "a.json").write_text(json.dumps(pieces))
    train, valid, test = chorales.parse(tmp_path / "a.json")
    assert train.lengths.tolist() == [2, 1]
    assert np.argwhere(train.y).tolist() == [[0, 0, 0], [0, 0, 39], [1, 0, 87]]
    assert np.argwhere(train.x).tolist() == [[0, 1, 0], [0, 1, 39]]
    assert np.argwhere(valid.y).tolist() == [[0, 0, 1]]
    assert np.argwhere(test.x).tolist() == [[0, 1, 2]]
    assert pianoroll.sketched(train) == "y[0]  A0 C4\ny[1]  -"


def test_matlab_cells_become_pieces(tmp_path):
    from scipy.io import savemat

    def cells(*lengths):
        cell = np.empty((1, len(lengths)), object)
        cell[0, :] = [rng(n).integers(2, size=(n, 88)).astype(np.uint8) for n in lengths]
        return cell

    tunes = {"traindata": cells(5, 3), "validdata": cells(2, 4), "testdata": cells(7, 6)}
    savemat(tmp_path / "a.mat", tunes)
    train, valid, test = nottingham.parse(tmp_path / "a.mat", 4)
    assert [part.lengths.tolist() for part in (train, valid, test)] == [
        [4, 1, 3],
        [2, 4],
        [4, 3, 4, 2],
    ]
    assert np.array_equal(np.concatenate([train.y[0], train.y[1, :1]]), tunes["traindata"][0, 0])


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(1, 12), min_size=1, max_size=4), st.integers(1, 12), st.integers(0, 99))
def test_cut_pieces_lose_nothing_and_know_the_frame_before(lengths, longest, seed):
    rolls = [rng(seed).integers(2, size=(n, 88)) for n in lengths]
    batch = pianoroll.next_chords(rolls, longest)
    assert batch.lengths.max() <= longest
    on = batch.valid()
    assert np.array_equal(batch.y[on], np.concatenate(rolls))
    before = [np.concatenate([np.zeros((1, 88)), roll[:-1]]) for roll in rolls]
    assert np.array_equal(batch.x[on], np.concatenate(before))
    assert not batch.x[~on].any()
    assert len(batch.x) == sum(-(-n // longest) for n in lengths)


def test_text_and_table_files(tmp_path):
    (tmp_path / "a.txt").write_text("b\na b!")
    codes, alphabet = shakespeare.parse(tmp_path / "a.txt")
    assert alphabet == "\n !ab"
    assert "".join(alphabet[code] for code in codes) == "b\na b!"
    lines = ["date,A,B,C,D,E,F,OT", *(f"2016-07-01 0{t}:00:00,1,2,3,4,5,6,{t}.5" for t in range(3))]
    (tmp_path / "a.csv").write_text("\n".join(lines))
    assert etth1.parse(tmp_path / "a.csv").tolist() == [
        [1, 2, 3, 4, 5, 6, t + 0.5] for t in range(3)
    ]


def test_surnames_lose_accents_and_repetitions_within_a_language():
    batch = surnames.parse({"German": "Groß\nMüller\nMuller\n", "Irish": "Muller\n\nO'Neál \n"})
    assert spelled(batch, surnames.ALPHABET) == ("Gro~", "Muller", "Muller", "O'Neal")
    german, irish = (surnames.LANGUAGES.index(name) for name in ("German", "Irish"))
    assert batch.y.tolist() == [german, german, irish, irish]
    sketch = tasks.make("surnames").sketch(batch)
    assert sketch == "x    G  r  o  ~      y = German"


def test_messages_are_folded_cut_and_count_once():
    lines = 'ham\tCall 0800 "NOW"\nspam\tWIN £5\tnow\nham\tcall 0900 "now" dear\n'
    batch = sms_spam.parse(lines, 15)
    assert spelled(batch, sms_spam.ALPHABET) == ("call 0000 ~now~", "win £0~now")
    assert batch.y.tolist() == [0, 1]
    for line in ("spam no tab", "eggs\ttab", ""):
        with pytest.raises(TaskError, match=r"line 2 is not ham or spam"):
            sms_spam.parse(f"ham\tgood\n{line}\nham\tbad\n", 15)


@given(TEXTS)
def test_one_hot_strings_read_back(strings):
    x, lengths = one_hot(strings, "ab ")
    assert x.shape == (len(strings), max(map(len, strings)), 4)
    assert lengths.tolist() == [len(string) for string in strings]
    assert np.array_equal(x.sum((1, 2)), lengths)
    batch = Batch(x, np.zeros(len(x), np.int64), lengths)
    assert spelled(batch, "ab ") == tuple(re.sub("[^ab ]", "~", string) for string in strings)

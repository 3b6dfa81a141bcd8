"""Real data: how files are read, what may not leak, and the facts of the files where they are here.

Parsers read tiny files that the tests write. Tests of the files themselves are skipped where
``GATELAB_DATA`` and the cache do not have them.
"""

import json
import re
from itertools import islice

import numpy as np
import pytest
from helpers.command import command
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
    santa_fe,
    shakespeare,
    sms_spam,
    spoken_digits,
    surnames,
)
from gatelab.tasks.data_files import fetching
from gatelab.tasks.framework.errors import MissingData
from gatelab.tasks.shared import characters, horizons, pianoroll
from gatelab.tasks.shared.ragged import padded, standardised
from gatelab.tasks.shared.references import majority, moments_and_logistic, ngrams_and_logistic
from gatelab.tasks.shared.text import one_hot, spelled

main = command("tasks")

TEXTS = st.lists(st.text("abc é", min_size=1, max_size=9), min_size=1, max_size=5)


def rng(seed=0):
    return np.random.default_rng(seed)


# What files say

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


# What may not leak


def poisoned(series, part):
    """The series with NaN in one part of it."""
    series = series.copy()
    series[part] = np.nan
    return series


def finite(splits):
    train, valid, test = splits.train.batch, splits.valid, splits.test
    return [bool(np.isfinite(part).all()) for batch in (train, valid, test) for part in batch[:2]]


PARTS = [slice(6000, 8000), slice(8000, 10093)]


def test_santa_fe_windows_stay_in_their_split(monkeypatch):
    series = rng().random(10093) * 255
    for part, expected in zip(PARTS, ([1, 1, 0, 0, 1, 1], [1, 1, 1, 1, 0, 0]), strict=True):
        monkeypatch.setattr(santa_fe, "load", lambda part=part: poisoned(series, part))
        assert finite(tasks.make("santa_fe").splits(rng())) == expected
    monkeypatch.setattr(santa_fe, "load", lambda: series)
    train, valid, test = tasks.make("santa_fe", window=50, stride=30).splits(rng())
    x, y = train.batch.x[..., 0], train.batch.y[..., 0]
    scaled = (series - series[:6000].mean()) / series[:6000].std()
    assert np.array_equal(x[:, 1:], y[:, :-1])
    for n in (0, 1, len(x) - 1):
        assert np.allclose(x[n], scaled[30 * n : 30 * n + 50], atol=1e-5)
    assert 30 * len(x) + 51 > 6000
    assert np.allclose(test.y[0, :, 0], scaled[8001:], atol=1e-5)
    assert np.array_equal(valid.x[0, 1:], valid.y[0, :-1])


@pytest.mark.parametrize("history", ["within", "before"])
def test_etth1_targets_stay_in_their_split_and_windows_too_if_asked(monkeypatch, history):
    hours = rng().random((17420, 7))
    # Targets are changes from the window's last value, which may be in the hours before.
    own = int(history == "within")
    for part, expected in (
        (slice(8640, 11520), [1, 1, 0, 0, own, own]),
        (slice(11520, None), [1, 1, 1, 1, 0, 0]),
        (slice(14400, None), [1, 1, 1, 1, 1, 1]),
    ):
        monkeypatch.setattr(etth1, "load", lambda part=part: poisoned(hours, part))
        task = tasks.make("etth1", history=history, window=30, horizon=5)
        assert finite(task.splits(rng())) == expected
    assert len(task.splits(rng()).test.x) == 2880 - 34 + (0 if own else 30)


def test_etth1_forecasts_changes_from_the_last_value():
    hours = rng().random((40, 7))
    batch = etth1.windows(hours, 24, 3)
    assert batch.x.shape == (14, 24, 7)
    assert not batch.x[:, -1].any()
    for n in (0, 13):
        last = hours[n + 23]
        assert np.allclose(batch.x[n], hours[n : n + 24] - last, atol=1e-6)
        assert np.allclose(batch.y[n].reshape(3, 7), hours[n + 24 : n + 27] - last, atol=1e-6)


def test_windows_that_do_not_fit_are_refused():
    with pytest.raises(TaskError, match="window must be below 6000"):
        tasks.make("santa_fe", window=6000)
    assert tasks.make("etth1", horizon=48).outputs == 48 * 7
    with pytest.raises(TaskError, match="window and horizon must fit into 2880 hours"):
        tasks.make("etth1", horizon=2800)
    with pytest.raises(TaskError, match="window must be a whole number of at least 24"):
        tasks.make("etth1", window=12)


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 5), st.integers(1, 9), st.integers(60, 200), st.integers(0, 99))
def test_a_text_is_read_side_by_side_without_a_gap(rows, length, size, seed):
    text = np.arange(size)  # each place its own character
    source = characters.side_by_side(text, size, length)
    count, dealt = source.updates(rows), source.batches(rng(seed), rows)
    assert count == (size - 1) // (rows * length)
    for _ in range(2):
        epoch = [next(dealt) for _ in range(count)]
        assert [batch.continues for batch in epoch] == [False] + [True] * (count - 1)
        x = np.concatenate([batch.x.argmax(-1) for batch in epoch], 1)
        y = np.concatenate([batch.y for batch in epoch], 1)
        assert np.array_equal(x + 1, y)
        assert np.array_equal(np.diff(x.ravel()), np.ones(x.size - 1))


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 5), st.integers(20, 60))
def test_held_out_text_stands_in_long_rows(rows, size):
    batch = characters.in_rows(np.arange(size), size, rows)
    steps = (size - 1) // rows
    assert batch.x.shape == (rows, steps, size)
    assert batch.y.ravel().tolist() == list(range(1, 1 + rows * steps))
    assert np.array_equal(batch.x.argmax(-1) + 1, batch.y)
    assert np.array_equal(batch.x.sum(-1), np.ones(batch.y.shape))


def test_shakespeare_splits_share_no_character(monkeypatch):
    text = np.repeat([0, 1, 2], [8500, 500, 1000]).astype(np.uint8)
    monkeypatch.setattr(shakespeare, "load", lambda: text)
    train, valid, test = tasks.make("shakespeare", length=16).splits(rng())
    pieces = (*islice(train.batches(rng(), 5), 2 * train.updates(5)), valid, test)
    symbols = [0] * (len(pieces) - 2) + [1, 2]
    for symbol, batch in zip(symbols, pieces, strict=True):
        assert (batch.y == symbol).all()
        assert (batch.x.argmax(-1) == symbol).all()
    everything = tasks.make("shakespeare", validation="none", length=9)
    assert not everything.has_validation
    assert everything.splits(rng()).train.updates(999) == 1  # of 8,999, the last one asked for
    with pytest.raises(TaskError, match="length must be below 500"):
        tasks.make("shakespeare", length=500).splits(rng())


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(1, 6), min_size=2, max_size=6), st.integers(0, 99))
def test_scale_is_that_of_the_training_steps(lengths, seed):
    draw = rng(seed)

    def batch(lengths, offset):
        x, lengths = padded([offset + draw.normal(size=(n, 2)) for n in lengths])
        return Batch(x, np.arange(len(x)), lengths)

    given_, other = batch([7, *lengths], 30), batch(lengths, 500)
    train, valid, test = standardised(given_, other, other)
    seen = train.batch.x[train.batch.valid()]
    assert np.allclose(seen.mean(0), 0, atol=1e-3)
    assert np.allclose(seen.std(0), 1, atol=1e-3)
    assert valid.x[other.valid()].min() > 50
    assert not test.x[~other.valid()].any()


# Data that are not here


@pytest.fixture
def nothing_here(monkeypatch, tmp_path):
    for name in ("GATELAB_DATA", "GATELAB_CACHE"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setattr(fetching, "_installed", lambda file: [])
    santa_fe.load.cache_clear()
    yield
    santa_fe.load.cache_clear()


def test_a_task_without_its_data_is_known_and_says_what_it_wants(nothing_here, capsys):
    assert "santa_fe" in tasks.names()
    assert main(["santa_fe"]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert re.fullmatch(r"error: data not here: put santafe_laser.npy [^\n]*\n", shown.err)
    with pytest.raises(MissingData, match="task santa_fe: data not here"):
        tasks.check_task("santa_fe")


def test_the_list_of_tasks_goes_on_after_missing_data(nothing_here, monkeypatch, capsys):
    monkeypatch.setattr(
        "gatelab.describing.all_tasks.names", lambda: ["adding", "santa_fe", "temporal_order"]
    )
    assert main([]) == 0
    rows = capsys.readouterr().out
    places = [rows.index(fact) for fact in ("always 1", "data not here:", "majority class")]
    assert places == sorted(places)
    assert "gatelab tasks santa_fe" in rows


# Baselines


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


# The files themselves


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

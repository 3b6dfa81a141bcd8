"""Every task: invariants that hold for all its options and seeds, against slow recomputations.

Synthetic tasks are drawn with all their options and held to ``oracles.answers``; real ones read
small files and series that are made up here.
"""

import json
from itertools import islice

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import answers

from gatelab import tasks
from gatelab.tasks import (
    chorales,
    etth1,
    japanese_vowels,
    nottingham,
    nyc_taxi,
    santa_fe,
    shakespeare,
    sms_spam,
    spoken_digits,
    surnames,
    ucr_anomaly,
)
from gatelab.tasks.shared.text import spelled

seeds = st.integers(0, 2**32 - 1)
quick = settings(deadline=None, max_examples=20)
SIZE = 6


def options(**strategies):
    """Options of a task, each left at its default now and then."""
    return st.fixed_dictionaries({}, optional=strategies)


def longer(low, high, more):
    """Options length and test_length, the second above the first."""
    pair = lambda n: st.fixed_dictionaries(
        {"length": st.just(n), "test_length": st.integers(n + 2, n + more)}
    )
    return st.integers(low, high).flatmap(pair)


def both(one, other):
    return st.tuples(one, other).map(lambda pair: pair[0] | pair[1])


small = st.integers(1, 9)
spikes = options(interval=small, largest=small, spikes=small, test_spikes=small)
SYNTHETIC = {
    "adding": options(length=st.integers(2, 40)),
    "adding_ragged": options(length=st.integers(20, 60)),
    "arithmetic_series": options(
        numbers=st.integers(10, 40), window=st.integers(2, 5), beyond=small
    ),
    "continual_reber": options(length=st.integers(1, 30), test_length=st.integers(1, 60)),
    "copy_memory": options(length=small, items=small, symbols=st.integers(2, 9)),
    "counting": st.integers(1, 9).flatmap(
        lambda n: st.fixed_dictionaries(
            {
                "language": st.sampled_from(["anbn", "anbncn"]),
                "train_n": st.just(n),
                "test_n": st.integers(n + 1, n + 9),
            }
        )
    ),
    "delayed_recall": options(
        length=st.integers(2, 30), delay=st.integers(2, 9), symbols=st.integers(2, 6)
    ),
    "dyck": both(options(kinds=st.integers(1, 5), depth=st.integers(1, 6)), longer(2, 30, 20)),
    "embedded_reber": options(max_length=st.integers(25, 50)),
    "long_lag": options(
        form=st.sampled_from(["2a", "2b", "2c"]), lag=st.integers(2, 30), distractors=small
    ),
    "multiplication": options(length=st.integers(20, 60)),
    "parity": options(length=st.integers(1, 30), test_length=st.integers(1, 60)),
    "periodic_function": options(
        function=st.sampled_from(["cosine", "triangle", "rectangle"]),
        period=st.integers(2, 12),
        length=st.integers(2, 40),
        test_length=st.integers(1, 90),
    ),
    "spike_delays": spikes,
    "temporal_order": options(classes=st.sampled_from([4, 8]), length=st.integers(10, 90)),
    "timed_spikes": spikes,
    "two_sequence": options(
        form=st.sampled_from(["3a", "3b", "3c"]), informative=small, length=st.integers(1, 40)
    ),
}
# Beside the defaults of the other options, their lowest value leaves nothing to draw.
ASK_FOR_MORE = {
    ("counting", "test_n"),
    ("dyck", "test_length"),
    ("embedded_reber", "max_length"),
}
# Below, each by the name of its test.
REAL = {
    "chorales", "digits", "etth1", "japanese_vowels", "nottingham", "nyc_taxi", "santa_fe",
    "shakespeare", "sms_spam", "spoken_digits", "surnames", "ucr_anomaly",
}  # fmt: skip


def rng(seed=0):
    return np.random.default_rng(seed)


def made(name, chosen):
    """The task, with few sequences to validate and test on."""
    few = {"valid_sequences": SIZE, "test_sequences": SIZE}
    return tasks.make(name, **{k: v for k, v in few.items() if k in known(name)}, **chosen)


def known(name):
    return tasks.get(name).defaults()


def same(a, b):
    pairs = zip(a[:3], b[:3], strict=True)
    return all(p is q is None or np.array_equal(p, q, equal_nan=True) for p, q in pairs)


def test_every_task_has_its_properties():
    assert SYNTHETIC.keys() | REAL == {*tasks.names()}
    assert all(callable(getattr(answers, name)) for name in SYNTHETIC)
    assert all(f"test_{name}" in globals() for name in REAL)


# Synthetic


@pytest.mark.parametrize("name", SYNTHETIC)
@quick
@given(data=st.data(), seed=seeds)
def test_targets_follow_from_what_is_read(name, data, seed):
    task = made(name, data.draw(SYNTHETIC[name]))
    train, valid, test = task.splits(rng(seed))
    one, two = islice(train.batches(rng(seed + 1), SIZE), 2)
    if two.continues:  # a stream, of which only the beginning tells where its strings begin
        two = tasks.Batch(
            *(np.concatenate(pair, axis=1) for pair in zip(one[:2], two[:2], strict=True))
        )
    for held, batch in zip((False, False, True, True), (one, two, valid, test), strict=True):
        if held and "test_sequences" in known(name):
            assert len(batch.x) == SIZE
        _padding_is_empty(task, batch)
        for x, y, alive in zip(batch.x, batch.y, batch.valid(), strict=True):
            expected = getattr(answers, name)(x[alive], task, held)
            if expected is not None:
                got = y[alive] if _per_step(task) else y
                assert got == pytest.approx(np.array(expected), abs=1e-5, nan_ok=True)


def _padding_is_empty(task, batch):
    """Shapes as declared, ends within, and nothing behind them."""
    assert batch.x.shape[2] == task.inputs
    assert np.isfinite(batch.x).all()
    alive = batch.valid()
    assert alive.any(1).all()
    assert batch.lengths is None or batch.lengths.max() == batch.x.shape[1]
    if task.name != "periodic_function":  # it reads a constant
        assert not batch.x[~alive].any()
    if not _per_step(task):
        return
    nothing = {"series": np.nan, "labelling": -1, "multilabel": 0}[task.kind]
    assert np.array_equal(batch.y[~alive], np.full_like(batch.y[~alive], nothing), equal_nan=True)


def _per_step(task):
    return task.kind in ("series", "labelling", "multilabel")


@pytest.mark.parametrize("name", SYNTHETIC)
@quick
@given(data=st.data(), seed=st.integers(0, 2**31))
def test_a_seed_gives_the_same_and_another_one_others(name, data, seed):
    task = made(name, data.draw(SYNTHETIC[name]))
    one, two = (task.splits(rng(seed)) for _ in range(2))
    assert same(one.valid, two.valid)
    assert same(one.test, two.test)
    first, second = ([*islice(s.train.batches(rng(seed), SIZE), 3)] for s in (one, two))
    assert all(map(same, first, second))
    defaults = made(name, {}).splits(rng(seed))  # short sequences may be alike by chance
    drawn = (next(defaults.train.batches(rng(seed + k), 4 * SIZE)) for k in range(2))
    assert not same(*drawn)


@pytest.mark.parametrize("name", SYNTHETIC)
def test_the_least_that_is_allowed_is_well_defined(name):
    """Each option at its lowest, alone; a task may ask for more where others forbid it."""
    for option, default in known(name).items():
        if isinstance(default, bool) or not isinstance(default, int) or option == "min_updates":
            continue
        least = tasks.get(name).at_least.get(option, 1)
        if option in tasks.get(name).choices:
            continue
        if (name, option) in ASK_FOR_MORE:
            with pytest.raises(tasks.TaskError, match=option):
                tasks.make(name, **{option: least}).splits(rng())
            continue
        task = tasks.make(name, **{option: least})
        splits = task.splits(rng())
        for batch in (next(splits.train.batches(rng(), SIZE)), splits.valid, splits.test):
            _padding_is_empty(task, batch)


# Real data, from files that are written here

labels = st.lists(st.sampled_from("abc"), min_size=1, max_size=5)
numbers = st.floats(-99, 99, width=32)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("files")


@quick
@given(labels=labels, seed=seeds)
def test_japanese_vowels(folder, labels, seed):
    draw = rng(seed)
    cases = [draw.normal(size=(draw.integers(1, 8), 3)).astype(np.float32) for _ in labels]
    lines = [
        ":".join([",".join(map(repr, map(float, channel))) for channel in case.T] + [label])
        for case, label in zip(cases, labels, strict=True)
    ]
    (folder / "a.ts").write_text("@classLabel true c a b\n@data\n" + "\n".join(lines))
    x, y, lengths = japanese_vowels.parse(folder / "a.ts")[:3]
    assert ["cab"[i] for i in y] == labels
    for case, row, length in zip(cases, x, lengths, strict=True):
        assert np.array_equal(row[:length], case)
        assert not row[length:].any()


@quick
@given(lengths=st.lists(st.integers(1, 7), min_size=1, max_size=6), seed=seeds)
def test_spoken_digits(folder, lengths, seed):
    steps, y = rng(seed).normal(size=(sum(lengths), 2)), rng(seed).integers(10, size=len(lengths))
    np.savez(folder / "a.npz", X=steps.astype(np.float32), y=y, lengths=lengths)
    batch = spoken_digits.parse(folder / "a.npz")
    assert np.array_equal(batch.x[batch.valid()], steps.astype(np.float32))
    assert (batch.y.tolist(), batch.lengths.tolist()) == (y.tolist(), lengths)


chords = st.lists(st.integers(21, 108), max_size=4, unique=True)
piece = st.lists(chords, min_size=1, max_size=6)


@quick
@given(parts=st.tuples(*3 * [st.lists(piece, min_size=1, max_size=3)]))
def test_chorales(folder, parts):
    named = dict(zip(("train", "valid", "test"), parts, strict=True))
    (folder / "a.json").write_text(json.dumps(named))
    for pieces, batch in zip(parts, chorales.parse(folder / "a.json"), strict=True):
        for notes, x, y, length in zip(pieces, batch.x, batch.y, batch.lengths, strict=True):
            sounding = [sorted(key + 21 for key in np.flatnonzero(row)) for row in y[:length]]
            assert sounding == [sorted(chord) for chord in notes]
            assert np.array_equal(x[1:length], y[: length - 1])
            assert not x[0].any()
            assert not y[length:].any()


@quick
@given(lengths=st.lists(st.integers(1, 12), min_size=2, max_size=4), longest=st.integers(2, 9))
def test_nottingham(folder, lengths, longest):
    from scipy.io import savemat

    cell = np.empty((1, len(lengths)), object)
    cell[0, :] = [rng(n).integers(2, size=(n, 88)).astype(np.uint8) for n in lengths]
    savemat(folder / "a.mat", dict.fromkeys(("traindata", "validdata", "testdata"), cell))
    for batch in nottingham.parse(folder / "a.mat", longest):
        assert batch.lengths.max() <= longest
        frames = batch.y[batch.valid()]
        assert np.array_equal(frames, np.concatenate(list(cell[0])))
        starts = np.cumsum([0, *lengths[:-1]])
        before = np.concatenate([np.zeros((1, 88)), frames[:-1]])
        before[starts] = 0  # a tune begins after silence, and a later piece after its tune
        assert np.array_equal(batch.x[batch.valid()], before)


words = st.text("ab 1£", min_size=1, max_size=8)


@quick
@given(lines=st.lists(st.tuples(st.sampled_from(["ham", "spam"]), words), min_size=1, max_size=6))
def test_sms_spam(lines):
    lines = [("ham", "first"), *lines]
    batch = sms_spam.parse("".join(f"{label}\t{text}\n" for label, text in lines), 5)
    expected = {}
    for label, text in lines:
        seen = text.strip().replace("1", "0")[:5]
        if seen and seen not in expected:
            expected[seen] = ["ham", "spam"].index(label)
    read = [text.replace("£", "£" if "£" in sms_spam.ALPHABET else "~") for text in expected]
    assert [*spelled(batch, sms_spam.ALPHABET)] == read
    assert batch.y.tolist() == [*expected.values()]


@quick
@given(names=st.lists(st.text("abÉ", min_size=1, max_size=6), min_size=1, max_size=9))
def test_surnames(names):
    batch = surnames.parse({"Irish": "\n".join(names), "German": names[0]})
    plain = [name.replace("É", "E") for name in names]
    expected = [*dict.fromkeys(plain), plain[0]]
    assert [*spelled(batch, surnames.ALPHABET)] == expected
    assert batch.lengths.tolist() == [*map(len, expected)]
    languages = [surnames.LANGUAGES[i] for i in batch.y]
    assert languages == ["Irish"] * (len(expected) - 1) + ["German"]


@quick
@given(seed=seeds, order=st.sampled_from(["pixels", "rows"]))
def test_digits(seed, order):
    task = tasks.make("digits", order=order)
    train, valid, test = task.splits(rng(seed))
    images = [part.x.reshape(len(part.x), 64) for part in (train.batch, valid, test)]
    together = np.concatenate(images)
    assert together.shape == (1797, 64)
    everything = tasks.make("digits").splits(rng(0))
    other = [part.x[..., 0] for part in (everything.train.batch, everything.valid, everything.test)]
    assert np.array_equal(*(x[np.lexsort(x.T)] for x in (together, np.concatenate(other))))
    assert np.array_equal(images[2], other[2])  # the test is the same for every seed


SERIES = {  # module, and what its ``load`` gives for a series
    "santa_fe": (santa_fe, lambda x: x),
    "nyc_taxi": (nyc_taxi, lambda x: (x, x > 0)),
    "ucr_anomaly": (ucr_anomaly, lambda x: (x, x > 0)),
}


def windows_are_of_one_split(name, steps, edges, window, stride, skipped):
    """Windows of a series that counts: none crosses an edge, y is one step on, scale from train."""
    module, wrapped = SERIES[name]
    series = np.arange(steps, dtype=np.float64)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "load", lambda: wrapped(series))
        train, valid, test = tasks.make(name, window=window, stride=stride).splits(rng())
    seen = series[: edges[0]]
    place = lambda scaled: np.rint(scaled * seen.std() + seen.mean()).astype(int)
    x, y = place(train.batch.x[..., 0]), place(train.batch.y[..., 0])
    assert np.array_equal(x - x[:, :1], np.broadcast_to(np.arange(window), x.shape))
    assert np.array_equal(y, x + 1)
    assert np.array_equal(x[:, 0], np.arange(len(x)) * stride)
    assert edges[0] - stride <= y.max() < edges[0]
    spans = zip(edges[:-1], edges[1:], skipped, (valid, test), strict=True)
    for start, end, only_read, part in spans:
        assert place(part.x[0, :, 0]).tolist() == list(range(start, end - 1))
        asked = ~np.isnan(part.y[0, :, 0])
        assert asked.tolist() == [t >= only_read for t in range(end - 1 - start)]
        assert np.array_equal(place(part.y[0, asked, 0]), np.arange(start + 1, end)[only_read:])


@quick
@given(window=st.integers(2, 300), stride=st.integers(5, 200))
def test_santa_fe(window, stride):
    windows_are_of_one_split("santa_fe", 10093, (6000, 8000, 10093), window, stride, (0, 0))


@settings(deadline=None, max_examples=8)
@given(window=st.integers(2, 400), stride=st.integers(5, 200))
def test_nyc_taxi(window, stride):
    edges = (nyc_taxi.TRAIN, nyc_taxi.VALID, 10320)
    windows_are_of_one_split("nyc_taxi", 10320, edges, window, stride, 2 * (nyc_taxi.WEEK,))


@settings(deadline=None, max_examples=8)
@given(window=st.integers(2, 300), stride=st.integers(5, 200))
def test_ucr_anomaly(window, stride):
    edges = (ucr_anomaly.TRAIN, ucr_anomaly.VALID, 7501)
    windows_are_of_one_split("ucr_anomaly", 7501, edges, window, stride, ucr_anomaly.READ)


@settings(deadline=None, max_examples=5)
@given(
    window=st.integers(24, 60),
    horizon=st.integers(1, 9),
    history=st.sampled_from(["within", "before"]),
)
def test_etth1(window, horizon, history):
    hours = np.tile(np.arange(17420.0)[:, None], 7)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(etth1, "load", lambda: hours)
        task = tasks.make("etth1", window=window, horizon=horizon, history=history)
        splits = task.splits(rng())
    # Changes from the last hour of a window, in units of the training hours' spread: one an hour.
    unit = hours[: etth1.TRAIN, 0].std()
    before = window if history == "before" else 0
    for part, start, end in (
        (splits.train.batch, 0, etth1.TRAIN),
        (splits.valid, etth1.TRAIN - before, etth1.VALID),
        (splits.test, etth1.VALID - before, etth1.TEST),
    ):
        assert len(part.x) == end - start - window - horizon + 1
        assert np.allclose(part.x * unit, np.arange(1 - window, 1)[:, None], atol=0.01)
        ahead = np.repeat(np.arange(1, horizon + 1), 7)
        assert np.allclose(part.y * unit, ahead, atol=0.01)


@quick
@given(length=st.integers(2, 40), rows=st.integers(1, 9), seed=seeds)
def test_shakespeare(length, rows, seed):
    codes = rng(seed).integers(65, size=4000).astype(np.uint8)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shakespeare, "load", lambda: codes)
        train, valid, test = tasks.make("shakespeare", length=length).splits(rng(seed))
    edges = [round(4000 * share) for share in (0, 0.85, 0.9, 1)]
    updates = train.updates(rows)
    batches = [*islice(train.batches(rng(seed), rows), updates)]
    assert [batch.continues for batch in batches] == [False] + [True] * (updates - 1)
    text = np.concatenate([batch.x.argmax(-1) for batch in batches], axis=1)
    after = np.concatenate([batch.y for batch in batches], axis=1)
    for read, asked in zip(text, after, strict=True):
        assert np.array_equal(read[1:], asked[:-1])
        assert read.astype(np.uint8).tobytes() in codes[: edges[1]].tobytes()
        assert asked.astype(np.uint8).tobytes() in codes[: edges[1]].tobytes()
    for part, start, end in zip((valid, test), edges[1:], edges[2:], strict=False):
        for read, asked in zip(part.x.argmax(-1), part.y, strict=True):
            on = asked >= 0
            assert np.array_equal(read[1:][on[:-1]][: on.sum() - 1], asked[on][:-1])
            assert asked[on].astype(np.uint8).tobytes() in codes[start:end].tobytes()

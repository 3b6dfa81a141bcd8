"""Every real task, on small files and series that are made up here."""

import json
from itertools import islice

import numpy as np
import pytest
from helpers.drawing import rng, seeds
from helpers.real import REAL
from hypothesis import given, settings
from hypothesis import strategies as st

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

quick = settings(deadline=None, max_examples=20)


def test_every_real_task_has_its_test():
    assert all(f"test_{name}" in globals() for name in REAL)


labels = st.lists(st.sampled_from("abc"), min_size=1, max_size=5)


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

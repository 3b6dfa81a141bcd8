"""Tasks: what every one of them must hold to, and what each says of itself."""

import doctest
import re
import subprocess
import sys
from itertools import islice
from pathlib import Path

import cloudpickle
import numpy as np
import pytest
from helpers.command import command
from hypothesis import given, settings
from hypothesis import strategies as st

from gatelab import tasks
from gatelab.tasks import METRICS, Batch, Dataset, Splits, Stream, Task, TaskError
from gatelab.tasks.embedded_reber import as_batch, training_strings
from gatelab.tasks.framework.registry import TASKS
from gatelab.tasks.shared.reber_grammar import spell, walk

main = command("tasks")

seeds = st.integers(0, 2**32 - 1)


def rng(seed=0):
    return np.random.default_rng(seed)


def first(train, seed=0, size=32):
    return next(train.batches(rng(seed), size))


def same(a, b):
    pairs = zip(a, b, strict=True)
    return all(p is q is None or np.array_equal(p, q, equal_nan=True) for p, q in pairs)


# Every registered task

# Tasks whose data say what is for validation and what for the test.
GIVEN = {
    "chorales", "etth1", "nottingham", "nyc_taxi", "santa_fe", "shakespeare", "ucr_anomaly",
}  # fmt: skip


@pytest.mark.parametrize("name", tasks.names())
def test_registered_task_passes_the_checks(name):
    tasks.check_task(name)


@pytest.mark.parametrize("name", tasks.names())
def test_same_rng_same_batch_other_rng_other_batch(name):
    one, two, other = (tasks.make(name).splits(rng(seed)) for seed in (3, 3, 4))
    assert same(first(one.train), first(two.train))
    assert not same(first(one.train, seed=1), first(one.train, seed=2))
    assert same(one.valid, two.valid)
    assert same(one.test, two.test)
    assert same(one.valid, other.valid) == (name in GIVEN)


@pytest.mark.parametrize("name", tasks.names())
def test_who_asks_for_the_next_step_says_so(name):
    """Where what is read at the next step is what was asked, or is in the set that was."""
    task = tasks.make(name)
    if task.kind in ("regression", "classification"):
        assert not task.next_step
        return
    batch = task.splits(rng()).test
    x, y, alive = batch.x[:, 1:], batch.y[:, :-1], batch.valid()[:, 1:]
    if task.kind == "labelling":
        told = (x.argmax(-1) == y)[alive & (y >= 0)]
    elif task.kind == "series":
        told = (x[..., :1] == y[..., :1])[alive & ~np.isnan(y[..., 0])]
    else:  # symbols in the same order, or without the start and with an end
        width = min(x.shape[2], y.shape[2])
        pairs = (x[..., :width], y[..., :width]), (x[..., 1:], y[..., : x.shape[2] - 1])
        told = max((((p <= q).all(-1) & p.any(-1))[alive] for p, q in pairs), key=np.mean)
    assert task.next_step == (told.mean() > 0.95)


@pytest.mark.parametrize("name", tasks.names())
def test_task_travels_to_another_process_by_value(name):
    task = tasks.make(name, epochs=7)
    copy = cloudpickle.loads(cloudpickle.dumps(task))
    assert copy.options() == task.options()
    assert same(copy.splits(rng()).test, task.splits(rng()).test)


@pytest.mark.parametrize("name", tasks.names())
def test_docstring_draws_a_row_and_names_its_source(name):
    doc = tasks.get(name).__doc__
    assert "One row" in doc
    assert re.search(r"\((19|20)\d\d\)", doc)


# Batches


def numbered(n, steps=4, ragged=True):
    """Sequences that carry their own number everywhere, 1 to steps long."""
    x = np.broadcast_to(np.arange(n, dtype=np.float32)[:, None, None], (n, steps, 2)).copy()
    lengths = 1 + np.arange(n) % steps if ragged else None
    return Batch(x, x[..., :1].copy(), lengths)


@given(st.integers(1, 40), st.integers(1, 50), seeds, st.booleans())
def test_each_epoch_of_a_dataset_is_a_permutation(n, size, seed, ragged):
    data = Dataset(numbered(n, ragged=ragged))
    updates = data.updates(size)
    stream = data.batches(rng(seed), size)
    for _ in range(3):
        epoch = list(islice(stream, updates))
        assert sorted(np.concatenate([batch.x[:, 0, 0] for batch in epoch])) == list(range(n))
        assert [len(batch.x) for batch in epoch[:-1]] == [size] * (updates - 1)
        assert 1 <= len(epoch[-1].x) <= size


def test_epochs_are_shuffled_anew():
    epochs = islice(Dataset(numbered(50)).batches(rng(), 50), 2)
    one, two = (batch.x[:, 0, 0] for batch in epochs)
    assert not np.array_equal(one, two)
    assert not np.array_equal(one, np.arange(50))


@given(st.integers(1, 30), st.integers(1, 8), st.integers(1, 9), seeds)
def test_batches_are_cropped_to_their_longest_sequence_and_lose_nothing(n, size, steps, seed):
    whole = numbered(n, steps)
    data = Dataset(whole)
    for batch in islice(data.batches(rng(seed), size), data.updates(size)):
        rows = batch.x[:, 0, 0].astype(int)
        longest = whole.lengths[rows].max()
        assert batch.x.shape[1] == batch.y.shape[1] == longest
        assert np.array_equal(batch.lengths, whole.lengths[rows])
        assert np.array_equal(batch.x, whole.x[rows, :longest])
        assert np.array_equal(batch.y, whole.y[rows, :longest])


def test_the_example_of_the_package_runs():
    assert doctest.testmod(tasks).failed == 0
    assert doctest.testmod(tasks).attempted == 5


def test_cropping_leaves_full_batches_and_targets_of_sequences_alone():
    full = numbered(5, ragged=False)
    assert full.cropped() is full
    x = np.zeros((2, 6, 1), np.float32)
    y = np.zeros((2, 6), np.float32)
    cropped = Batch(x, y, np.array([1, 3])).cropped()
    assert cropped.x.shape == (2, 3, 1)
    assert cropped.y.shape == (2, 6)


def test_stream_counts_updates_not_sequences():
    stream = Stream(lambda rng, size: numbered(size), epoch=17)
    assert stream.updates(1) == stream.updates(1000) == 17
    assert [len(batch.x) for batch in islice(stream.batches(rng(), 5), 3)] == [5, 5, 5]


@pytest.mark.parametrize("train", [Dataset(numbered(3)), Stream(lambda rng, size: numbered(size))])
def test_batch_size_is_refused_at_once(train):
    for call in (lambda: train.batches(rng(), 0), lambda: train.updates(-1)):
        with pytest.raises(TaskError, match="batch size must be at least 1"):
            call()


def test_empty_data_set_and_empty_epoch_are_refused():
    with pytest.raises(TaskError, match="at least one sequence"):
        Dataset(numbered(0))
    with pytest.raises(TaskError, match="epoch of a stream must be at least 1, got 0"):
        Stream(lambda rng, size: numbered(size), epoch=0)


# Registry and options


@pytest.fixture
def clean_registry(monkeypatch):
    tasks.names()
    monkeypatch.setattr(TASKS, "classes", dict(TASKS.classes))
    monkeypatch.setattr(TASKS, "_discovered", True)
    return monkeypatch


def test_names_are_sorted_and_unknown_ones_bring_close_matches():
    assert tasks.names() == sorted(tasks.names())
    assert {"adding", "digits", "embedded_reber"} <= set(tasks.names())
    with pytest.raises(TaskError, match=r"unknown task 'ading'; did you mean adding"):
        tasks.get("ading")
    with pytest.raises(TaskError, match=r"known: adding, .*embedded_reber"):
        tasks.get("zzz")


def test_a_file_in_the_package_is_found(clean_registry, tmp_path):
    (tmp_path / "dropped_in.py").write_text(
        "from gatelab.tasks import Task, register\n"
        "@register('dropped_in')\nclass DroppedIn(Task):\n    pass\n"
    )
    clean_registry.setattr(tasks, "__path__", [*tasks.__path__, str(tmp_path)])
    clean_registry.setitem(sys.modules, "gatelab.tasks.dropped_in", None)
    del sys.modules["gatelab.tasks.dropped_in"]
    TASKS._discovered = False
    assert "dropped_in" in tasks.names()
    assert tasks.get("dropped_in").name == "dropped_in"


def test_a_name_is_taken_once_but_may_be_defined_again(clean_registry):
    def define():
        @tasks.register("mine")
        class Mine(Task):
            pass

        return Mine

    define()
    again = define()
    assert tasks.get("mine") is again
    with pytest.raises(TaskError, match="the name 'mine' is taken by"):

        @tasks.register("mine")
        class Other(Task):
            pass


def test_only_tasks_with_a_proper_name_are_registered():
    with pytest.raises(TaskError, match="is not a word"):
        tasks.register("two words")
    with pytest.raises(TaskError, match="extends Task"):
        tasks.register("number")(int)


def test_make_takes_names_classes_and_instances():
    adding = tasks.get("adding")
    assert tasks.make("adding", length=7).length == 7
    ready = tasks.make(adding, length=8)
    assert tasks.make(ready) is ready
    with pytest.raises(TaskError, match="made already"):
        tasks.make(ready, length=9)
    with pytest.raises(TaskError, match="a task is a name"):
        tasks.make(3)


def test_options_are_class_attributes_with_defaults():
    task = tasks.make("adding", length=np.int64(9), patience=3)
    assert (task.length, task.patience, task.valid_sequences) == (9, 3, 1000)
    assert repr(task) == "Adding(patience=3, length=9)"
    assert tasks.get("adding").length == 50
    assert tasks.get("adding").defaults()["patience"] is None
    assert not {"kind", "inputs", "splits", "at_least"} & set(task.options())
    assert tasks.make("adding", name="adding_9").name == "adding_9"


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"lenght": 9}, "unknown option of adding 'lenght'; did you mean length?"),
        ({"kind": "regression"}, "unknown option of adding 'kind'"),
        ({"length": 0}, "length must be a whole number of at least 2, got 0"),
        ({"length": 1}, "at least 2, got 1"),
        ({"length": "50"}, "got '50'"),
        ({"length": 50.0}, "got 50.0"),
        ({"length": True}, "got True"),
        ({"length": None}, "got None"),
        ({"test_sequences": -1}, "test_sequences must be a whole number of at least 1"),
        ({"epochs": True}, "epochs must be a whole number of at least 1, got True"),
        ({"epochs": 0}, "epochs must be a whole number of at least 1"),
        ({"patience": 0}, "patience must be a whole number of at least 1"),
        ({"min_updates": -1}, "min_updates must be a whole number of at least 0"),
        ({"name": 3}, "name must be str"),
        ({"search": [("hidden", 3)]}, "search must be a dict"),
        ({"search": {"hidden": (8, 4)}}, "search entry 'hidden'"),
        ({"search": {"hidden": (0, 4, "log")}}, "search entry 'hidden'"),
        ({"search": {"hidden": []}}, "search entry 'hidden'"),
        ({"search": {"hidden": (float("nan"), 1.0)}}, "search entry 'hidden'"),
    ],
)
def test_wrong_options_are_refused_in_one_line(options, complaint):
    with pytest.raises(TaskError, match=re.escape(complaint)) as refusal:
        tasks.make("adding", **options)
    assert "\n" not in str(refusal.value)


def test_search_spaces_of_every_form_are_taken():
    space = {"hidden": (8, 32), "lr": (1e-3, 1e-1, "log"), "depth": [1, 2], "beta": (0.0, 2.0)}
    assert tasks.make("adding", search=space).search == space


def test_float_text_and_choice_options(clean_registry):
    class Mine(Task):
        noise = 0.5
        flip = False
        order = "up"
        choices = {"order": ("up", "down")}  # noqa: RUF012

    assert Mine(noise=1, flip=True, order="down").options().items() >= {
        ("noise", 1.0),
        ("flip", True),
        ("order", "down"),
    }
    for option, value in [("noise", "x"), ("noise", float("nan")), ("flip", 1), ("order", "left")]:
        with pytest.raises(TaskError, match=f"{option} must be"):
            Mine(**{option: value})


# The checks themselves


class Sound(Task):
    """A task without fault, for the faulty ones to extend."""

    inputs = 2

    def draw(self, rng, size):
        x = rng.normal(size=(size, 5, 2)).astype(np.float32)
        return Batch(x, x.sum((1, 2))[:, None], np.full(size, 5))

    def splits(self, rng):
        return Splits(Stream(self.draw), self.draw(rng, 20), self.draw(rng, 30))

    def baselines(self, splits):
        return {"nothing": 1.0}


def faulty(**attributes):
    return type("Faulty", (Sound,), attributes)


def drawing(change):
    return {"draw": lambda self, rng, size: change(Sound.draw(self, rng, size))}


def splitting(change):
    return {"splits": lambda self, rng: change(Sound.splits(self, rng))}


def poisoned(batch):
    batch.x[0, 0, 0] = np.nan
    return batch


class PerStep(Sound):
    """A task without fault whose lengths are ragged, with a target at every other step."""

    def draw(self, rng, size):
        x = rng.normal(size=(size, 5, 2)).astype(np.float32)
        lengths = rng.integers(1, 6, size)
        off = np.arange(5) >= lengths[:, None]
        off[:, 1::2] = True
        return Batch(x, self.targets(x, off), lengths)


class Series(PerStep):
    kind, metric, outputs = "series", "nmse", 2

    def targets(self, x, off):
        return np.where(off[..., None], np.float32("nan"), x)


class Labelling(PerStep):
    kind, metric, outputs = "labelling", "roc_auc", 2

    def targets(self, x, off):
        return np.where(off, -1, (x[..., 0] > 0).astype(np.int64))


def targeting(cls, change, **attributes):
    """The class with other targets, given y and the places without one."""
    targets = lambda self, x, off: change(cls.targets(self, x, off), off)
    return type("Faulty", (cls,), {"targets": targets, **attributes})


def leaking(valid, test):
    """A class whose splits are cut from the same 60 sequences, the first 40 to train on."""

    def splits(self, rng):
        whole = self.draw(rng, 60)
        return Splits(Dataset(whole.rows(slice(40))), whole.rows(valid), whole.rows(test))

    return faulty(splits=splits)


FAULTS = [
    (faulty(kind="guess"), "kind 'guess'"),
    (faulty(metric="f1"), "metric 'f1'"),
    (faulty(outputs=0), "outputs is 0"),
    (faulty(inputs=3), "train.x has 2 inputs, the task says 3"),
    (faulty(outputs=2), "train.y has 1 outputs, not 2"),
    (faulty(kind="classification"), "train.y is float32, should be int64"),
    (faulty(**drawing(lambda b: b._replace(x=b.x.astype(float)))), "train.x is float64"),
    (faulty(**drawing(lambda b: b._replace(x=b.x[:, 0]))), r"train.x has shape \(32, 2\)"),
    (faulty(**drawing(lambda b: b._replace(lengths=b.lengths + 1))), "not within 1 to 5"),
    (faulty(**drawing(lambda b: b._replace(lengths=b.lengths.astype(np.int32)))), "int32"),
    (faulty(**drawing(lambda b: b._replace(y=b.y[:-1]))), "train.y is .* beside x"),
    (faulty(**drawing(poisoned)), "train.x holds NaN"),
    (faulty(**splitting(lambda s: s._replace(test=poisoned(s.test)))), "test.x holds NaN"),
    (faulty(**splitting(lambda s: tuple(s))), "gives tuple, not Splits"),
    (faulty(**splitting(lambda s: s._replace(train=[]))), "no Dataset, Stream or StatefulStream"),
    (faulty(**splitting(lambda s: s._replace(test=s.valid))), "valid and test are the same"),
    (faulty(draw=lambda self, _, size: Sound.draw(self, rng(7), size)), "ignores its rng"),
    (faulty(draw=lambda self, _, size: Sound.draw(self, rng(None), size)), "the same rng gives"),
    (faulty(baselines=lambda self, splits: {}), "no baselines"),
    (faulty(baselines=lambda self, splits: {"guess": float("inf")}), "baseline 'guess' is inf"),
    (faulty(baselines=Task.baselines), "baselines is not defined"),
    (targeting(Series, lambda y, _: y.astype(float)), "train.y is float64"),
    (targeting(Series, lambda y, _: y[..., 0]), r"train.y has shape .* be \(N, T, K\)"),
    (targeting(Series, lambda y, _: y[:, :4]), "train.y is .* beside x"),
    (targeting(Series, lambda y, _: y[..., :1]), "train.y has 1 outputs, not 2"),
    (targeting(Series, lambda y, _: np.full_like(y, np.nan)), "train.y has no target"),
    (targeting(Series, lambda y, _: y + np.float32("inf")), "train.y holds NaN or inf"),
    (targeting(Series, lambda y, _: 0 * y), "metric nmse gives nan on valid"),
    (targeting(Series, lambda y, _: y, metric="nll"), "metric nll is not for series"),
    (targeting(Labelling, lambda y, _: y[..., None]), r"should be \(N, T\)"),
    (targeting(Labelling, lambda y, _: y.T.copy()), r"train.y is \(5, 32\) beside x \(32, 5, 2\)"),
    (targeting(Labelling, lambda y, _: y.astype(np.int32)), "train.y is int32"),
    (targeting(Labelling, lambda y, _: y + (y >= 0)), "outside -1 .no target., 0 to 1"),
    (targeting(Labelling, lambda y, _: y - (y < 0)), "outside -1 .no target., 0 to 1"),
    (targeting(Labelling, lambda y, _: 0 * y - 1), "train.y has no target"),
    (targeting(Labelling, lambda y, _: np.minimum(y, 0)), "metric roc_auc gives nan on valid"),
    (leaking(slice(40, 50), slice(0, 10)), "10 of 10 test sequences are in train"),
    (leaking(slice(34, 44), slice(50, 60)), "6 of 10 valid sequences are in train"),
    (leaking(slice(40, 50), slice(41, 51)), "9 of 10 test sequences are in valid"),
]


def test_check_task_takes_a_class_and_an_instance():
    tasks.check_task(Sound)
    tasks.check_task(Sound(epochs=2))
    tasks.check_task(leaking(slice(40, 50), slice(45, 55)))  # half of it may be twice in real data
    tasks.check_task(Series)
    tasks.check_task(Labelling)


def test_what_stands_past_the_end_is_no_target():
    """Not even what could never be one."""
    tasks.check_task(targeting(Series, lambda y, off: _past(y, off, np.inf)))
    tasks.check_task(targeting(Labelling, lambda y, off: _past(y, off, 99)))


def _past(y, off, value):
    """Targets whose padding holds a value: the even steps without a target."""
    y[:, ::2][off[:, ::2]] = value
    return y


@pytest.mark.parametrize(("cls", "complaint"), FAULTS, ids=[complaint for _, complaint in FAULTS])
def test_check_task_names_what_fails(cls, complaint):
    with pytest.raises(TaskError, match=complaint) as refusal:
        tasks.check_task(cls)
    assert str(refusal.value).startswith("task ")


# Adding


def test_adding_marks_one_number_in_each_half_and_sums_them():
    for length in (2, 7, 50):
        x, y, lengths = first(tasks.make("adding", length=length).splits(rng()).train, size=500)
        assert lengths is None
        value, marker = x[..., 0], x[..., 1]
        assert ((value >= 0) & (value <= 1)).all()
        assert (marker[:, : length // 2].sum(1) == 1).all()
        assert (marker[:, length // 2 :].sum(1) == 1).all()
        assert np.allclose(y[:, 0], (value * marker).sum(1))


def test_adding_uses_every_place_evenly():
    x = first(tasks.make("adding", length=10).splits(rng()).train, size=20_000).x
    assert np.allclose(x[..., 1].mean(0), 0.2, atol=0.02)
    assert np.allclose(x[..., 0].mean(0), 0.5, atol=0.02)


def test_adding_baseline_is_a_sixth():
    task = tasks.make("adding")
    assert task.baselines(task.splits(rng()))["always 1"] == pytest.approx(1 / 6, rel=0.05)


def test_adding_holds_out_what_it_says():
    splits = tasks.make("adding").splits(rng())
    assert (len(splits.valid.x), len(splits.test.x)) == (1000, 2000)


# Embedded Reber. The recogniser below shares nothing with the automaton of the task: it is
# the grammar as a regular expression, and legal next symbols are those with a completion.

LATE = r"(?:XT*VP)*(?:S|XT*VV)"  # Reber's grammar after B T S* X or after ... V P
RECOGNISER = re.compile(rf"B([TP])B(?:TS*X{LATE}|PT*V(?:V|P{LATE}))E\1E")
# From the literature: legal and illegal strings, embedded, that between them visit every fork.
REBER = ["BTSSXXTVVE", "BPVVE", "BTXXVPSE", "BPVPXVPXVPXVVE", "BTSXXVPSE", "BTXSE", "BPTVPSE"]
NOT_REBER = ["BTSSPXSE", "BPTVVB", "BTXXVVSE", "BPVSPSE", "BTSSSE"]
ENDINGS = {
    f"B{o}{s}{o}E"[cut:] for s in REBER for o in "TP" for cut in range(len(s) + 5)
}  # enough to finish any beginning


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


# Digits


def test_digits_in_both_orders_show_the_same_images():
    pixels, rows = (tasks.make("digits", order=order) for order in ("pixels", "rows"))
    assert (pixels.inputs, rows.inputs) == (1, 8)
    a, b = pixels.splits(rng()), rows.splits(rng())
    assert a.test.x.shape == (360, 64, 1)
    assert b.test.x.shape == (360, 8, 8)
    assert np.array_equal(a.test.x.reshape(360, 8, 8), b.test.x)
    assert np.array_equal(a.test.y, b.test.y)
    with pytest.raises(TaskError, match="order must be one of 'pixels', 'rows', got 'columns'"):
        tasks.make("digits", order="columns")


def test_digits_split_is_stratified_and_complete():
    train, valid, test = tasks.make("digits").splits(rng())
    assert len(train.batch.x) + len(valid.x) == 1437
    assert np.abs(np.bincount(valid.y) - np.bincount(train.batch.y) / 4).max() <= 1
    assert test.x.max() == valid.x.max() == 1
    from sklearn.datasets import load_digits

    digits = load_digits()
    assert np.array_equal(test.x[:, :, 0] * 16, digits.data[-360:])
    assert np.array_equal(test.y, digits.target[-360:])
    together = np.concatenate([train.batch.x, valid.x])[:, :, 0] * 16
    assert {row.tobytes() for row in together} == {
        row.tobytes() for row in digits.data[:1437].astype(np.float32)
    }


def test_digits_baselines():
    task = tasks.make("digits", order="rows")
    scores = task.baselines(task.splits(rng()))
    assert scores["majority class"] == pytest.approx(0.1, abs=0.01)
    assert 0.87 < scores["logistic regression on pixels"] < 0.93


# Arrays of one's own


def arrays(kind="classification", n=30, lengths=None):
    draw = rng()
    x = draw.normal(size=(n, 6, 2))
    y = {
        "classification": np.arange(n) % 3,
        "regression": x.sum(1),
        "multilabel": (x > 0).astype(int),
        "series": np.where(np.arange(6)[:, None] % 3, x, np.nan),
        "labelling": np.where(np.arange(6) % 3, (x > 0).sum(-1), -1),
    }[kind]
    return {"x": x, "y": y, "kind": kind, "lengths": lengths}


@pytest.mark.parametrize(
    "kind", ["classification", "regression", "multilabel", "series", "labelling"]
)
@pytest.mark.parametrize("ragged", [False, True])
def test_arrays_make_a_sound_task_that_splits_60_20_20(kind, ragged):
    lengths = 1 + np.arange(30) % 5 if ragged else None
    task = tasks.from_arrays(**arrays(kind, lengths=lengths), name="mine", epochs=3)
    tasks.check_task(task)
    assert (task.name, task.epochs, task.inputs) == ("mine", 3, 2)
    assert task.outputs == (3 if kind in ("classification", "labelling") else 2)
    train, valid, test = task.splits(rng())
    assert (len(train.batch.x), len(valid.x), len(test.x)) == (18, 6, 6)
    everything = np.concatenate([part.x[:, 0, 0] for part in (train.batch, valid, test)])
    assert sorted(everything) == sorted(task.batch.x[:, 0, 0])
    if kind == "classification":
        assert np.array_equal(np.bincount(test.y), [2, 2, 2])
    if ragged:
        assert test.x.shape[1] == test.lengths.max() < 6
        per_step = kind in ("multilabel", "series", "labelling")
        assert not per_step or test.y.shape[:2] == test.x.shape[:2]


def test_arrays_are_copied_and_padding_is_ignored():
    given = arrays("multilabel", lengths=np.full(30, 4))
    given["x"][:, 4:] = np.nan
    given["y"] = given["y"].astype(float)
    given["y"][:, 4:] = np.nan
    task = tasks.from_arrays(**given)
    before = task.splits(rng()).test
    given["x"][:] = given["y"][:] = 7
    assert same(before, task.splits(rng()).test)
    tasks.check_task(task)


@pytest.mark.parametrize(("kind", "without"), [("series", np.nan), ("labelling", -1)])
def test_arrays_have_no_target_past_the_end(kind, without):
    given = arrays(kind, lengths=np.full(30, 4))
    y = tasks.from_arrays(**given).batch.y
    assert np.array_equal(y[:, 4:], np.full_like(y[:, 4:], without), equal_nan=True)
    expected = given["y"][:, :4].astype(np.float32 if kind == "series" else np.int64)
    assert np.array_equal(y[:, :4], expected, equal_nan=True)
    given["y"][:, 4:] = 7
    assert np.array_equal(tasks.from_arrays(**given).batch.y, y, equal_nan=True)


def test_arrays_of_one_value_per_step_may_lack_the_last_axis():
    given = arrays("series")
    task = tasks.from_arrays(**(given | {"y": given["y"][..., 0]}))
    assert task.batch.y.shape == (30, 6, 1)
    tasks.check_task(task)


def test_arrays_with_rare_classes_are_split_without_strata():
    given = arrays(n=12)
    given["y"] = np.array([0] * 10 + [1, 2])
    tasks.check_task(tasks.from_arrays(**given))
    given = arrays("regression", n=5)
    tasks.check_task(tasks.from_arrays(given["x"], given["y"][:, 0], kind="regression"))


def test_arrays_baselines_by_hand():
    y = np.array([0] * 20 + [1] * 10)
    task = tasks.from_arrays(rng().normal(size=(30, 4, 1)), y)
    scores = task.baselines(task.splits(rng()))
    assert scores.pop("majority class") == pytest.approx(4 / 6)
    assert [*scores] == ["logistic, mean and spread"]
    told = tasks.from_arrays(rng().normal(size=(30, 4, 1)) + 9 * y[:, None, None], y)
    assert told.baselines(told.splits(rng()))["logistic, mean and spread"] == 1
    constant = tasks.from_arrays(rng().normal(size=(30, 4, 1)), np.full(30, 3.5), kind="regression")
    nothing = {"training mean": 0, "line, mean and spread": pytest.approx(0, abs=1e-20)}
    assert constant.baselines(constant.splits(rng())) == nothing
    x = np.concatenate([rng().normal(size=(30, 4, 1)), np.ones((30, 4, 1))], 2)  # one never changes
    line = tasks.from_arrays(x, 2 * x[..., 0].mean(1) - 3 * x[..., 0].std(1), kind="regression")
    scores = line.baselines(line.splits(rng()))
    assert scores["line, mean and spread"] < 1e-10 < scores["training mean"]
    x, off = rng().normal(size=(30, 4, 1)), np.arange(4) == 2
    series = tasks.from_arrays(x, np.tile(np.where(off, np.nan, 3.5), (30, 1)), kind="series")
    assert series.baselines(series.splits(rng())) == {"training mean": 0}
    named = tasks.from_arrays(x, np.tile([0, 1, -1, 1], (30, 1)), kind="labelling")
    assert named.baselines(named.splits(rng())) == {"majority class": pytest.approx(2 / 3)}


def poison(value):
    x = arrays()["x"]
    x[3, 2, 1] = value
    return x


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"x": poison(np.nan)}, r"x holds 1 values that are NaN or infinite .* \[3, 2, 1\]"),
        ({"x": poison(np.inf)}, "x holds 1 values"),
        ({"x": poison(1e300)}, "infinite in float32"),
        ({"x": np.zeros((30, 6))}, r"x must be \(N, T, D\)"),
        ({"x": np.zeros((30, 0, 2))}, "none of them 0"),
        ({"x": np.zeros((30, 6, 2), int)}, "x must be floating point, got int64"),
        ({"x": [[[0.0]], [[0.0], [1.0]]]}, "differ in length; pad and give lengths"),
        ({"x": np.zeros((4, 6, 2)), "y": np.arange(4)}, "at least 5 sequences"),
        ({"lengths": np.full(30, 7)}, "lengths must be 1 to 6, the steps of x, got 7 to 7"),
        ({"lengths": np.arange(30) % 6}, "lengths must be 1 to 6"),
        ({"lengths": np.full(29, 3)}, "lengths must be 30 whole numbers"),
        ({"lengths": np.full(30, 3.0)}, "lengths must be 30 whole numbers"),
        ({"kind": "clasification"}, "did you mean classification?"),
        ({"y": np.arange(29) % 3}, "y of a classification must be 30 whole numbers"),
        ({"y": np.arange(30) % 3 + 1}, "classes must be 0, 1, .* got 1, 2, 3;"),
        ({"y": np.arange(30) % 3 - 1}, "got -1, 0, 1;"),
        ({"y": np.zeros(30, int)}, "K at least 2, got 0;"),
        ({"y": np.array(["a", "b", "c"] * 10)}, "whole numbers, got shape"),
        ({"y": np.arange(30) / 3}, "whole numbers, got shape"),
        ({"kind": "regression", "y": np.full((30, 1), np.nan)}, "y holds 30 values"),
        ({"kind": "regression", "y": np.zeros((30, 6, 1))}, r"must be numbers \(30, K\)"),
        ({"kind": "multilabel", "y": np.zeros((30, 2))}, r"must be \(30, 6, 'K'\)"),
        ({"kind": "multilabel", "y": np.full((30, 6, 1), 0.5)}, "must be 0 or 1, got 0.5"),
        ({"kind": "series", "y": np.zeros(30)}, r"must be numbers \(30, 6, 'K'\), NaN for"),
        ({"kind": "series", "y": np.zeros((30, 6, 1), complex)}, "of complex128"),
        ({"kind": "series", "y": np.full((30, 6, 1), np.inf)}, "y holds 180 values"),
        ({"kind": "series", "y": np.full((30, 6, 1), np.nan)}, "holds no target"),
        ({"kind": "labelling", "y": np.zeros((30, 6))}, r"must be \(30, 6\) whole numbers, -1 for"),
        ({"kind": "labelling", "y": np.zeros(30, int)}, r"must be \(30, 6\) whole numbers"),
        ({"kind": "labelling", "y": np.full((30, 6), -1)}, "classes must be .* got none;"),
        ({"kind": "labelling", "y": np.arange(180).reshape(30, 6) % 3 - 2}, "got -2, 0;"),
        ({"epoch": 3}, "unknown option of arrays 'epoch'; did you mean epochs?"),
    ],
)
def test_arrays_that_cannot_be_a_task_are_refused_in_one_line(change, complaint):
    with pytest.raises(TaskError, match=complaint) as refusal:
        tasks.from_arrays(**(arrays() | change))
    assert "\n" not in str(refusal.value)


# Command line


def test_command_line_lists_every_task_with_its_baselines(capsys):
    assert main([]) == 0
    shown = capsys.readouterr().out
    for fact in (*tasks.names(), "always 1", "x (N, 50, 2)", "accuracy", "stream, 100 updates"):
        assert fact in shown


@pytest.mark.parametrize("name", tasks.names())
def test_command_line_shows_one_task(name, capsys):
    tasks.make(name).splits(rng())  # skipped here, should its data be missing
    assert main([name]) == 0
    shown = capsys.readouterr().out
    assert tasks.get(name).__doc__.splitlines()[0] in shown
    for part in ("A sequence of the test split", "baselines", "options"):
        assert part in shown


def test_reber_sketch_shows_symbols_over_sets(capsys):
    paths = walk(rng(5), 1, 40)
    x, y = tasks.make("embedded_reber").sketch(as_batch(paths)).splitlines()
    string = spell(paths)[0]
    assert "".join(x.split()[1:]) == string[:-1]
    assert y.split()[1:3] == ["TP", "B"]
    assert y.split()[-2:] == [string[1], "E"]


def python(*arguments):
    root = Path(__file__).parents[2]
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=60)


def test_command_line_refuses_an_unknown_name_in_one_line():
    run = python("-m", "gatelab", "tasks", "ading")
    assert run.returncode == 2
    assert run.stdout == ""
    assert run.stderr.startswith("error: unknown task 'ading'; did you mean adding")
    assert run.stderr.count("\n") == 1


def test_importing_tasks_leaves_blas_unconfigured():
    # scipy and scikit-learn load BLAS; a study sets its threads first.
    code = "import sys, tasks; tasks.names(); sys.exit(bool({'scipy', 'sklearn'} & {*sys.modules}))"
    assert python("-c", code).returncode == 0

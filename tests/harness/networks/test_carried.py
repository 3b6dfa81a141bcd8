"""Sequences too long for one update: the state handed on, the gradient cut, long ones predicted."""

import numpy as np
import pytest
from helpers import networks
from helpers.differences import slope
from helpers.layers import each_backend
from helpers.networks import D, K, N

from gatelab import Study, tasks
from gatelab.errors import LayerError, StudyError
from gatelab.networks import network as module
from gatelab.networks.network import Network
from gatelab.running import checks
from gatelab.tasks.framework.batches import Batch, Continued, Splits, StatefulStream, Stream
from gatelab.tasks.framework.errors import TaskError
from gatelab.tasks.framework.metrics import METRICS
from gatelab.trials.settings import complete
from gatelab.trials.training import Budget, train

T = 12
RNG = np.random.default_rng(0)  # of masks: nothing is dropped here
DEEP = {"layers": 2, "residual": True, "projection": 3, "embedding": 2}


def network(kind="series", cell="standard", **options):
    return networks.network(cell, kind, **options)


def series(seed=2):
    rng = np.random.default_rng(seed)
    return Batch(rng.standard_normal((N, T, D)), rng.standard_normal((N, T, K)))


def part(batch, start, stop):
    return Batch(batch.x[:, start:stop], batch.y[:, start:stop])


# The network -------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [{}, DEEP])
@pytest.mark.parametrize("cell", ["standard", "gru", "slstm"])
def test_advancing_in_pieces_is_reading_the_whole(cell, options):
    made, x = network(cell=cell, **options), series().x
    state, outputs = None, []
    for start, stop in ((0, 1), (1, 7), (7, T)):
        seen, state = made.advance(x[:, start:stop], state)
        outputs.append(seen)
    np.testing.assert_allclose(np.concatenate(outputs, 1), made.predict(x), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("lengths", [None, np.array([12, 3, 7])])
@pytest.mark.parametrize("kind", ["series", "regression"])
@pytest.mark.parametrize("options", [{}, DEEP, {"bidirectional": True}])
def test_long_sequences_are_predicted_in_pieces(kind, options, lengths, monkeypatch):
    made, x = network(kind, **options), series().x
    whole = made.predict(x, lengths)
    monkeypatch.setattr(module, "PIECE", 5)
    np.testing.assert_allclose(made.predict(x, lengths), whole, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("options", [{}, DEEP])
def test_the_gradient_stops_where_the_batch_begins(options):
    """By differences: of the second piece's loss, with the state before it held fast."""
    made, whole = network(**options), series()
    state = made.gradient(part(whole, 0, 6), RNG).state
    second = part(whole, 6, T)
    found = made.gradient(second, RNG, state)
    outputs = made.predict(whole.x)[:, 6:]
    np.testing.assert_allclose(found.outputs, outputs, rtol=1e-12, atol=1e-14)
    direction = np.random.default_rng(3).standard_normal(made.size)
    want = slope(lambda: made.gradient(second, RNG, state).loss, made.theta, direction)
    assert found.gradient @ direction == pytest.approx(want, rel=1e-6)


def test_a_state_that_is_handed_on_is_not_written_to():
    made, whole = network(backend="numba", dtype="float32"), series()
    whole = Batch(whole.x.astype(np.float32), whole.y.astype(np.float32))
    state = made.gradient(part(whole, 0, 6), RNG).state
    before = [np.array(s) for s in state[0]]
    for _ in range(5):
        made.gradient(part(whole, 6, T), RNG, state)
    for s, b in zip(state[0], before, strict=True):
        np.testing.assert_array_equal(s, b)


def test_what_cannot_be_carried_is_refused():
    made, x = network(bidirectional=True), series().x
    with pytest.raises(LayerError, match="only a forward network"):
        made.advance(x)
    with pytest.raises(LayerError, match="only a forward network"):
        network("regression").advance(x)
    state = network().advance(x)[1]
    with pytest.raises(LayerError, match="it carries no state"):
        made.gradient(series(), RNG, state)


@each_backend
def test_padding_of_what_is_embedded_may_be_anything(backend):
    made, batch, lengths = network("regression", backend=backend, **DEEP), series(), [4, T, 9]
    batch = Batch(batch.x, batch.y[:, 0], np.array(lengths))
    clean = made.gradient(batch, RNG).gradient
    batch.x[np.arange(T) >= batch.lengths[:, None]] = np.nan
    np.testing.assert_array_equal(made.gradient(batch, RNG).gradient, clean)


# Training ----------------------------------------------------------------------------------------


def endless(rng, rows):
    """The output wanted is the sum of all inputs since the beginning, far behind every batch."""
    total = np.zeros((rows, 1, 1), np.float32)
    for k in range(10**6):
        x = rng.integers(0, 2, (rows, 4, D)).astype(np.float32)
        y = total + x.sum(-1, keepdims=True).cumsum(1)
        total = y[:, -1:]
        yield (Continued if k % 10 else Batch)(x, np.repeat(y, K, 2).astype(np.float32))


def test_training_hands_the_state_on_and_begins_anew_where_nothing_follows(monkeypatch):
    seen = []
    gradient = Network.gradient

    def spied(self, batch, rng, state=None):
        found = gradient(self, batch, rng, state)
        seen.append((batch.continues, state, found.state))
        return found

    monkeypatch.setattr(Network, "gradient", spied)
    made = network(dtype="float32", backend="numba")
    held = series()
    held = Batch(held.x.astype(np.float32), held.y.astype(np.float32))
    splits = Splits(StatefulStream(endless, lambda rows: 5), held, held)
    streams = {name: np.random.default_rng(0) for name in ("data", "dropout")}
    train(made, splits, complete({}), METRICS["mse"], Budget((5, 10, 15)), streams)
    assert len(seen) == 15
    for k, (follows, state, _) in enumerate(seen):
        assert follows == (k % 10 > 0)
        assert state is (seen[k - 1][2] if follows else None)


def test_a_study_refuses_to_read_backwards_what_never_ends(tmp_path):
    searched, given = {"bidirectional": [False, True]}, {"bidirectional": True}
    few = {"valid_sequences": 2, "test_sequences": 2, "test_length": 60}
    endless_task = tasks.make("continual_reber", **few)
    for more in ({"settings": given}, {"search": searched}):
        study = Study([endless_task], ["gru"], trials=1, out=tmp_path / "runs", **more)
        with pytest.raises(StudyError, match="continual_reber never ends"):
            study.run()
    study = Study(["chorales"], ["gru"], seeds=1, out=tmp_path / "runs", settings=given)
    with pytest.raises(StudyError, match="chorales asks for the next step"):
        checks.can_read(study.comparisons[0], Stream(print))
    assert not (tmp_path / "runs").exists()


def test_a_carried_source_counts_its_epoch_and_refuses_what_it_cannot_read():
    source = StatefulStream(endless, lambda rows: 100 // rows)
    assert source.updates(8) == 12
    batches = source.batches(np.random.default_rng(0), 8)
    assert [next(batches).continues for _ in range(3)] == [False, True, True]
    with pytest.raises(TaskError, match="batch size must be at least 1"):
        source.batches(np.random.default_rng(0), 0)
    with pytest.raises(TaskError, match="epoch must be at least 1"):
        source.updates(101)


# What a study refuses before it begins -----------------------------------------------------------


def text(tmp_path, **options):
    letters = np.random.default_rng(0).choice([*"abcdefgh \n"], 8000)
    (tmp_path / "book.txt").write_text("".join(letters))
    return tasks.from_text(tmp_path / "book.txt", length=20, **options)


@pytest.mark.parametrize("more", [{"settings": {"batch": 999}}, {"search": {"batch": [8, 999]}}])
def test_more_rows_than_a_text_has_are_refused(more, tmp_path):
    study = Study([text(tmp_path)], ["gru"], trials=1, out=tmp_path / "runs", **more)
    with pytest.raises(TaskError, match="batch is 999, but the training text has room for 3"):
        study.run()
    assert not (tmp_path / "runs").exists()


def test_nothing_is_selected_by_what_was_trained_on(tmp_path):
    with pytest.raises(StudyError, match="mine holds nothing out to select by"):
        Study([tasks.make("digits", validation="none", name="mine")], ["gru"], out=tmp_path)

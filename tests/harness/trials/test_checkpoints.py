"""Interrupted and continued training is that which was never interrupted, to the bit."""

import json
import math
import os
from itertools import count

import numpy as np
import pytest
from helpers.training import SOURCES, drawn, small_network

from gatelab import tasks, variants
from gatelab.tasks.framework.batches import Splits
from gatelab.tasks.framework.metrics import METRICS, Metric
from gatelab.trials import checkpoints
from gatelab.trials.checkpoints import HandedBack, Keeper, discard
from gatelab.trials.descent import Diverged
from gatelab.trials.optimizers import OPTIMIZERS
from gatelab.trials.settings import complete
from gatelab.trials.training import Budget, Pruned, train
from gatelab.trials.trial import run_trial, splits_of

SLOW = Metric("slow", "minimize", METRICS["mae"].score, every=3)  # scores some batches only
BUDGET = Budget((4, 9, 10, 17))
VALID = drawn(np.random.default_rng(9), 8)


def stopping_after(updates):
    """Told to stop from the given number of updates on."""
    asked = count(1)
    return lambda: next(asked) >= updates


def trained(source, given, noise=0.0, keeper=None, budget=BUDGET, report=None):
    """Course and weights of a training; like a process, it shares nothing with another one."""
    network = small_network(noise)
    streams = {"data": np.random.default_rng(1), "dropout": np.random.default_rng(2)}
    splits = Splits(SOURCES[source](), VALID, VALID)
    settings = complete({"batch": 4, "warmup": 0.2, **given})
    course = train(network, splits, settings, SLOW, budget, streams, report, keeper)
    return numbers(course, network.theta)


def numbers(course, theta):
    known = vars(course) | {"weights": theta.tobytes(), "seconds": len(course.seconds)}
    return json.dumps(known | {"total": 0, "weights": known["weights"].hex()})


def interrupted(path, every, *given, **more):
    """The result of a training whose process is told to stop after every so many updates."""
    for stops in count():
        try:
            keeper = Keeper(path, told_to_stop=stopping_after(every))
            return trained(*given, keeper=keeper, **more), stops
        except HandedBack:
            continue


@pytest.mark.parametrize(
    ("optimizer", "source", "noise"),
    [("adam", source, noise) for source in SOURCES for noise in (0.0, 0.3)]
    + [(optimizer, "at once", 0.3) for optimizer in OPTIMIZERS if optimizer != "adam"],
)
def test_a_stop_at_any_update_changes_nothing(optimizer, source, noise, tmp_path):
    given = source, {"optimizer": optimizer, "weight_decay": 0.01}, noise
    whole = trained(*given)
    assert interrupted(tmp_path / "one", 1, *given) == (whole, 17)
    assert interrupted(tmp_path / "five", 5, *given) == (whole, 3)


def test_every_kind_of_noise_and_of_source_matters_here():
    """Else the test above could not fail."""
    found = {trained(source, {}, noise) for source in SOURCES for noise in (0.0, 0.3)}
    assert len(found) == 2 * len(SOURCES)
    assert len({trained("stream", {"optimizer": name}) for name in OPTIMIZERS}) == len(OPTIMIZERS)


def test_patience_pruning_and_divergence_end_training_where_they_did(tmp_path):
    impatient = {"budget": Budget((4, 8, 12, 16, 20), patience=1)}
    whole = trained("stream", {"lr": 0.3}, **impatient)
    assert json.loads(whole)["seconds"] < 5
    assert interrupted(tmp_path / "a", 3, "stream", {"lr": 0.3}, **impatient)[0] == whole

    def outcome(error, run):
        with pytest.raises(error) as raised:
            run()
        return str(raised.value), numbers(raised.value.course, np.zeros(1))

    pruned = {"budget": Budget((4, 8, 12, 16), rungs=(2, 3)), "report": lambda epoch, _: epoch > 2}
    hurt = "data set", {"optimizer": "sgd", "lr": 1e9, "clip": 0}
    with np.errstate(all="ignore"):
        for name, error, given, more in (("b", Pruned, ("stream", {}), pruned),
                                         ("c", Diverged, hurt, {})):  # fmt: skip
            whole = outcome(error, lambda: trained(*given, **more))  # noqa: B023
            again = outcome(error, lambda: interrupted(tmp_path / name, 2, *given, **more))  # noqa: B023
            assert again == whole


def test_time_counts_on_where_it_was(tmp_path, monkeypatch):
    now = count(step=1.0)
    monkeypatch.setattr("time.perf_counter", lambda: next(now))
    network, rng = small_network(), np.random.default_rng
    splits = Splits(SOURCES["stream"](), VALID, VALID)

    def run(keeper):
        streams = {"data": rng(1), "dropout": rng(2)}
        return train(network, splits, complete({}), SLOW, Budget((6, 12)), streams, keeper=keeper)

    with pytest.raises(HandedBack):
        run(Keeper(tmp_path / "t", told_to_stop=stopping_after(8)))
    kept = checkpoints.read(tmp_path / "t.0")["training"]["course"]
    course = run(Keeper(tmp_path / "t"))
    assert course.seconds[0] == kept["seconds"][0]
    assert course.total > kept["total"] > sum(kept["seconds"]) > 0


# The files ---------------------------------------------------------------------------------------


def stopped(path, updates, every=math.inf, **more):
    """Train until a stop; the messages that the keeper sent."""
    said = []
    keeper = Keeper(
        path, every, stopping_after(updates), lambda kind, **facts: said.append((kind, facts))
    )
    with pytest.raises(HandedBack):
        trained("stream", {}, keeper=keeper, **more)
    return said


def done(path):
    kept = checkpoints.read(path)
    return kept and kept["training"]["descent"]["done"]


def resumed(path):
    """Updates after which a training continues that finds these checkpoints."""
    begun = []

    class Watching(Keeper):
        def resume(self, training):
            super().resume(training)
            begun.append(training.descent.done)

    assert trained("stream", {}, keeper=Watching(path)) == trained("stream", {})
    return begun[0]


def test_two_checkpoints_are_kept_and_the_older_one_is_used_if_the_newer_is_damaged(tmp_path):
    path = tmp_path / "a folder" / "trial 1"
    said = stopped(path, 6, every=0)
    assert [facts for kind, facts in said if kind == "checkpoint"] == [
        {"path": f"{path}.{k % 2}"} for k in range(6)
    ]
    assert {file.name for file in path.parent.iterdir()} == {"trial 1.0", "trial 1.1"}
    assert (done(f"{path}.0"), done(f"{path}.1")) == (5, 6)
    assert resumed(path) == 6
    os.truncate(f"{path}.1", 1000)
    assert resumed(path) == 5
    stopped(path, 2)
    assert (done(f"{path}.0"), done(f"{path}.1")) == (5, 7)  # the damaged one is replaced


@pytest.mark.parametrize("content", [b"", b"\n", b"garbage", b"PK\x03\x04" * 99, None])
def test_whatever_a_damaged_checkpoint_holds_training_begins_anew(content, tmp_path):
    path = tmp_path / "t"
    stopped(path, 6)
    kept = (tmp_path / "t.0").read_bytes()
    flipped = kept[:500] + bytes([kept[500] ^ 1]) + kept[501:]
    for turn in (0, 1):
        (tmp_path / f"t.{turn}").write_bytes(flipped if content is None else content)
    assert resumed(path) == 0


def test_a_sealed_file_of_another_kind_is_no_checkpoint(tmp_path):
    from gatelab.trials import snapshots

    for tree in ([1], {"identity": {}}, 3):
        (tmp_path / "t.0").write_bytes(snapshots.pack(tree))
        assert resumed(tmp_path / "t") == 0


def test_a_disk_that_is_full_ends_no_training(tmp_path, monkeypatch):
    def full(path, content):
        raise OSError(28, "No space left on device")

    whole = trained("stream", {})
    monkeypatch.setattr("gatelab.foundation.durable.write", full)
    said = []
    keeper = Keeper(tmp_path / "t", 0, said=lambda kind, **facts: said.append(facts))
    assert trained("stream", {}, keeper=keeper) == whole
    assert said[0]["path"] is None
    assert "No space left" in said[0]["reason"]


def test_signs_of_life_come_at_most_once_a_second(monkeypatch):
    now, said = count(step=0.3), []
    monkeypatch.setattr("gatelab.trials.checkpoints.time.monotonic", lambda: next(now))
    trained("stream", {}, keeper=Keeper(said=lambda kind, **facts: said.append((kind, facts))))
    assert said == [("beat", {"updates": n, "of": 17}) for n in (3, 7, 11, 15)]


def test_what_is_discarded_is_gone_with_its_drafts_and_nothing_else(tmp_path):
    for name in ("t-1.0", "t-1.1", "t-1.0.ab12.draft", "t-11.0", "[t]-1.0"):
        (tmp_path / name).touch()
    discard(tmp_path / "t-1")
    assert {file.name for file in tmp_path.iterdir()} == {"t-11.0", "[t]-1.0"}
    discard(tmp_path / "[t]-1")
    discard(tmp_path / "nowhere" / "t")
    assert {file.name for file in tmp_path.iterdir()} == {"t-11.0"}


# Whole trials ------------------------------------------------------------------------------------

ADDING = {"length": 8, "valid_sequences": 16, "test_sequences": 16}
GIVEN = {"updates": 30, "hidden": 4, "batch": 8, "input_dropout": 0.1}


def record(keeper=None, given=GIVEN, slot=0, seed=0, part="trial", cell="gru", **options):
    task = tasks.make("adding", **ADDING | options)
    splits = splits_of(task, seed)
    return run_trial(task, variants.get(cell), given, seed, slot, splits, part, keeper=keeper)


def handed_back(path, **more):
    with pytest.raises(HandedBack, match="told to end after 13 updates"):
        record(Keeper(path, told_to_stop=stopping_after(13)), **more)


def test_a_trial_that_was_interrupted_has_the_record_of_one_that_was_not(tmp_path):
    handed_back(tmp_path / "t")
    again, whole = record(Keeper(tmp_path / "t")), record()
    assert (again.curves, again.best, again.params) == (whole.curves, whole.best, whole.params)
    assert (again.state, again.epoch) == (whole.state, whole.epoch)


OTHERS = {
    "setting": {"given": GIVEN | {"lr": 0.02}},
    "budget": {"given": GIVEN | {"updates": 31}},
    "slot": {"slot": 1},
    "part": {"part": "final"},
    "seed": {"seed": 1},
    "cell": {"cell": "rnn"},
    "data": {"length": 9},
}


@pytest.mark.parametrize("other", OTHERS)
def test_the_checkpoint_of_another_run_is_not_used(other, tmp_path):
    handed_back(tmp_path / "t")
    assert record(Keeper(tmp_path / "t"), **OTHERS[other]).curves == record(**OTHERS[other]).curves


@pytest.mark.parametrize("what", ["processor", "versions"])
def test_nor_is_that_of_another_processor_or_version(what, tmp_path, monkeypatch):
    """Its bits would differ: the result would be neither that of the one nor of the other."""
    handed_back(tmp_path / "t")
    begun = []
    monkeypatch.setattr(f"gatelab.trials.identity.{what}", lambda: "other")
    monkeypatch.setattr("gatelab.trials.training.Training.resume", lambda *_: begun.append(1))
    record(Keeper(tmp_path / "t"))
    assert not begun
    monkeypatch.undo()
    monkeypatch.setattr("gatelab.trials.training.Training.resume", lambda *_: begun.append(1))
    record(Keeper(tmp_path / "t"))
    assert begun


def test_a_short_trial_hashes_no_data(monkeypatch, tmp_path):
    monkeypatch.setattr("gatelab.trials.identity.digest", lambda splits: pytest.fail("hashed"))
    record(Keeper(tmp_path / "t"))
    assert not [*tmp_path.iterdir()]

"""What goes between machines that do not share the study's folder: files, and how jobs ended."""

from concurrent.futures import Future
from dataclasses import replace

import pytest

from gatelab.errors import CertificationError, MachineError, StudyError
from gatelab.running import carrying, outcomes
from gatelab.running.carrying import Luggage
from gatelab.running.order import Order
from gatelab.running.pool import DIED
from gatelab.running.worker import HandedBack
from gatelab.trials.record import Record

RECORD = Record(
    "complete", 3, 0, {"lr": 0.1}, curves={"valid/mse": [0.5, 0.25]}, best={"valid/mse": 0.25},
    epoch=2, weights="/elsewhere/weights.npz", processor="another",
)  # fmt: skip


class Stopped:
    """Stands for a pool."""

    stopped = False

    def stop(self, now):
        self.stopped = now


def told(job, weights=None):
    """The future of a job, by way of what is told of its end; and the pool."""
    future, pool = Future(), Stopped()
    outcomes.settle(future, outcomes.of(job, pool), weights)
    return future, pool


def raising(error):
    def job():
        raise error

    return job


def test_a_record_arrives_with_the_path_that_it_has_here():
    future, _ = told(lambda: RECORD, "/here/trial-0003.npz")
    assert future.result() == replace(RECORD, weights="/here/trial-0003.npz")


def test_a_record_without_weights_gets_none():
    assert told(lambda: replace(RECORD, weights=None), "/here/x.npz")[0].result().weights is None


def test_a_number_arrives():
    assert told(lambda: 0.1)[0].result() == 0.1


@pytest.mark.parametrize("error", [StudyError, MachineError, CertificationError])
def test_refusals_keep_their_kind(error):
    future, pool = told(raising(error("x is 1; give 2")))
    assert type(future.exception()) is error
    assert str(future.exception()) == "x is 1; give 2"
    assert not pool.stopped


def test_another_error_is_a_study_s_in_one_line():
    future, _ = told(raising(RuntimeError("one\ntwo")))
    assert type(future.exception()) is StudyError
    assert str(future.exception()) == "RuntimeError: one"


def test_a_death_starts_the_processes_anew():
    future, pool = told(raising(DIED[0]("killed")))
    assert isinstance(future.exception(), DIED)
    assert pool.stopped


def test_a_run_that_is_handed_back_did_not_fail():
    assert isinstance(told(raising(HandedBack()))[0].exception(), HandedBack)


def order(folder):
    return Order(1, 0, 0, {}, 3, "trial", weights=f"{folder}/w/x.npz", checkpoint=f"{folder}/c/x")


def test_where_the_folder_is_seen_nothing_is_carried(tmp_path):
    luggage = Luggage(None, "7", {})
    assert luggage.unpacked([order(tmp_path)]) == [order(tmp_path)]
    assert luggage.packed({"value": "1"}) == {}


def test_checkpoints_go_down_and_come_back(tmp_path):
    here, there = order(tmp_path / "here"), tmp_path / "there"
    carrying.keep_checkpoints(here, {"0": b"old", "1": b"new", "../x": b"no"})
    assert carrying.checkpoints(here) == {"0": b"old", "1": b"new"}
    luggage = Luggage(there, "7", carrying.checkpoints(here))
    (moved,) = luggage.unpacked([here])
    assert moved.checkpoint.startswith(str(there))
    assert moved.weights.startswith(str(there))
    (there / "7" / "checkpoint.0").write_bytes(b"newer")
    assert Luggage.files(f"{moved.checkpoint}.0") == {"0": b"newer"}
    assert luggage.packed({"handed back": True}) == {"files": {"0": b"newer", "1": b"new"}}
    luggage.forget()
    assert not (there / "7").exists()
    assert len([*(tmp_path / "here").rglob("*")]) == 3  # no file of the name ../x


def test_weights_come_up(tmp_path):
    luggage = Luggage(tmp_path, "7", {})
    (moved,) = luggage.unpacked([order(tmp_path / "here")])
    assert luggage.packed({"value": "1"}) == {}
    with open(moved.weights, "wb") as file:
        file.write(b"weights")
    assert luggage.packed({"value": "1"}) == {"weights": b"weights"}


def test_a_job_without_an_order_is_unchanged(tmp_path):
    assert Luggage(tmp_path, "7", {}).unpacked([1, {"hidden": 3}]) == [1, {"hidden": 3}]

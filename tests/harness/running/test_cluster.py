"""Workers on a Dask cluster: a study there is the one at home, and jobs outlive their workers.

Dask's own workers are threads of this process here; the processes that train are real.
"""

import logging
import os
import sys
import time
from functools import partial
from pathlib import Path

import cloudpickle
import pytest
from distributed import LocalCluster
from helpers.running import same
from helpers.studies import toy_study

from gatelab.errors import MachineError, StudyError
from gatelab.running import cluster as conductor_s_end
from gatelab.running import crew, place, software, worker
from gatelab.running.cluster import Cluster
from gatelab.running.order import Order
from gatelab.running.pool import DIED, LEAK, Pool
from gatelab.studies.soak.sessions import Session

pytestmark = pytest.mark.starts_workers
cloudpickle.register_pickle_by_value(sys.modules[__name__])
LONG = 120  # seconds: on a busy machine a process needs a while to start


def two_workers():
    return LocalCluster(
        n_workers=2, threads_per_worker=1, processes=False, dashboard_address=":0", silence_logs=50
    )


@pytest.fixture(scope="module")
def dask():
    """A cluster of two workers with a thread each."""
    with two_workers() as there:
        yield there


@pytest.fixture
def opened(dask, tmp_path):
    """A function that opens a ``Cluster`` of a Dask cluster; what it says is in ``.told``."""
    there = []

    def open(where=dask):
        payload, told = worker.payload([], [], 0), []
        made = Cluster(
            where.scheduler_address, payload, LEAK, tmp_path, Pool(1, payload), told.append
        )
        made.told = told
        there.append(made)
        made.open()
        until = time.monotonic() + LONG
        while made.size < len(where.workers) and time.monotonic() < until:
            time.sleep(0.05)
        return made

    yield open
    for each in there:
        each.close()


def order(number=1, **more):
    return Order(number, 0, 0, {}, 0, "trial", **more)


def heard(cluster, kind):
    """The first message of this kind."""
    until = time.monotonic() + LONG
    while time.monotonic() < until:
        for message in cluster.exchange.messages():
            if message.body["kind"] == kind:
                return message
        time.sleep(0.02)
    raise AssertionError(f"no message {kind!r}")


# -- jobs, which run in processes of the workers ---------------------------------------------


def process(seconds=0.0):
    time.sleep(seconds)
    return os.getpid()


def dies():
    os.kill(os.getpid(), 9)


def hangs(order):
    worker._line.say(order.number, "started", pid=os.getpid(), host="")
    time.sleep(60)


def asks(order):
    return worker._line.ask(order.number, "rung", epoch=3, value=0.5)


def once_hangs(order, mark):
    """Hangs where it runs first, and comes to an end elsewhere."""
    worker._line.say(order.number, "started", pid=os.getpid(), host="")
    if not Path(mark).exists():
        Path(mark).touch()
        time.sleep(60)
    return "done"


def full():
    raise MachineError("OSError: no space left on device")


# -- tests -----------------------------------------------------------------------------------


def test_a_study_on_a_cluster_is_the_study_at_home(dask, tmp_path):
    usual = {"trials": 2, "workers": 2}
    home = toy_study(tmp_path / "home", **usual).run()
    there = toy_study(tmp_path / "there", cluster=dask, **usual).run()
    same(home.trials, there.trials)
    same(home.leaderboard, there.leaderboard)
    kept = [
        {f.relative_to(out): f.read_bytes() for f in (out / "weights").rglob("*.npz")}
        for out in (tmp_path / "home", tmp_path / "there")
    ]
    assert kept[0] == kept[1] != {}
    assert [*(tmp_path / "there").glob(".cluster-*")] == []  # the token is gone
    assert [w.plugins.keys() & {"gatelab"} for w in dask.workers.values()] == [set(), set()]


def test_where_out_is_not_seen_the_weights_come_through_dask(dask, tmp_path, monkeypatch):
    monkeypatch.setattr(place, "_sees", lambda path, text: False)
    result = toy_study(tmp_path, cluster=dask).run()
    assert list(result.trials["state"]) == ["complete"]
    (kept,) = (tmp_path / "weights").rglob("*.npz")
    assert kept.stat().st_size > 0


def test_what_a_killed_conductor_left_in_the_folder_goes(opened, tmp_path):
    (tmp_path / ".cluster-0a1b2c3d").write_text("of one that was killed")
    made = opened()
    assert [*tmp_path.glob(".cluster-*")] == [made.token]
    made.close()
    assert not [*tmp_path.glob(".cluster-*")]


def test_the_runs_of_a_killed_conductor_end_when_another_one_begins(dask, opened):
    """They write into the same folder. The other conductor deletes the token that they look for."""
    killed = opened()
    assert all(killed.crew.place.name in one.plugins for one in dask.workers.values())
    other = opened()
    until = time.monotonic() + LONG
    while any(killed.crew.place.name in one.plugins for one in dask.workers.values()):
        assert time.monotonic() < until
        time.sleep(0.1)
    assert all(other.crew.place.name in one.plugins for one in dask.workers.values())


def test_a_death_takes_nobody_else_s_job_along(opened):
    cluster = opened()
    other = cluster.submit(process, 2.0)
    with pytest.raises(DIED):
        cluster.submit(dies).result(LONG)
    assert cluster.lost([other]) == []
    assert isinstance(other.result(LONG), int)
    assert isinstance(cluster.submit(process).result(LONG), int)  # the process was replaced


def test_a_job_that_hangs_is_ended(opened):
    cluster = opened()
    future = cluster.submit(hangs, order(7))
    cluster.end(heard(cluster, "started").body)
    with pytest.raises(DIED):
        future.result(LONG)


def test_a_worker_asks_its_conductor(opened):
    cluster = opened()
    future = cluster.submit(asks, order(7))
    body, answer = heard(cluster, "rung")
    assert (body["job"], body["epoch"], body["value"]) == (7, 3, 0.5)
    answer({"prune": True})
    assert future.result(LONG) == {"prune": True}


def test_a_job_goes_on_elsewhere_when_its_worker_leaves(opened, tmp_path):
    with two_workers() as dask:
        cluster = opened(dask)
        future = cluster.submit(once_hangs, order(7), str(tmp_path / "mark"))
        heard(cluster, "started")
        (errand,) = cluster.errands.at_work.values()
        gone = next(w for w in dask.workers.values() if w.address == errand.seat.address)
        dask.sync(gone.close)
        with pytest.raises(worker.HandedBack):
            future.result(LONG)  # the dispatch gives it out again
        assert cluster.submit(once_hangs, order(7), str(tmp_path / "mark")).result(LONG) == "done"
        cluster.close()


def test_a_machine_that_fails_is_not_used_any_more(opened):
    cluster = opened()
    with pytest.raises(MachineError, match="no space left"):
        cluster.submit(full).result(LONG)  # the second worker's, as no other remains
    assert len(cluster.crew.seats) == 1
    assert "failed: OSError: no space left" in cluster.told[0]


def test_a_second_result_is_dropped(opened):
    cluster = opened()
    future = cluster.submit(process, 1.0)
    while not cluster.errands.at_work:
        time.sleep(0.01)
    (ticket,) = cluster.errands.at_work
    late = {"ticket": "0", "kind": "ended", "value": "1", "worker": "tcp://gone"}
    for said in (late, late | {"ticket": ticket}):
        cluster.loop.call(cluster.errands.hear, (0.0, said))
    assert future.result(LONG) > 1


def test_other_software_is_refused_by_name(dask, opened, monkeypatch):
    monkeypatch.setattr(
        crew,
        "differences",
        partial(software.differences, here=software.installed() | {"numpy": "1.0"}),
    )
    with pytest.raises(StudyError, match=r"no worker can be used: worker .* has numpy .*1\.0"):
        opened()


def test_another_kind_of_processor_is_allowed_and_named(opened, monkeypatch):
    monkeypatch.setattr(crew, "processor", lambda: "z80")
    cluster = opened()
    assert cluster.size == 2
    assert "is another kind of processor" in cluster.told[0]


def test_dask_does_not_tell_how_it_looks_for_a_dead_scheduler(tmp_path, caplog):
    dask_s = logging.getLogger("distributed")  # hands nothing on
    dask_s.addHandler(caplog.handler)
    file = tmp_path / "scheduler.json"
    session = Session(
        tmp_path / "log", ("distributed.cli.dask_scheduler", "--host", "127.0.0.1",
        "--no-dashboard", "--port", "0", "--scheduler-file", file),
    )  # fmt: skip
    try:
        until = time.monotonic() + LONG
        while not file.exists() and time.monotonic() < until:
            time.sleep(0.05)
        payload = worker.payload([], [], 0)
        made = Cluster(str(file), payload, LEAK, tmp_path, Pool(1, payload))
    finally:
        session.end()
    until = time.monotonic() + LONG
    while made.client.status == "running" and time.monotonic() < until:
        time.sleep(0.05)
    made.close()  # while it is reconnecting
    dask_s.removeHandler(caplog.handler)
    assert [each for each in caplog.records if each.levelno >= logging.WARNING] == []
    assert not [*tmp_path.glob(".cluster-*")]


def test_no_scheduler_is_one_line(tmp_path, monkeypatch):
    monkeypatch.setattr(conductor_s_end, "ANSWER", 0.5)
    with pytest.raises(StudyError, match=r"no Dask scheduler answers at 127\.0\.0\.1:9 "):
        toy_study(tmp_path, cluster="127.0.0.1:9").run()


@pytest.mark.parametrize(
    ("cluster", "said"),
    [
        (3, "cluster is 3; give tcp"),
        ("somewhere", "cluster is 'somewhere'; give tcp"),
        ("no/scheduler.json", "no file no/scheduler.json; dask scheduler --scheduler-file"),
    ],
)
def test_a_wrong_address_is_refused(tmp_path, cluster, said):
    with pytest.raises(StudyError, match=said):
        toy_study(tmp_path, cluster=cluster)

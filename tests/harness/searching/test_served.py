"""Trials on a PostgreSQL server: one process per study, and a server that goes away."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import psycopg
import pytest
from helpers.refusals import refused
from helpers.relay import Relay
from helpers.searches import fill, make, record
from optuna.exceptions import StorageInternalError
from optuna.storages import RDBStorage
from sqlalchemy import text

from gatelab.errors import MachineError, StudyError
from gatelab.searching import connecting, holding, patience, served
from gatelab.searching.address import checked
from gatelab.searching.served import Served

ONE, OTHER = 32 * "a", 32 * "b"


@pytest.fixture
def address(database):
    return checked(database)


@pytest.fixture
def storage(address):
    with conducted(address, ONE) as opened:
        yield opened


@contextmanager
def conducted(address, study):
    opened = Served(address, study)
    try:
        yield opened
    finally:
        opened.engine.dispose()


def test_studies_that_begin_at_once_in_a_new_database_make_its_tables_once(
    empty_database,
):
    address, studies = checked(empty_database), [32 * letter for letter in "abcd"]

    def begin(study):
        with conducted(address, study) as storage:
            return len(fill(make(storage), 1))

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(begin, studies)) == [1, 1, 1, 1]
    names = {study.study_name for study in served.reader(address).get_all_studies()}
    assert names == {f"{study}/adding/gru" for study in studies}


def test_a_study_has_one_conductor_and_a_second_one_is_told_who_it_is(storage, address):
    with refused(StudyError, rf"another process runs this study \(process {os.getpid()} on "):
        Served(address, ONE)
    with conducted(address, OTHER):
        storage.engine.dispose()
        with conducted(address, ONE):
            assert len(holding.holders(address)) == 2
    assert holding.holders(address) == {}


def test_a_killed_conductor_lets_go(address):
    code = (
        "import sys, time\nfrom gatelab.searching.served import Served\n"
        "kept = Served(*sys.argv[1:])\nprint('held', flush=True)\ntime.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, address, ONE], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "held\n"
        with refused(StudyError, rf"another process runs this study \(process {process.pid} on "):
            Served(address, ONE)
        process.kill()
    while holding.holders(address):
        time.sleep(0.01)
    with conducted(address, ONE) as again:
        fill(make(again), 1)


def test_a_server_that_restarts_is_waited_for_and_nothing_is_lost(storage, postgres):
    search = make(storage)
    fill(search, 2)
    asked = search.ask(2)
    postgres.stop()
    postgres.start()
    search.tell(asked, record(params=asked.params))
    with refused(StudyError, "another process runs this study"):  # the lock came back, too
        Served(storage.address, ONE)
    said = []

    def waits(reason, seconds):
        said.append(reason)
        postgres.start()

    storage.waits = waits
    postgres.stop()
    fill(search, 4)
    asked = search.ask(4)
    postgres.stop()
    search.tell(asked, record(params=asked.params))
    assert [each.slot for each in make(storage).records()] == [0, 1, 2, 3, 4]
    assert len(said) == 2
    assert "onnection" in said[0]


def test_a_server_that_refuses_is_not_waited_for_for_ever():
    away = psycopg.OperationalError("connection to server failed: Connection refused")
    refuses = psycopg.OperationalError('FATAL:  password authentication failed for user "me"')
    starts = psycopg.OperationalError("FATAL:  the database system is starting up")
    full = psycopg.errors.DiskFull("could not extend file: No space left on device")
    assert [patience.passes(each, 3600) for each in (away, refuses, starts, full)] == [
        True, False, True, False,
    ]  # fmt: skip
    assert patience.passes(refuses, 10)


def test_what_the_server_has_confirmed_survives_its_crash(database, postgres):
    with closing(postgres._connected()) as admin:
        admin.execute("ALTER SYSTEM SET synchronous_commit = off")
        admin.execute("SELECT pg_reload_conf()")
    try:
        with conducted(checked(database), ONE) as storage, storage.engine.begin() as connection:
            set_to = connection.execute(text("SHOW synchronous_commit")).scalar_one()
        assert set_to == "on"
        with closing(connecting.connected(checked(database))) as other:
            assert other.execute("SHOW synchronous_commit").fetchone() == ("off",)
    finally:
        with closing(postgres._connected()) as admin:
            admin.execute("ALTER SYSTEM RESET synchronous_commit")
            admin.execute("SELECT pg_reload_conf()")


def test_a_trial_that_the_server_has_forgotten_stops_the_study_in_a_line(storage):
    """Its replica took over, which lacks the last commits."""
    search = make(storage)
    asked = search.ask(0)
    with storage.engine.begin() as connection:
        for table in ("trial_params", "trial_user_attributes", "trials"):
            connection.execute(text(f"DELETE FROM {table}"))
    with refused(MachineError, "the database .* has lost trials that it had stored: run it again"):
        search.tell(asked, record())


def test_what_was_confirmed_to_nobody_is_found_not_made_again(storage, monkeypatch):
    """The server stores a trial or its end, and goes away before it says so."""
    lost = StorageInternalError("no answer")
    lost.__cause__ = psycopg.OperationalError("server closed the connection unexpectedly")

    def once(name):
        real, calls = getattr(RDBStorage, name), []

        def access(self, *given):
            done = real(self, *given)
            calls.append(given)
            if len(calls) == 1:
                raise lost
            return done

        monkeypatch.setattr(RDBStorage, name, access)

    storage.waits = lambda reason, seconds: None
    search = make(storage)
    other = search.ask(7)
    once("_create_new_trial")
    once("set_trial_state_values")
    asked = search.ask(0)
    search.tell(asked, record(params=asked.params))
    states = [(t.number, t.state.name) for t in search.study.get_trials(deepcopy=False)]
    assert states == [(other.number, "RUNNING"), (asked.number, "COMPLETE")]


def test_a_network_that_fails_does_not_lock_a_study_out(database):
    """The server still has the old connection, whose other end is gone."""
    with Relay(database) as relay, conducted(checked(relay.url), ONE) as storage:
        search = make(storage)
        fill(search, 1)
        relay.cut()
        storage.waits = lambda reason, seconds: None
        fill(search, 2)
        assert len(holding.holders(checked(database))) == 1
        assert [each.slot for each in search.records()] == [0, 1]


def test_whoever_lost_the_study_to_another_process_writes_no_more(storage, address):
    search = make(storage)
    asked = search.ask(0)
    with closing(connecting.connected(address)) as admin:
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                      "WHERE application_name LIKE 'gatelab %'")  # fmt: skip
        admin.commit()
    with conducted(address, ONE) as other:
        assert make(other).open_slots(range(1)) == [0]
        with refused(StudyError, "another process runs this study"):
            search.tell(asked, record())
    with refused(StudyError, "another process has run this study since"):
        search.tell(asked, record())


def test_an_earlier_session_s_signature_is_replaced(storage, address):
    fill(make(storage, "gru"), 1)
    storage.engine.dispose()
    with conducted(address, ONE) as again:
        fill(make(again, "rnn"), 1)  # "gru" is not opened in this session
        again.engine.dispose()  # and the connection is made again
        fill(make(again, "rnn"), 2)


def test_a_copy_gets_the_trials_of_its_original(storage, address):
    search = make(storage)
    fill(search, 2)
    search.ask(2)  # at work while it is copied
    search.tell(search.ask(3), record(state="failed", reason="loss is nan", best={}))
    served.copy(address, ONE, OTHER)
    with conducted(address, OTHER) as copied:
        again = make(copied)
        assert again.records() == search.records()
        assert again.open_slots(range(5)) == [2, 4]
        assert fill(again, 5)[:2] == [dict(each.params) for each in search.records()][:2]
    assert search.open_slots(range(5)) == [4]


def test_another_program_s_database_is_refused_and_left_alone(empty_database):
    address = checked(empty_database)
    with closing(connecting.connected(address)) as admin:
        admin.execute("CREATE TABLE alembic_version (version_num text)")
        admin.execute("INSERT INTO alembic_version VALUES ('mlflow')")
        admin.commit()
    for use in (served.check, served.reader, lambda address: Served(address, ONE)):
        with refused(StudyError, "holds another program's tables: give the trials a database"):
            use(address)
    assert connecting.tables(address) == {"alembic_version"}


def test_a_reader_changes_nothing_and_needs_trials(empty_database):
    address = checked(empty_database)
    with refused(StudyError, "holds no trials"):
        served.reader(address)
    assert connecting.tables(address) == set()


def test_a_long_host_name_leaves_room_for_the_time(monkeypatch):
    monkeypatch.setattr(holding.platform, "node", lambda: "überlang-" * 20)
    assert len(holding.name()) == holding.LONGEST
    assert holding.NAME.fullmatch(holding.name())
    assert holding.said("psql") == " (psql)"


def test_every_id_has_a_lock_of_its_own(address):
    studies = [32 * "0", "7" + 31 * "f", "8" + 31 * "0", 32 * "f"]
    with closing(connecting.connected(address)) as connection:
        for study in studies:
            holding.hold(connection, study, address)
        assert holding.holders(address).keys() == {holding.key(study) for study in studies}

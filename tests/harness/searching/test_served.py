"""Trials on a PostgreSQL server: one process per study, and a server that goes away."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import pytest
from helpers.refusals import refused
from helpers.searches import fill, make, record

from gatelab.errors import StudyError
from gatelab.searching import connecting, holding, served
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
    postgres.stop()
    with ThreadPoolExecutor(1) as threads:
        started = threads.submit(postgres.start)
        with pytest.warns(UserWarning, match="the database is away: waiting up to"):
            fill(search, 4)
        started.result()
    assert [each.slot for each in make(storage).records()] == [0, 1, 2, 3]


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

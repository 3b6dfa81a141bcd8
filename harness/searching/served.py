"""The trials of a study in a database that many studies share, on a PostgreSQL server.

Optuna's studies are called ``<id of the study>/<task>/<variant>`` there.
"""

import uuid
from functools import partial

import optuna
from optuna.storages import RDBStorage
from sqlalchemy import text
from sqlalchemy.pool import NullPool

from ..errors import StudyError
from . import connecting, holding
from .connecting import READ_ONLY, connected
from .patience import Patient

CONDUCTOR = "conductor"  # attribute of Optuna's studies: the token of the one who writes them
MINE = "SELECT study_id FROM studies WHERE starts_with(study_name, :prefix)"
SIGN = f"""
    UPDATE study_user_attributes SET value_json = :token
    WHERE key = '{CONDUCTOR}' AND study_id IN ({MINE})
"""
SIGNATURES = f"""
    SELECT DISTINCT value_json FROM study_user_attributes
    WHERE key = '{CONDUCTOR}' AND study_id IN ({MINE.replace(":prefix", "%s")})
"""
OLD = "another version of Optuna made the tables of {}: optuna storage upgrade --storage URL"
STRANGE = "{} holds another program's tables: give the trials a database of their own"


class Served(Patient):
    """A study's trials on a server, for the one process that conducts the study.

    There is one connection, which holds the study's lock. If it is lost, the next access waits for
    the server (see ``Patient``), takes the lock again, and makes sure that nobody else has had it
    meanwhile.

    Args:
        address: from ``address.checked``.
        study: id of the study.

    Raises:
        StudyError: another process conducts the study, or the database is another program's.
        OperationalError: the server is away, or refuses.
    """

    def __init__(self, address, study):
        self.address, self.id, self.prefix = address, study, f"{study}/"
        self.place = f"the database {connecting.said(address)}"
        self.token, self._opened = f'"{uuid.uuid4().hex}"', False
        self._process = 0  # of the connection, on the server
        make_tables(address)
        super().__init__(
            address,
            {"pool_size": 1, "max_overflow": 0, "pool_pre_ping": True, "creator": self._connection},
            skip_compatibility_check=True,  # it would take a second connection
            skip_table_creation=True,
        )
        _check_version(self)
        with self.engine.begin() as connection:
            connection.execute(text(SIGN), {"token": self.token, "prefix": self.prefix})
        self._opened = True

    def create_new_study(self, directions, study_name=None):
        """As Optuna does; the study is signed."""
        made = super().create_new_study(directions, study_name)
        self.set_study_user_attr(made, CONDUCTOR, self.token.strip('"'))
        return made

    def _connection(self):
        import psycopg

        connect = partial(connected, self.address, application_name=holding.name())
        connection = self.patiently(connect, psycopg.OperationalError)
        try:
            connecting.durable(connection)
            if self._opened:
                holding.let_go(connection, self.id, self._process)
            holding.hold(connection, self.id, self.address)
            if self._opened:
                self._make_sure(connection)
            self._process = connection.info.backend_pid
            return connection
        except BaseException:
            connection.close()
            raise

    def _make_sure(self, connection):
        """Nobody else has opened the study since this process did."""
        signed = connection.execute(SIGNATURES, [self.prefix]).fetchall()
        connection.commit()
        if {token for (token,) in signed} - {self.token}:
            raise StudyError(
                f"{self.place} was away, and another process has run this study since: if that one "
                "has ended, run it again"
            )


def reader(address):
    """The trials of all studies on a server, to be read only.

    Raises:
        StudyError: there are none, or the database is another program's.
        OperationalError: the server is away, or refuses.
    """
    check_trials(address)
    storage = RDBStorage(
        address,
        {"poolclass": NullPool, "creator": partial(connected, address, READ_ONLY)},
        skip_compatibility_check=True, skip_table_creation=True,
    )  # fmt: skip
    _check_version(storage)
    return storage


def make_tables(address):
    """Make Optuna's tables in a database, unless they are there."""

    def make():
        if not _has_tables(address):  # another process may have been quicker
            RDBStorage(address, {"poolclass": NullPool}).engine.dispose()

    if not _has_tables(address):
        connecting.alone(address, make)


def check(address):
    """Refuse a database that cannot take trials.

    Raises:
        StudyError: it is another program's.
        OperationalError: the server is away, or refuses.
    """
    _has_tables(address)


def check_trials(address):
    """Refuse a database that holds no trials.

    Raises:
        StudyError: it holds none, or is another program's.
        OperationalError: the server is away, or refuses.
    """
    if not _has_tables(address):
        raise StudyError(f"the database {connecting.said(address)} holds no trials")


def copy(address, old, new):
    """Copy the trials of a study, by its id, to those of a new one in the same database."""
    storage = RDBStorage(
        address, {"poolclass": NullPool, "creator": partial(connected, address)},
        skip_compatibility_check=True, skip_table_creation=True,
    )  # fmt: skip
    for study in storage.get_all_studies():
        name = study.study_name
        if name.startswith(f"{old}/"):
            optuna.copy_study(
                from_study_name=name, from_storage=storage,
                to_study_name=f"{new}{name.removeprefix(old)}", to_storage=storage,
            )  # fmt: skip


def holds(address, study):
    """Whether a database holds trials of a study, by its id."""
    if not _has_tables(address):
        return False
    return bool(connecting.rows(address, MINE.replace(":prefix", "%s"), f"{study}/"))


def _has_tables(address):
    names = connecting.tables(address)
    if "alembic_version" in names and "studies" not in names:  # MLflow's, for example
        raise StudyError(STRANGE.format(f"the database {connecting.said(address)}"))
    return {"alembic_version", "studies"} <= names


def _check_version(storage):
    if storage.get_current_version() != storage.get_head_version():
        raise StudyError(OLD.format(f"the database {connecting.said(storage.url)}"))

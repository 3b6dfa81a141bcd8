"""Access to a study's trials, in a file or on a server."""

import logging
import shutil
import tempfile
import threading
import weakref
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from optuna.storages import RDBStorage
from sqlalchemy.pool import NullPool

from ..errors import StudyError
from ..foundation import sqlite
from . import served, study_json, where
from .connecting import said
from .patience import Patient

OPENS, WORKS = 10, 1  # seconds for which a call waits for a locked file: Ctrl-C waits with it


class Trials(Patient):
    """The trials of one study in a file of its own."""

    prefix = ""  # what the names of Optuna's studies begin with

    def __init__(self, file):
        self.place = str(file)
        is_new = not Path(file).exists()  # then its tables are those of this version of Optuna
        sqlite.quick(file, OPENS)
        super().__init__(sqlite.url(file), skip_compatibility_check=is_new)
        sqlite.quick(file, WORKS)
        self.engine.dispose()  # the next connection has the other time


class Reader(RDBStorage):
    """The trials in a file, to be read only: by anybody, while they are written or not.

    Raises:
        StudyError: the file holds another program's tables, or none.
        RuntimeError: they are those of another version of Optuna.
    """

    prefix = ""

    def __init__(self, file):
        if not has_tables(file):
            raise StudyError(f"{file} holds no trials")
        folder = tempfile.mkdtemp()
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        connect = partial(sqlite.reader, file, folder, timeout=OPENS, check_same_thread=False)
        super().__init__(
            sqlite.url(file), {"poolclass": NullPool, "creator": connect}, skip_table_creation=True
        )


def has_tables(file):
    """Whether a file that exists has Optuna's tables, whose names it shares with nobody."""
    with sqlite.reading(file) as connection:
        found = connection.execute("SELECT name FROM sqlite_master WHERE name LIKE 'trial%'")
        return {"trials", "trial_user_attributes"} <= {name for (name,) in found}


MISCOUNTED = """
    SELECT study_name FROM trials JOIN studies USING (study_id) GROUP BY study_id
    HAVING COUNT(DISTINCT number) != COUNT(*) OR MAX(number) + 1 != COUNT(*)
"""


def miscounted(file):
    """The searches of which somebody has deleted trials: Optuna counts them to number the next."""
    with sqlite.reading(file) as connection:
        return [name for (name,) in connection.execute(MISCOUNTED)]


def open_storage(out, asked=None):
    """Open a study's database of trials for writing, and create its tables if it is new.

    Args:
        out: the study's folder; its ``study.json`` may name a database on a server.
        asked: the address of that database, with its password; see ``where``.

    Returns:
        ``Trials``, or ``Served``, which also holds the study's lock.

    Raises:
        StudyError: it cannot be opened, or another process runs the study.
    """
    address, file = where.address_of(out, asked), Path(out) / "optuna.db"
    with where.opening(Path(out) if address is None else said(address)):
        if address is not None:
            return served.Served(address, where.id_of(out))
        trials = Trials(file)
        if names := miscounted(file):
            trials.engine.dispose()
            way_out = study_json.way_out(out)
            raise StudyError(f"{file}: trials of {', '.join(names)} were deleted; {way_out}")
        return trials


class Silence:
    """What threads ask of Optuna's logger at once; the last one to go restores its level."""

    def __init__(self):
        self.logger, self.lock = logging.getLogger("optuna"), threading.Lock()
        self.asked, self.before = [], logging.NOTSET

    @contextmanager
    def __call__(self, least=logging.WARNING):
        """Silence Optuna's messages in the context, but for those of at least this level."""
        with self.lock:
            self.before = self.before if self.asked else self.logger.level
            self.asked.append(least)
            self.logger.setLevel(max(self.asked))
        try:
            yield
        finally:
            with self.lock:
                self.asked.remove(least)
                self.logger.setLevel(max(self.asked, default=self.before))


silent = Silence()

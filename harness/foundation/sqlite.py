"""Fast SQLite files for studies: commits that do not wait for the disk.

With a write-ahead log and ``synchronous=NORMAL`` a commit costs no wait, readers (the UI) do not
block the writer, and the file stays intact. After a power cut the last commits may be missing; the
study then repeats those trials. Optuna and MLflow create their own engines, so the settings are
applied to every new SQLAlchemy connection, but only to our files.
"""

import os
import shutil
import sqlite3
import tempfile
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

_ours: dict[str, float] = {}  # {file: seconds that a call waits for a lock}


def url(path):
    """The URL of a file with any path, escaped for SQLAlchemy (decodes) and Optuna (formats).

    MLflow makes a folder of what follows ``sqlite:///``, which it does not decode. If anything is
    escaped, the driver is therefore named, which MLflow leaves alone.
    """
    path = str(Path(path).resolve())
    escaped = "".join(quote(c) if c in "%?{}" else c for c in path)
    return f"sqlite:///{path}" if escaped == path else f"sqlite+pysqlite:///{escaped}"


def quick(path, wait=60):
    """Make all later connections to this file commit without waiting for the disk.

    Args:
        path: of the file.
        wait: seconds for which a call waits if another process has locked the file.

    Raises:
        sqlite3.Error: the file cannot be opened (MLflow would retry ten times, for two minutes).
    """
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    with closing(sqlite3.connect(path, timeout=wait)) as connection:
        connection.execute("PRAGMA schema_version")
    if not _ours:
        event.listen(Engine, "connect", _settle)
    _ours[os.path.realpath(path)] = wait


def _settle(connection, _):
    if not isinstance(connection, sqlite3.Connection):
        return
    file = connection.execute("PRAGMA database_list").fetchone()[2]
    if file and (wait := _ours.get(os.path.realpath(file))) is not None:
        connection.execute(f"PRAGMA busy_timeout={1000 * wait:.0f}")
        with suppress(sqlite3.OperationalError):  # Some network disks do not support it.
            connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")


@contextmanager
def reading(path):
    """Context with a connection from ``reader``."""
    with tempfile.TemporaryDirectory() as folder, closing(reader(path, folder)) as connection:
        yield connection


def reader(path, folder, **more):
    """A connection that only reads: nothing is made beside the file, and no writer waits.

    A file with a write-ahead log is opened together with that log, if it has one. If it has none,
    SQLite would make one in order to read, unless it is told that the file does not change.

    Args:
        path: of the file, which may be somebody else's, in a folder that cannot be written.
        folder: takes a copy of the file, where SQLite has to write.
        more: for ``sqlite3.connect``.

    Raises:
        sqlite3.Error: the file cannot be opened.
    """
    path = Path(path).resolve()
    log, index = (path.with_name(f"{path.name}-{end}") for end in ("wal", "shm"))
    if not log.exists():
        mode = "immutable=1" if _has_log(path) else "mode=ro"
    elif index.exists():  # of a killed process, the first reader would write it anew
        mode = "mode=ro&readonly_shm=1"
    else:  # copied without it; SQLite would make a new one
        for file in (path, log):
            shutil.copy(file, folder)
        path, mode = Path(folder) / path.name, "mode=ro"
    return sqlite3.connect(f"{path.as_uri()}?{mode}", uri=True, **more)


def _has_log(path):
    """Whether a file's transactions go into a write-ahead log, as its header says."""
    with open(path, "rb") as file:
        return file.read(20)[18:] == b"\2\2"


def analyze(path):
    """Gather statistics, and merge the write-ahead log into the file.

    Sorting 20,000 runs by a metric takes 13.7 s before and 0.17 s after.
    """
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA busy_timeout=20000")
        connection.execute("ANALYZE")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def damage(path):
    """What is wrong with a file, such as "is not there", "is empty", "is damaged (...)"; or "".

    Every page is read, which takes a second or so per gigabyte.

    Raises:
        sqlite3.OperationalError: somebody has locked the file.
    """
    if not os.path.exists(path):
        return "is not there"
    if not os.path.isfile(path):
        return "is no file"
    if not os.path.getsize(path):
        return "is empty"
    try:
        with reading(path) as connection:
            said = [line for (line,) in connection.execute("PRAGMA quick_check(1)")]
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError as error:
        return f"is damaged ({error})"
    return "" if said == ["ok"] else f"is damaged ({' '.join(said[0].split())})"

"""Access to Optuna's database."""

import logging
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

import optuna

from ..errors import StudyError
from ..foundation import sqlite
from ..foundation.errors import first_line


def open_storage(out):
    """Open the database of trials, and create its tables if it is new.

    Args:
        out: the study's folder, for ``out/optuna.db``; or the URL of a database.

    Returns:
        optuna.storages.RDBStorage.

    Raises:
        StudyError: it cannot be opened.
    """
    url = str(out) if "://" in str(out) else sqlite.url(Path(out) / "optuna.db")
    try:
        if url.startswith("sqlite:///"):
            sqlite.quick(unquote(url.removeprefix("sqlite:///")))
        return optuna.storages.RDBStorage(url)
    except Exception as error:
        raise StudyError(f"cannot open the trials in {out}: {first_line(error)}") from error


@contextmanager
def silent():
    """Silence Optuna's messages inside the context."""
    logger = logging.getLogger("optuna")
    level = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(level)

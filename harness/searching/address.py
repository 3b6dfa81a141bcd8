"""The address of a database of trials: what ``--storage`` takes.

    postgresql://me:secret@host:5432/lab

The password may stand in the environment variable ``GATELAB_STORAGE``, in ``PGPASSWORD`` or in
``~/.pgpass``. It is never kept: a study's folder holds the address without it.
"""

import os
from importlib.util import find_spec

from ..errors import StudyError

VARIABLE = "GATELAB_STORAGE"
DRIVER = "postgresql+psycopg"
SCHEMES = ("postgresql", "postgres", DRIVER)
SECRETS = ("password", "sslpassword")  # in an address's query
EXAMPLE = "postgresql://host/database"


def checked(address):
    """The address as SQLAlchemy takes it, with its password.

    Raises:
        StudyError: it is no address of a PostgreSQL database, or psycopg is not installed.
    """
    if not isinstance(address, str) or "://" not in address:
        raise StudyError(f"storage is {address!r}; give the address of a database, as {EXAMPLE}")
    from sqlalchemy.exc import ArgumentError

    try:
        url = read(address)
    except (ArgumentError, ValueError):
        raise StudyError(f"storage cannot be read as an address; write it as {EXAMPLE}") from None
    if url.drivername not in SCHEMES:
        raise StudyError(
            f"storage begins with {url.drivername}://; trials can be stored in PostgreSQL, as "
            f"{EXAMPLE}, and without --storage in a file of the study's folder"
        )
    if not url.database:
        raise StudyError(f"storage names no database; write it as {EXAMPLE}")
    if find_spec("psycopg") is None:
        raise StudyError("PostgreSQL needs psycopg: pip install 'gatelab[postgres]'")
    return _written(url.set(drivername=DRIVER))


def without_secrets(address):
    """The address without its passwords, as it is kept and shown; the user's name stays."""
    url = read(address)
    parts = url.username, None, url.host, url.port, url.database, url.query
    bare = type(url).create("postgresql", *parts)
    return _written(bare.difference_update_query(SECRETS))


def has_password(address):
    """Whether an address has a password in it."""
    url = read(address)
    return bool(url.password) or any(name in url.query for name in SECRETS)


def from_environment():
    """The address in ``GATELAB_STORAGE``; None if there is none.

    Raises:
        StudyError: as ``checked`` does.
    """
    given = os.environ.get(VARIABLE)
    try:
        return checked(given) if given else None
    except StudyError as error:
        raise StudyError(f"{VARIABLE}: {error}") from None


def is_same(one, other):
    """Whether two addresses name the same database, whoever the user is."""
    return _database(one) == _database(other)


def _database(address):
    url = read(address)
    return url.host or url.query.get("host", "localhost"), url.port or 5432, url.database


def read(address):
    """The parts of an address, as SQLAlchemy has them."""
    from sqlalchemy.engine import make_url  # slow to load, and most studies have no address

    return make_url(address)


def _written(url):
    # Optuna formats addresses: braces are escaped.
    text = url.render_as_string(hide_password=False)
    return text.replace("{", "%7B").replace("}", "%7D")

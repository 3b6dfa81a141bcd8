"""One process at a time conducts a study whose trials are on a server.

The study's lock is an advisory one of PostgreSQL's, and it is held by the very connection that
writes the trials: whoever can write holds the lock, and a process that dies lets go of both.
The connection's name, which everybody can read, says who it is.
"""

import os
import platform
import re
from datetime import UTC, datetime

from ..errors import StudyError
from .connecting import rows

LONGEST = 63  # bytes of a connection's name, the rest is cut off by the server
NAME = re.compile(r"gatelab (?P<process>\d+) on (?P<host>.*) since (?P<since>[\d-]+ [\d:]+) UTC")
HOLDERS = """
    SELECT l.classid::bigint << 32 | l.objid::bigint AS lock, a.application_name, pid
    FROM pg_locks l JOIN pg_stat_activity a USING (pid)
    WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
      AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def key(study):
    """The number of a study's lock: the first half of its id, as a signed number of 64 bits."""
    number = int(study[:16], 16)
    return number - (number >> 63 << 64)


def name():
    """How this process calls its connection."""
    since = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
    host = platform.node().encode("ascii", "replace").decode()
    room = LONGEST - len(f"gatelab {os.getpid()} on  since {since} UTC")
    return f"gatelab {os.getpid()} on {host[:room]} since {since} UTC"


def let_go(connection, study, lost):
    """End a lost connection by which this process still holds a study's lock.

    The server notices only after a minute that a network in between has failed.

    Args:
        lost: its process on the server.
    """
    connection.execute(
        f"SELECT pg_terminate_backend(pid, 5000) FROM ({HOLDERS}) held "
        "WHERE lock = %s AND pid = %s",
        [key(study), lost],
    )
    connection.commit()


def hold(connection, study, address):
    """Take a study's lock for as long as the connection lasts.

    Raises:
        StudyError: another process holds it; the message says which.
    """
    (got,) = connection.execute("SELECT pg_try_advisory_lock(%s)", [key(study)]).fetchone()
    connection.commit()
    if not got:
        by = said(holders(address).get(key(study), ""))
        raise StudyError(
            f"another process runs this study{by}: wait, or use another folder (--out)"
        )


def holders(address):
    """{key of a study: name of the connection that holds its lock}."""
    return {lock: name for lock, name, _ in rows(address, HOLDERS)}


def signature(holder):
    """Who holds a study, as {"process", "host", "since"}; what a name does not say is None."""
    found = NAME.fullmatch(holder or "")
    if not found:
        return {"process": None, "host": None, "since": None}
    since = f"{found['since'].replace(' ', 'T')}+00:00"
    return {"process": int(found["process"]), "host": found["host"], "since": since}


def said(holder):
    """Who holds a study: " (process 7 on alpha, since 2026-11-29 03:05:07 UTC)", "" if unknown."""
    found = NAME.fullmatch(holder)
    if not found:
        return f" ({holder})" if holder else ""
    return f" (process {found['process']} on {found['host']}, since {found['since']} UTC)"

"""One process at a time owns a study's folder."""

import fcntl
import json
import os
import platform
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from ..errors import StudyError
from .about import now

OWNER = "owner.json"  # who holds the folder, for messages


@contextmanager
def owned(out):
    """Lock the folder for this process.

    The lock rules out other processes, so any trial found in state RUNNING was abandoned. Beside
    the file ``lock``, which people delete, the folder itself is locked.

    Raises:
        StudyError: another study holds the lock, or the folder cannot be written.
    """
    out = Path(out)
    with ExitStack() as held:
        try:
            out.mkdir(parents=True, exist_ok=True)
            held.enter_context(_folder_locked(out))
            held.enter_context(FileLock(out / "lock").acquire(timeout=0))
            held.enter_context(_signed(out / OWNER))
        except (Timeout, BlockingIOError):
            by = _said(out / OWNER)
            raise StudyError(
                f"another study is running in {out}{by}: wait, or use another"
            ) from None
        except OSError as error:
            raise StudyError(f"cannot write to {out}: {error.strerror}") from None
        yield


@contextmanager
def _folder_locked(out):
    """Lock a folder, where its file system can; the system lets go when the process ends.

    Raises:
        BlockingIOError: another process holds it.
    """
    opened = os.open(out, os.O_RDONLY)
    try:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise
        except OSError:  # not on every network disk; the file remains
            pass
        yield
    finally:
        os.close(opened)


@contextmanager
def _signed(file):
    about = {"process": os.getpid(), "host": platform.node(), "since": now()}
    file.write_text(json.dumps(about) + "\n", encoding="utf-8")
    try:
        yield
    finally:
        with suppress(OSError):
            file.unlink(missing_ok=True)


def _said(file):
    """Who holds a folder, as far as is known."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        about = json.loads(file.read_text(encoding="utf-8"))
        since = str(about["since"]).replace("T", " ").removesuffix("+00:00")
        return f" (process {about['process']} on {about['host']}, since {since} UTC)"
    return ""

"""One process at a time owns a study's folder."""

import errno
import fcntl
import json
import os
import platform
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil

from ..errors import StudyError
from ..foundation.times import now

OWNER = "owner.json"  # who holds the folder, for messages
HELD = (errno.EAGAIN, errno.EWOULDBLOCK, errno.EACCES)  # the last on some network disks


@contextmanager
def owned(out):
    """Lock the folder for this process.

    The lock rules out other processes, so any trial found in state RUNNING was abandoned. Beside
    the file ``lock``, which people delete, the folder itself is locked.

    Raises:
        StudyError: another study holds the lock, or the folder cannot be written or locked.
    """
    out = Path(out)
    with ExitStack() as held:
        try:
            out.mkdir(parents=True, exist_ok=True)
            try:
                held.enter_context(_locked(out, os.O_RDONLY))
            except Unlockable:  # folders on network disks; the file remains
                pass
            held.enter_context(_locked(out / "lock", os.O_RDWR | os.O_CREAT))
            held.enter_context(_signed(out / OWNER))
        except BlockingIOError:
            by = _said(out / OWNER)
            raise StudyError(
                f"another study is running in {out}{by}: wait, or use another"
            ) from None
        except Unlockable as error:
            raise StudyError(
                f"the file system of {out} cannot lock files ({error.strerror}): two studies in "
                "one folder would damage each other; use a folder on another disk (--out)"
            ) from None
        except IsADirectoryError as error:
            what = f"{error.filename} is a folder, where the study has a file"
            raise StudyError(f"{what}: rename it") from None
        except OSError as error:
            raise StudyError(f"cannot write to {out}: {error.strerror}") from None
        yield


class Unlockable(OSError):
    """A file system that has no locks, or none for what was to be locked."""


@contextmanager
def _locked(path, flags):
    """Lock a file or folder; the system lets go when the process ends, however it does.

    Raises:
        BlockingIOError: another process holds it.
        Unlockable: the file system cannot lock it.
    """
    opened = os.open(path, flags, 0o666)
    try:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in HELD:
                raise BlockingIOError(*error.args) from None
            raise Unlockable(*error.args) from None
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


def holder(out):
    """Who holds a folder, without locking it; of another host, what was noted there is believed.

    Returns:
        {"process", "host", "since"}; None for nobody.
    """
    found = _signature(Path(out) / OWNER)
    if found and found["host"] == platform.node() and not _lives(found):
        return None  # it was killed, and could not clear up
    return found


def _lives(signature):
    """Whether the process that signed is there, and not a later one with its number."""
    with suppress(psutil.Error, ValueError):
        begun = psutil.Process(signature["process"]).create_time()
        return begun <= datetime.fromisoformat(signature["since"]).timestamp() + 1
    return False


def _signature(file) -> dict[str, Any] | None:
    """What ``_signed`` has written; None if there is nothing that can be read."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        about = json.loads(file.read_text(encoding="utf-8"))
        process, host, since = int(about["process"]), str(about["host"]), str(about["since"])
        return {"process": process, "host": host, "since": since}
    return None


def _said(file):
    """Who holds a folder, as far as is known."""
    if not (about := _signature(file)):
        return ""
    since = about["since"].replace("T", " ").removesuffix("+00:00")
    return f" (process {about['process']} on {about['host']}, since {since} UTC)"

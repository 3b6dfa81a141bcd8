"""Processes that need the same kernel take turns: the first compiles it, the others load it.

Without turns, all workers of a machine would compile the same cell at once.
"""

import fcntl
import os
import time
from contextlib import suppress

PATIENCE = 120.0  # seconds; then a process compiles, whatever the other one is doing

_held = {}  # open files, by the path of the kernel


def take(path, patience=PATIENCE):
    """Wait for the turn to compile a kernel. The turn also ends with the process.

    Args:
        path: of the kernel's file, which the one before may have written meanwhile.
        patience: longest wait in seconds.

    Returns:
        whether it is this process's turn; False where files cannot be locked, or after the wait.
    """
    if path in _held:
        return True
    with suppress(OSError):
        opened = os.open(_turn(path), os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o600)
        if _locked(opened, time.monotonic() + patience):
            _held[path] = opened
            return True
        os.close(opened)
    return False


def leave(path):
    """End the turn. Who waited finds the kernel, so that the file need not be kept."""
    if path in _held:
        with suppress(OSError):
            os.unlink(_turn(path))
        os.close(_held.pop(path))


def _locked(opened, until):
    while True:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() > until:
                return False
            time.sleep(0.05)


def _turn(path):
    return path.with_name(f"{path.name}.turn")

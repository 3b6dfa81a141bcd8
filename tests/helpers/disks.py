"""Small disks, and disks that fill up."""

import errno
import os
import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def disk(folder, kilobytes):
    """A file system of its own at a folder; the test is skipped where none can be mounted."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k,mode=0755", "none", str(folder)]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no file system can be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder):
    """Take all the room that is left; returns the file that takes it."""
    taken = Path(folder) / "filler"
    with open(taken, "ab", buffering=0) as file:
        for size in (65536, 4096, 1):
            while _written(file, size):
                pass
    return taken


def _written(file, size):
    try:
        return file.write(os.urandom(size))
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        return 0


@contextmanager
def read_only(folder):
    """Context in which nobody can write to a folder, not even root; skipped where that fails."""
    folder = str(folder)
    try:
        subprocess.run(["mount", "--bind", folder, folder], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no file system can be mounted here")
    try:
        again = ["mount", "-o", "remount,bind,ro", folder]
        subprocess.run(again, check=True, capture_output=True)
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)

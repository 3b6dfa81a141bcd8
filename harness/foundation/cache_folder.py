"""The folder of compiled kernels and of certificates: one user's, and nobody else's.

What lies there is executed. So a folder is used only if it is a real one, belongs to this user and
is closed to all others.
"""

import atexit
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

INHERITED = "GATELAB_KERNELS"  # what a parent had to fall back on, for its workers


def folder() -> Path:
    """Where compiled kernels lie: under ``GATELAB_CACHE``, else in the user's cache folder.

    If that cannot be used, under the folder for temporary files; as a last resort in a new folder
    that is deleted when the process ends.
    """
    names = (INHERITED, "GATELAB_CACHE", "XDG_CACHE_HOME", "HOME", "TMPDIR")
    return _folder(tuple(os.environ.get(name) for name in names))


def size() -> int:
    """Bytes in it."""
    total = 0
    for path in folder().rglob("*"):
        with suppress(FileNotFoundError):  # another process replaces files
            total += path.lstat().st_size if path.is_file() else 0
    return total


def clear() -> int:
    """Delete everything in it; the bytes that this freed. Whatever is missed is compiled again."""
    freed = size()
    _empty(folder())
    return freed


@cache
def _folder(environment) -> Path:
    first, *others = [*_candidates()]
    for path in (first, *others):
        try:
            claim(path)
            if path != first:
                os.environ[INHERITED] = str(path)
            return path
        except OSError as error:
            if isinstance(error, NotPrivate) or os.environ.get("GATELAB_CACHE"):
                print(
                    f"gatelab: compiled kernels are not kept in {path}: {error.strerror or error}",
                    file=sys.stderr,
                )
    fresh = Path(tempfile.mkdtemp(prefix="gatelab-"))
    atexit.register(shutil.rmtree, fresh, ignore_errors=True)
    os.environ[INHERITED] = str(fresh)
    return fresh


def _candidates() -> Iterator[Path]:
    inherited, named = os.environ.get(INHERITED), os.environ.get("GATELAB_CACHE")
    if inherited:
        yield Path(inherited)
    if named:
        with suppress(RuntimeError):  # ~ of a user without a home
            yield Path(named).expanduser().absolute() / "kernels"
    else:
        with suppress(RuntimeError):  # no HOME, and no entry among the users
            yield _users_own() / "gatelab" / "kernels"
    yield Path(tempfile.gettempdir()) / f"gatelab-{_user()}"


def _users_own() -> Path:
    named = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return named if named.is_absolute() else Path.home() / ".cache"


class NotPrivate(PermissionError):
    """A folder that somebody else may have written to."""


def claim(path: Path) -> None:
    """Make a folder, or see that it is this user's alone and can be written.

    Raises:
        OSError: it is not; NotPrivate if others may have written there.
    """
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise NotPrivate("it is a link")
    if found.st_uid != _user():
        raise NotPrivate("it belongs to another user")
    if found.st_mode & 0o077:
        path.chmod(0o700)
    if path.lstat().st_mode & 0o077:
        raise NotPrivate("others can open it")
    if found.st_mode & 0o022:  # whoever could write may have left something
        _empty(path)
    tempfile.TemporaryFile(dir=path).close()


def _empty(path: Path) -> None:
    for entry in path.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry, ignore_errors=True)
        else:
            entry.unlink(missing_ok=True)


def _user() -> int:
    return os.geteuid() if hasattr(os, "geteuid") else 0

"""The private folder for compiled kernels and certificates.

Files in it are executed. A folder is therefore used only if it is a real folder (no link), belongs
to this user and cannot be written to by others.
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

INHERITED = "GATELAB_KERNELS"  # tells workers which fallback folder their parent uses


def folder() -> Path:
    """The folder of compiled kernels: under ``GATELAB_CACHE``, else in the user's cache folder.

    If neither can be used, it is under the folder for temporary files or, as a last resort, a new
    folder that is deleted when the process ends.
    """
    names = (INHERITED, "GATELAB_CACHE", "XDG_CACHE_HOME", "HOME", "TMPDIR")
    return _folder(tuple(os.environ.get(name) for name in names))


def size() -> int:
    """Size of the folder in bytes."""
    total = 0
    for path in folder().rglob("*"):
        with suppress(FileNotFoundError):  # another process may replace files
            total += path.lstat().st_size if path.is_file() else 0
    return total


def clear() -> int:
    """Empty the folder; kernels are compiled again when needed. Returns the bytes freed."""
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
    """A folder that another user may have written to."""


def claim(path: Path) -> None:
    """Create a folder, or check that an existing one is private and writable.

    Raises:
        OSError: the folder cannot be used.
        NotPrivate: another user may have written to it.
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
    if found.st_mode & 0o022:  # others could write, so its files are not trusted
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

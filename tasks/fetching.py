"""Data files by name: found where the user keeps them, in the cache, or downloaded.

A file counts by its checksum alone. The folder named by ``GATELAB_DATA`` is searched first, with
all its subfolders and whatever the file is called there; then the cache, ``GATELAB_CACHE`` or the
user's own; then the sources of ``tasks/files.py`` in turn. With ``GATELAB_OFFLINE`` set nothing
is downloaded.
"""

import hashlib
import os
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from .errors import MissingData, unknown
from .files import FILES

PATIENCE = 10  # seconds without an answer before the next source is tried
QUIET = 3  # seconds of a download before it shows how far it is
_offline = ContextVar("offline", default=False)


def fetch(name: str) -> Path:
    """The path of a data file whose checksum is right.

    Raises:
        TaskError: a name that is not in ``FILES``.
        MissingData: the file is nowhere; says which file to put where, and which files of its
            name or size were refused, with both checksums.
    """
    if name not in FILES:
        raise unknown("data file", name, FILES)
    file, refused = FILES[name], []
    for path in (*_candidates(name, file), cache() / name):
        if path.is_file():
            if _sha256(path) == file.sha256:
                return path
            refused.append(_refusal(path, file, _sha256(path)))
    return _download(name, file, refused)


@contextmanager
def offline() -> Iterator[None]:
    """Within it, nothing is downloaded."""
    token = _offline.set(True)
    try:
        yield
    finally:
        _offline.reset(token)


def cache() -> Path:
    """The folder where downloads are kept, made if need be."""
    named = os.environ.get("GATELAB_CACHE")
    base = Path(named) if named else Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    wanted = base / ("data" if named else "gatelab/data")
    try:
        wanted.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=wanted):
            return wanted
    except OSError:  # a read-only home: download once per machine start instead
        fallback = Path(tempfile.gettempdir()) / f"gatelab-{os.getuid()}" / "data"
        fallback.mkdir(parents=True, exist_ok=True)
        return fallback


def _candidates(name, file):
    """What in the user's folder may be the file: by its size, or by a name that it goes by."""
    folder = os.environ.get("GATELAB_DATA")
    if not folder:
        return
    called = {name, *(source.replace("#", "/").rpartition("/")[2] for source in file.sources)}
    for path in sorted(Path(folder).rglob("*")):
        if path.is_file() and (path.name in called or path.stat().st_size == file.size):
            yield path


def _download(name, file, refused):
    if _offline.get() or os.environ.get("GATELAB_OFFLINE"):
        raise _missing(name, file, refused)
    try:
        import pooch
    except ImportError:
        refused.append("downloads need the package pooch, which is not installed")
        raise _missing(name, file, refused) from None
    folder = cache()
    pooch.get_logger().setLevel("ERROR")
    for source in file.sources:
        # On the cache's own disk, so that a file which is right moves there in one step.
        with tempfile.TemporaryDirectory(prefix=".new-", dir=folder) as scratch:
            try:
                path = _from_source(pooch, source, name, Path(scratch))
            except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
                refused.append(_unanswered(source, error))
                continue
            if (found := _sha256(path)) == file.sha256:
                os.replace(path, folder / name)
                return folder / name
            refused.append(_refusal(source, file, found))
    raise _missing(name, file, refused)


def _from_source(pooch, source, name, scratch):
    """Downloads into the folder ``scratch``; the path of the file, or of the archive's member."""
    address, _, member = source.partition("#")
    bar = Progress(name)
    downloader = pooch.HTTPDownloader(timeout=PATIENCE, progressbar=bar)
    try:
        path = pooch.retrieve(address, None, fname="download", path=scratch, downloader=downloader)
    finally:
        bar.close()
    if not member:
        return Path(path)
    with zipfile.ZipFile(path) as archive:
        (scratch / "member").write_bytes(archive.read(member))
    return scratch / "member"


class Progress:
    """A bar for pooch that appears after ``QUIET`` seconds."""

    def __init__(self, name: str):
        self.name, self.total, self.done = name, 0, 0
        self.started, self.bar, self.row = time.monotonic(), None, None

    def update(self, count: int) -> None:
        """``count`` bytes more."""
        self.done += count
        if self.bar is None and time.monotonic() - self.started > QUIET:
            from rich.progress import Progress as Bar

            self.bar = Bar(transient=True)
            self.bar.start()
            self.row = self.bar.add_task(self.name, total=self.total or None)
        if self.bar is not None and self.row is not None:
            self.bar.update(self.row, completed=self.done)

    def reset(self) -> None:
        """Back to nothing: pooch then reports all of it at once."""
        self.done = 0

    def close(self) -> None:
        """Takes the bar away."""
        if self.bar is not None:
            self.bar.stop()


def _missing(name, file, refused):
    folder = os.environ.get(
        "GATELAB_DATA", "a folder named by the environment variable GATELAB_DATA"
    )
    reasons = "".join(f"; {reason}" for reason in refused)
    return MissingData(
        f"data not here: put {name} (from {file.sources[0]}, {file.size} bytes, "
        f"sha256 {file.sha256}) into {folder}{reasons}"
    )


def _refusal(path, file, found):
    return f"refused {path}: its sha256 is {found}, should be {file.sha256}"


def _unanswered(source, error):
    status = getattr(getattr(error, "response", None), "status_code", "")
    return (
        f"nothing from {urlsplit(source).hostname} ({type(error).__name__} {status}".strip() + ")"
    )


def _sha256(path):
    about = path.stat()
    return _digest(str(path), about.st_size, about.st_mtime_ns)


@lru_cache(maxsize=4096)
def _digest(path, size, changed):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

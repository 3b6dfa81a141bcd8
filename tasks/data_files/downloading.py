"""One data file out of one source, into a folder: an address, or a package's wheel through pip."""

import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

PATIENCE = 10  # seconds without an answer before the next source is tried
QUIET = 3  # seconds of a download before it shows how far it is


def from_address(address: str, name: str, folder: Path) -> Path:
    """The path of what pooch downloads; "archive.zip#member" is a file inside an archive.

    Raises ImportError without pooch, and whatever a network, a server or an archive does.
    """
    import pooch

    pooch.get_logger().setLevel("ERROR")
    address, _, member = address.partition("#")
    bar: Any = Progress(name)
    downloader: Any = pooch.HTTPDownloader(timeout=PATIENCE, progressbar=bar)
    try:
        path = pooch.retrieve(address, None, fname="download", path=folder, downloader=downloader)
    finally:
        bar.close()
    return _extracted(Path(path), member, folder) if member else Path(path)


def from_wheel(requirement: str, member: str, folder: Path) -> Path:
    """A file inside the wheel of a package such as "sktime==1.2.0", from wherever pip gets it.

    Nothing is installed and no code of the package runs. Raises CalledProcessError.
    """
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    only = ["--no-deps", "--only-binary", ":all:", "--retries", "0", "--timeout", str(PATIENCE)]
    subprocess.run([*pip, *only, "--dest", folder, requirement], check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    return _extracted(wheel, member, folder)


def _extracted(archive, member, folder):
    with zipfile.ZipFile(archive) as opened:
        (folder / "member").write_bytes(opened.read(member))
    return folder / "member"


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

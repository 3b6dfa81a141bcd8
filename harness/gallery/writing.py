"""Write pages and pictures that have changed, and remove those that are no longer generated."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from .frame import MADE

OURS = (MADE, "<title>One step of ")  # in the first characters of a page or a drawing
HEAD = 600


class Written(NamedTuple):
    """Names of files that were written, removed, and left unchanged for lack of data."""

    changed: list[str]
    removed: list[str]
    left: list[str]


def write(folder: Path, made: Mapping[str, str | bytes | None]) -> Written:
    """Bring a folder up to date.

    Args:
        made: {file name: content}; None for a file that cannot be generated and is left unchanged.

    Raises:
        OSError: the folder cannot be written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    contents = {name: _bytes(content) for name, content in made.items() if content is not None}
    changed = [name for name, content in contents.items() if _read(folder / name) != content]
    for name in changed:
        (folder / name).write_bytes(contents[name])
    gone = [path for path in _found(folder) if path.name not in made]
    for path in gone:
        path.unlink()
    left = [name for name in made if made[name] is None]
    return Written(changed, [path.name for path in gone], left)


def _found(folder):
    """The files written by an earlier run; a PNG is ours if the page of the same name is."""
    pages = [path for path in sorted(folder.iterdir()) if path.suffix in (".md", ".svg")]
    for path in pages:
        if any(mark.encode() in (_read(path) or b"")[:HEAD] for mark in OURS):
            yield path
            picture = path.with_suffix(".png")
            if path.suffix == ".md" and picture.is_file():
                yield picture


def _bytes(content):
    return content.encode() if isinstance(content, str) else content


def _read(path):
    return path.read_bytes() if path.is_file() else None

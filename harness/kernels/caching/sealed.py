"""Sealed files: written atomically, and read only if they are unchanged since."""

import hashlib
import os
import tempfile
from contextlib import suppress


def write(path, content):
    """Write bytes after their hash; do nothing if the folder is not writable."""
    new = None
    try:
        _make_private(path.parent)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".new", delete=False) as file:
            new = file.name
            file.write(seal(content) + b"\n" + content)
        os.replace(new, path)
    except OSError:
        with suppress(OSError, TypeError):
            os.unlink(new)  # pyright: ignore[reportArgumentType]


def _make_private(folder):
    """Make a folder and its missing parents, accessible to this user only."""
    if not folder.exists():
        _make_private(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def read(path):
    """The bytes written, or None if the file is missing, damaged or another user's."""
    with suppress(OSError), open(path, "rb", opener=_no_link) as file:
        if hasattr(os, "geteuid") and os.fstat(file.fileno()).st_uid != os.geteuid():
            return None
        found, _, content = file.read().partition(b"\n")
        return content if found == seal(content) else None
    return None


def seal_of(path):
    """The hash stored in a file, unchecked; None if there is no such file."""
    with suppress(OSError), open(path, "rb", opener=_no_link) as file:
        return file.readline().decode(errors="replace").strip()
    return None


def seal(content):
    return hashlib.sha256(content).hexdigest().encode()


def _no_link(path, flags):
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0))

"""Files that survive a crash: after it, a file holds the old bytes or the new ones, all of them."""

import os
import secrets
from contextlib import suppress
from pathlib import Path


def write(path, content: bytes) -> None:
    """Write a file durably, and make its folder if needed.

    The draft lies in the same folder, because renaming is atomic within a file system only. Its
    name is its own, so that two processes never write to one draft.

    Raises:
        OSError: it cannot be written; an older file is still there.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}.draft")
    try:
        with open(draft, "xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
        _sync(path.parent)
    except BaseException:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise


def _sync(folder):
    """Make a rename durable; Windows cannot, and need not."""
    if os.name == "posix":
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)

"""Moved and copied folders.

A moved study goes on as if nothing had happened. A copy has the same id as its original, so a
server would take the two for one study: the copy has to be told that it is one, and gets an id of
its own. Which of the two a folder is, is seen from the places where it has been run before.
"""

import hashlib
import platform
from contextlib import suppress
from pathlib import Path

from ..errors import StudyError
from . import folder

KEPT = 50  # places; the name of the host may change from one session to the next


def settle(out, as_copy=False, shared=False, copy=lambda old, new: None):
    """Note where the study lives now.

    Args:
        out: the study's folder, after ``folder.agree``.
        as_copy: whether it is a copy that becomes a study of its own; repeated, it has no effect.
        shared: whether it writes to a server.
        copy: called with the old id and the new one, before the new one counts: copies what a
            server holds under the old one.

    Raises:
        StudyError: the original of this copy is still there, and both would write to a server.
    """
    here, noted = place(out), folder.apart(out)
    if as_copy and not (noted.get("copy_of") and noted["homes"][-1] == here):
        old, new = noted["id"], folder.new_id()
        copy(old, new)
        folder.note(out, id=new, copy_of=old, homes=[here])
    elif found := original(out):
        if shared:
            raise StudyError(
                f"{out} is a copy of {found}, and a server would take the two for one study: run "
                "its command with --as-copy, which makes it a study of its own, or remove one"
            )
    elif here not in noted.get("homes", [])[-1:]:
        before = [each for each in noted.get("homes", []) if each != here]
        folder.note(out, homes=[*before, here][-KEPT:])


def original(out):
    """The folder that this one is a copy of, if it is still there and runs under the same id."""
    noted = folder.apart(out)
    for home in reversed(noted.get("homes", [])):
        path = Path(home.partition(":")[2])
        if _is_another(path, out) and _id_at(path) == noted.get("id"):
            return path
    return None


def mark(out):
    """Eight hexadecimal digits for where the study lives; a server learns no more of the place."""
    return _mark(place(out))


def marks(out):
    """The marks of all places where the study has lived, the present one first."""
    return [*dict.fromkeys([mark(out), *map(_mark, folder.apart(out).get("homes", []))])]


def place(out):
    """Host and path of a folder."""
    return f"{platform.node()}:{Path(out).resolve()}"


def _mark(place):
    return hashlib.sha256(place.encode()).hexdigest()[:8]


def _id_at(path):
    with suppress(StudyError):  # damaged, or not ours to read
        return folder.apart(path).get("id")
    return None


def _is_another(path, out):
    try:
        return (path / "study.json").exists() and not path.samefile(out)
    except OSError:  # somebody else's, or a disk that has gone
        return False

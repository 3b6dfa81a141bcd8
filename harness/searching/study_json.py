"""``study.json``: with which settings a study was made, and where its trials are.

Whoever needs it reads it here, so that a damaged file is refused alike everywhere.
"""

import json
import re
from pathlib import Path

from ..errors import StudyError
from ..foundation.errors import first_line
from ..foundation.shell import pasted

NAME = "study.json"
LISTS = ("plans", "processors", "homes")


def read(out):
    """What ``out/study.json`` holds; None if there is no such file.

    Args:
        out: the study's folder.

    Raises:
        StudyError: it is damaged, or cannot be read.
    """
    file = Path(out) / NAME
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, RecursionError) as error:
        raise StudyError(f"cannot read {file}: {first_line(error)}; {way_out(out)}") from None
    if not is_whole(kept):
        raise StudyError(f"{file} holds no study's settings; {way_out(out)}")
    return kept


def is_whole(kept):
    """Whether what was read from JSON has the form of a study's settings."""
    return (
        isinstance(kept, dict)
        and "seed" in kept
        and isinstance(kept.get("storage") or "", str)
        and all(isinstance(kept.get(key, []), list) for key in LISTS)
        and all(isinstance(plan, dict) for plan in kept.get("plans", []))
        and re.fullmatch("[0-9a-f]{32}", str(kept.get("id", "0" * 32))) is not None
    )


def trials_of(out):
    """The file of a study's trials, which is to be read: opened as it is, it would get tables.

    Raises:
        StudyError: there is none, or it is empty.
    """
    file = Path(out) / "optuna.db"
    if file.exists() and file.stat().st_size:
        return file
    if file.exists():
        raise StudyError(f"{file} is empty; {way_out(out)}")
    if read(out) is None:
        raise StudyError(f"{out} holds no study: name the folder that --out named")
    raise StudyError(f"{out} holds no optuna.db, where its trials were; {way_out(out)}")


def way_out(out):
    """What to do about a damaged file of a study, in words that end a message."""
    return f"gatelab doctor {pasted(out)} says what can be done"

"""``study.json`` and ``about.json``: the second holds a copy of the first."""

import json

from ..errors import StudyError
from ..foundation.errors import first_line
from ..reporting.facts import read_about
from ..running import folder
from ..searching import study_json
from .finding import Finding, aside, put_aside

ABOUT = "about.json"


def findings(out):
    """What is wrong with the two files.

    Args:
        out: the study's folder.

    Yields:
        Finding.
    """
    if wrong := _wrong(lambda: study_json.read(out) or "is not there", out):
        kept = copy(out)
        if kept:
            way_out = f"it is made anew from the copy in {ABOUT}"
            yield Finding(study_json.NAME, wrong, way_out, lambda: _restored(out, kept))
        else:
            way_out = "it cannot be made anew: put a copy of it back, or use another folder (--out)"
            yield Finding(study_json.NAME, wrong, way_out)
    if wrong := _wrong(lambda: read_about(out), out):
        way_out = "the study's command makes it anew; until then there is no report"
        mend = aside(out / ABOUT) if (out / ABOUT).exists() else None
        yield Finding(ABOUT, wrong, way_out, mend)


def _wrong(read, out):
    """What is wrong with a file, in words; "" if nothing is."""
    try:
        found = read()
        return found if isinstance(found, str) else ""
    except StudyError as error:
        said = first_line(error).partition("; gatelab doctor")[0]
        return "is not there" if "holds no about.json" in said else f"is damaged ({said})"


def copy(out):
    """The copy of the settings in ``about.json``; None if there is none."""
    try:
        kept = json.loads((out / ABOUT).read_text(encoding="utf-8"))["study"]
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return None
    return kept if study_json.is_whole(kept) and kept.get("plans") else None


def _restored(out, kept):
    file, said = out / study_json.NAME, ""
    if file.exists():
        said = f", the damaged file put aside as {put_aside(file)}"
    folder.write(file, kept)
    return f"made anew from the copy in {ABOUT}{said}"

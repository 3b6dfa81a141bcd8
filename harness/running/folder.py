"""The folder of a study is bound to the settings it was made with, and has an id of its own."""

import json
import uuid
from pathlib import Path

from ..errors import StudyError
from ..foundation import durable
from ..foundation.jsonable import plain
from ..foundation.processor import processor
from ..searching import study_json

# Adding a task or a variant does not make it another study.
GROWING = ("tasks", "variants", "spaces")
# What ``study.json`` holds beside the settings: none of it changes numbers.
APART = ("id", "copy_of", "storage", *study_json.LISTS)


def agree(out, settings, kind=None, storage=None, words=None):
    """Write a new study's settings to ``out/study.json``, or compare them with those stored there.

    Args:
        out: the study's folder.
        settings: everything that changes numbers, so neither the budget nor the number of workers.
            Under "tasks", "variants" and "spaces" only shared entries are compared; new ones are
            added. A new study gets an id; see ``id_of``.
        kind: kind of processor that runs the study now, by default this machine's; stored under
            "processors".
        storage: address of the database that holds the trials, see ``searching.where``; None for a
            file of the folder. Kept as "storage".
        words: {setting: sentence} that says how it differs, in place of both values.

    Returns:
        list of the other kinds of processors that have run the study. Results are bit-identical
        on one kind only.

    Raises:
        StudyError: a setting differs; the message gives each with both values, and nothing is
            written. Or the file cannot be read or written.
    """
    file, new, kind = Path(out) / "study.json", plain(settings), kind or processor()
    old = _read(out)
    if old is None:
        apart = {"id": new_id(), "processors": [kind], "plans": []}
        write(file, new | apart | ({"storage": storage} if storage else {}))
        return []
    apart = {key: old.pop(key) for key in APART if key in old}
    if wrong := _differences(old, new, words or {}):
        raise StudyError(
            f"{out} has other settings: {'; '.join(wrong)}. Use another folder (--out)"
        )
    grown = {key: {**old.get(key, {}), **new.get(key, {})} for key in GROWING if key in old | new}
    kinds = apart.get("processors", [])
    noted = {"id": new_id(), **apart, "processors": sorted({*kinds, kind})}
    merged = {**new, **grown}
    if (merged, noted) != (old, apart):
        write(file, merged | noted)
    return [each for each in kinds if each != kind]


def id_of(out):
    """The id of a study: 32 hexadecimal digits, made once, which tell it from all others anywhere.

    It stays with the folder when that is moved, and a copy has the same.

    Args:
        out: the study's folder, after ``agree``.

    Raises:
        StudyError: the folder holds no study with an id.
    """
    found = apart(out).get("id")
    if not found:
        raise StudyError(f"the study in {out} has no id yet: run its command once")
    return found


def new_id():
    """An id that no other study has."""
    return uuid.uuid4().hex


def apart(out):
    """What ``out/study.json`` holds beside the settings; see ``APART``."""
    kept = _read(out) or {}
    return {key: kept[key] for key in APART if key in kept}


def note(out, **more):
    """Add to what ``out/study.json`` holds beside the settings; see ``APART``."""
    write(Path(out) / "study.json", (_read(out) or {}) | more)


def also_on(out, kind):
    """Note that a kind of processor has trained some of the study's trials, if it is another one.

    Args:
        out: the study's folder, after ``agree``.
        kind: see ``foundation.processor``.
    """
    kinds = apart(out).get("processors", [])
    if kind not in kinds:
        note(out, processors=sorted([*kinds, kind]))


def plans(out):
    """The plans that a study has had so far, oldest first, as entries of ``out/study.json``."""
    return apart(out).get("plans", [])


def settle(out, plan, seen):
    """Note the plan in ``out/study.json``, unless it is the one in force.

    Args:
        out: the study's folder, after ``agree``.
        plan: ``Plan``.
        seen: number of trials that have ended.

    Returns:
        list of all plans that the study has had, oldest first; see ``Plan.noted``.

    Raises:
        StudyError: the file cannot be read or written.
    """
    noted = plans(out)
    if not noted or not plan.is_noted(noted[-1]):
        noted = [*noted, plan.noted(seen)]
        note(out, plans=noted)
    return noted


def write(file, settings):
    """Write the settings of a study to its ``study.json``.

    Raises:
        StudyError: the folder cannot be written.
    """
    content = json.dumps(settings, indent=1, sort_keys=True) + "\n"
    try:
        durable.write(file, content.encode())
    except OSError as error:
        raise StudyError(f"cannot write to {Path(file).parent}: {error.strerror}") from None


def _read(out):
    kept = study_json.read(out)
    if kept is None and (Path(out) / "optuna.db").exists():
        raise StudyError(
            f"{out} holds trials but no study.json: {study_json.way_out(out)}, or use another "
            "folder (--out)"
        )
    return kept


def _differences(old, new, words, path=""):
    grows = path.rstrip(".") in GROWING
    found = []
    for name in sorted({*old} & {*new} if grows else {*old, *new}):
        was, now = old.get(name), new.get(name)
        if isinstance(was, dict) and isinstance(now, dict):
            found += _differences(was, now, words, f"{path}{name}.")
        elif was != now and (path or name not in GROWING):
            plain = f"{path}{name} was {_said(old, name)}, now {_said(new, name)}"
            found.append(words.get(f"{path}{name}", plain))
    return found


def _said(settings, name):
    return json.dumps(settings[name]) if name in settings else "not there"

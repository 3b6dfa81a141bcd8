"""Where the trials of a study are: in a file of its folder, or on a server that the folder names.

``study.json`` keeps the address without its password. A study stays where it began: another address
counts only if its database holds this study's trials, because a server may have been moved, or may
be reached through a tunnel.
"""

import sqlite3
from contextlib import contextmanager, suppress
from pathlib import Path

from ..errors import StudyError
from . import study_json
from .address import checked, from_environment, is_same, without_secrets
from .connecting import said


def settled(out, asked=None):
    """What ``study.json`` is to keep: the address without its password; None for a file.

    Args:
        out: the study's folder.
        asked: the address that was asked for; None for that of the environment.

    Raises:
        StudyError: a new study's database cannot be used, or an old study's trials are elsewhere.
    """
    kept = study_json.read(out)
    if kept is None and (address := asked or from_environment()):
        with opening(said(address)):
            _served().check(address)
        return without_secrets(address)
    if kept is not None and asked:
        address_of(out, asked)
    return (kept or {}).get("storage")


def address_of(out, asked=None):
    """The address of a study's database, with its password if it is known; None for a file.

    Raises:
        StudyError: the study's trials are not at the address that was asked for.
    """
    kept = study_json.read(out) or {}
    storage, study = kept.get("storage"), kept.get("id")
    if not storage:
        if asked:
            raise StudyError(
                f"the trials of {out} are in its optuna.db: leave --storage out, or use another "
                "folder (--out)"
            )
        return None
    if asked and not is_same(asked, storage):
        with opening(said(asked)):
            if not _served().holds(asked, study):
                raise StudyError(
                    f"the trials of {out} are in {said(storage)}, not in {said(asked)}: name that "
                    "one, or use another folder (--out)"
                )
    return asked or _from_environment(storage, study) or checked(storage)


def _from_environment(storage, study):
    """The environment's address, if it is that of the study's trials."""
    given = from_environment()
    if given and is_same(given, storage):
        return given
    with suppress(Exception):  # it is away, or another program's: not asked for
        return given if given and _served().holds(given, study) else None
    return None


def id_of(out):
    """The id of the study in a folder.

    Raises:
        StudyError: it has none yet.
    """
    study = (study_json.read(out) or {}).get("id")
    if not study:
        raise StudyError(f"{out} holds a study that never began: run its command again")
    return study


@contextmanager
def opening(place):
    """Any error inside becomes a StudyError in one line.

    Args:
        place: the study's folder, as a Path, or what a server is called.
    """
    try:
        yield
    except StudyError:
        raise
    except Exception as error:
        from .patience import reason

        said = f"cannot open the trials in {place}: {reason(error)}{_advice(place, error)}"
        raise StudyError(said) from error


def _advice(place, error):
    from .patience import PATIENCE, passes

    is_file = isinstance(place, Path)
    if is_file and is_damage(error):
        return f"; {study_json.way_out(place)}"
    if passes(error, PATIENCE):
        return (
            f"; run it again once {'another program has let go of it' if is_file else 'it answers'}"
        )
    return ""


def is_damage(error):
    """Whether an error says that a file is damaged, or is no database; a locked one is whole."""
    from .patience import drivers_own

    found = drivers_own(error)
    return isinstance(found, sqlite3.DatabaseError) and not isinstance(
        found, sqlite3.OperationalError
    )


def _served():
    from . import served  # loads Optuna, which most readers of a folder do without

    return served

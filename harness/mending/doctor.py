"""Looks at all files of a study, says what is wrong, and mends what can be mended."""

from pathlib import Path

from ..errors import StudyError
from ..running import ownership
from . import databases, leftovers, networks, settings

#: Kinds of findings, in the order in which they are mended: later ones need the earlier files.
ALL = (settings.findings, databases.findings, networks.findings, leftovers.findings)


def examine(out):
    """What is wrong with the files of a study; nothing is changed.

    Args:
        out: the study's folder.

    Returns:
        list of ``Finding``; of a study that is running, without what only looks left behind.

    Raises:
        StudyError: it is no folder of a study.
    """
    out = _folder(out)
    kinds = ALL[:-1] if ownership.holder(out) else ALL
    return [finding for findings in kinds for finding in findings(out)]


def mend(out):
    """Mend what can be mended.

    Args:
        out: the study's folder.

    Returns:
        list of (``Finding``, what was done, or "" where only the user can do something).

    Raises:
        StudyError: it is no folder of a study, or the study is running.
    """
    out, done = _folder(out), []
    with ownership.owned(out):
        for findings in ALL:
            for each in [*findings(out)]:
                done.append((each, each.mend() if each.mend else ""))
    return done


def _folder(out):
    out = Path(out)
    if not any((out / name).exists() for name in ("study.json", "about.json", "optuna.db")):
        raise StudyError(f"{out} holds no study: name the folder that --out named")
    return out

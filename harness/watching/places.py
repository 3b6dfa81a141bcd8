"""Where a study can be looked at: in its folder, or in a database that many studies share."""

import platform
from contextlib import suppress
from pathlib import Path

from ..errors import StudyError
from ..reporting.facts import read_about
from ..running import folder, ownership
from ..searching import address, connecting, holding, standing, where
from .view import View, view


def in_folder(out) -> View:
    """The study in a folder.

    Raises:
        StudyError: the folder holds no study, or its files or its database cannot be read.
    """
    out = Path(out)
    kept, tasks = folder.apart(out), _tasks(out)
    plans = kept.get("plans") or [{}]
    return view(
        kept.get("id"), standing.of_folder(out), _in_charge(out, kept), folder=str(out),
        host=platform.node(), budget=plans[-1].get("draws"),
        metrics={task: each.get("metric") for task, each in tasks.items()},
    )  # fmt: skip


def _in_charge(out, kept):
    """Who runs the study in a folder: a database knows it for certain, a folder mostly."""
    if (url := where.address_of(out)) is None:
        return ownership.holder(out)
    with where.opening(connecting.said(url)):
        return _holder(holding.holders(url), kept["id"])


def in_database(given, study="") -> list[View]:
    """The studies in a database, in the order in which they were begun.

    Args:
        given: address of the database; its password may stand in the environment.
        study: what the ids of the studies begin with.

    Raises:
        StudyError: the database cannot be read, or has no such study.
    """
    url = with_password(given)
    found: dict[str, list] = {}
    for each in standing.on_server(url):
        owner, _, each.name = each.name.partition("/")
        found.setdefault(owner, []).append(each)
    chosen = {owner: each for owner, each in found.items() if owner.startswith(study)}
    if study and not chosen:
        raise StudyError(f"no study here has an id that begins with {study!r}; leave it out")
    with where.opening(connecting.said(url)):
        holders = holding.holders(url)
    return [view(owner, each, _holder(holders, owner)) for owner, each in chosen.items()]


def with_password(given):
    """An address as SQLAlchemy takes it; that in the environment if it is the same database.

    Raises:
        StudyError: it is no address of a PostgreSQL database.
    """
    url = address.checked(given)
    kept = address.from_environment()
    return kept if kept and address.is_same(kept, url) and not address.has_password(url) else url


def _holder(holders, study):
    with suppress(ValueError):  # another program's studies have other names
        if (key := holding.key(study)) in holders:
            return holding.signature(holders[key])
    return None


def _tasks(out):
    """What ``about.json`` says of each task; {} if there is none yet.

    Raises:
        StudyError: it cannot be read.
    """
    return read_about(out)["tasks"] if (out / "about.json").exists() else {}

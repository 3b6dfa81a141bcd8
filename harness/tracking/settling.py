"""What MLflow holds of a variant's trials when a study is opened, and what it lacks.

A process that died, or a server that was away, leaves runs that seem to go on for ever, runs twice
or not at all; somebody may have deleted the parent run. The records of the search say what is true.
"""

from typing import Any, NamedTuple

from ..trials.record import Record
from .finding import PARENT, place
from .runs import STATUS


class Unsettled(NamedTuple):
    """A run that does not show how its trial ended; ``found`` is None if there is none at all."""

    found: Any
    search: str
    record: Record | None  # None if the trial was interrupted


def settle(runs, parent, held):
    """Put right what MLflow holds of a variant's trials.

    Args:
        runs: ``MLRuns``.
        parent: Run of the variant, which exists.
        held: {search: records}, all that have ended; see ``finding.place``.

    Returns:
        list of ``Unsettled``.
    """
    records = {(search, str(r.trial)): r for search, rs in held.items() for r in rs}
    left = []
    for (search, number), found in _at_places(runs.trials(parent), held).items():
        first, record = _single(runs, parent, found), records.pop((search, number), None)
        if _is_open(first) if record else first.info.status == "RUNNING":
            left.append(Unsettled(first, search, record))
        elif record is None and search in held:
            _outlived(runs, first)
    return left + [Unsettled(None, search, record) for (search, _), record in records.items()]


def _at_places(found, held):
    """{place: runs in MLflow}; more than one if an answer was lost."""
    best = next((search for search in held if search.startswith("best ")), "final")
    places = {}
    for run in found:
        search, number = place(run)
        search = best if search == "final" else search  # from before searches were noted
        places.setdefault((search, number), []).append(run)
    return places


def _single(runs, parent, found):
    """The one of several runs of a trial that stays, below its parent."""
    first, *doubles = sorted(found, key=_is_open)
    for double in doubles:
        runs.delete(double.info.run_id)
    if first.data.tags.get(PARENT) != parent.id:  # its own was deleted
        runs.tag(first.info.run_id, **{PARENT: parent.id})
    return first


def _outlived(runs, found):
    """A trial whose record does not count any more: its slot is open again, or the record is lost.

    In the study's own file, a run that would look like another result is deleted. On a server,
    where a copy of the study may know better, every such run stays and is marked.
    """
    state = found.data.tags.get("state")
    if runs.database and state in ("complete", "pruned"):
        runs.delete(found.info.run_id)
    elif state in STATUS:
        runs.tag(found.info.run_id, state="replaced")


def _is_open(found):
    return found.info.status == "RUNNING" or found.data.tags.get("state") not in STATUS

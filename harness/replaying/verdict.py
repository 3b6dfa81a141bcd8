"""Whether a run gave the same again, in words."""

from .values import differences


def lines(kept, record, now, other):
    """What the comparison found.

    Args:
        kept: ``Kept``.
        record: of the second run.
        now: its values, see ``values``.
        other: what is not as it was; see ``again.changed``.

    Returns:
        (whether it is the same to the bit, list of lines).
    """
    found = differences(kept.values, now)
    ends = _ends(kept.state, kept.reason), _ends(record.state, record.reason)
    if not found and ends[0] == ends[1]:
        said = f"{kept.name}: the same to the bit, {_count(kept.values)}, {ends[0]}"
        return True, [said, *(f"  although {each}" for each in other)]
    said = [f"{kept.name}: not the same"]
    if ends[0] != ends[1]:
        said.append(f"  it ended as {ends[0]} then, as {ends[1]} now")
    if found:
        said.append(f"  {found[0]}")
        said.append(f"  {len(found)} of {_count(kept.values | now)} differ")
    why = other or ["nothing that is recorded: versions, processor, data and cell are as they were"]
    return False, said + [f"  what differs: {each}" for each in why]


def refused(kept, essential, other):
    """Lines that say why a run is not run again: it would be another one."""
    said = [f"{kept.name}: not run again, it would be another run"]
    return said + [f"  what differs: {each}" for each in (*essential, *other)]


def _ends(state, reason):
    """How a run ended; a process dies in several ways."""
    reason = "its process died" if str(reason).startswith("its process died") else reason
    return f"{state} ({reason})" if reason else state


def _count(values):
    return f"{len(values)} numbers of {len({key for key, _ in values})} curves and scores"

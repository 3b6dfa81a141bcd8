"""A training run that was recorded, run again, and compared with its record to the bit."""


def replayed(kept, spelled=None):
    """Run a recorded run again, unless it would be another one.

    Args:
        kept: ``kept.Kept``.
        spelled: the task as it was given to the study; None if its name is enough.

    Returns:
        (whether it gave the same to the bit, list of lines that say so or what differs).

    Raises:
        GatelabError: its task or its cell is not known here.
    """
    from ..tracking.runs import points
    from . import again, verdict

    task, variant = again.made(kept, spelled)
    essential, other = again.changed(kept, task, variant)
    if essential:
        return False, verdict.refused(kept, essential, other)
    record = again.run(kept, task, variant)
    return verdict.lines(kept, record, kept.alike(points(record, 0)), other)

"""Who is killed: names of victims, and the processes that they stand for."""

import signal

SIGTERM = " (SIGTERM)"  # after the name of a victim that is asked to end, and not killed
#: The conductor's death and its workers' come more often than the others.
LOCAL = ("conductor", "conductor", "worker", "worker", "all workers", "everything",
         f"conductor{SIGTERM}", f"worker{SIGTERM}")  # fmt: skip
ON_DASK = (*LOCAL, "Dask worker", "Dask worker", f"Dask worker{SIGTERM}", "scheduler")


def signal_of(victim):
    """The signal that a victim gets."""
    return signal.SIGTERM if victim.endswith(SIGTERM) else signal.SIGKILL


def targets(victim, session, machines, rng):
    """What a victim's name stands for now: sessions and processes, [] if there are none.

    Args:
        victim: the name.
        session: the conductor's ``Session``.
        machines: {name: ``Session``} of a cluster's scheduler and workers.
        rng: draws one of several.
    """
    trainers = [each for one in (session, *machines.values()) for each in one.trainers()]
    workers = [machines[name] for name in machines if name != "scheduler"]
    return {
        "conductor": [session],
        "worker": _one_of(trainers, rng),
        "all workers": trainers,
        "everything": [session, *session.all(), *trainers],
        "Dask worker": _one_of(workers, rng),
        "scheduler": [machines["scheduler"]] if machines else [],
    }[victim.removesuffix(SIGTERM)]


def _one_of(candidates, rng):
    return [candidates[rng.integers(len(candidates))]] if candidates else []

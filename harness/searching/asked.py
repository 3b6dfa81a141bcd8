"""The sampler and the pruner that a study was asked for.

Ours are only names here. ``given``, which knows all others, loads Optuna: a study makes its workers
start before that.
"""

OURS = ("random", "tpe")  # see ``search``


def sampler(asked, seed=0):
    """What draws: "random" or "tpe", or ``given.Given``; see ``given.sampler``."""
    if isinstance(asked, str) and asked in OURS:
        return asked
    from . import given

    return given.sampler(asked, seed)


def pruner(asked, seed=0):
    """What prunes: ``given.Given``, or None for the usual pruner; see ``given.pruner``."""
    if asked is None:
        return None
    from . import given

    return given.pruner(asked, seed)


def entry(chosen):
    """What ``study.json`` says of a sampler: its name, or class and settings."""
    return chosen if isinstance(chosen, str) else chosen.entry


def prunes(sampler, pruning, pruner):
    """Whether a search prunes: if it was asked to, else with a pruner of its own and with TPE."""
    return sampler == "tpe" or pruner is not None if pruning is None else pruning


def can_draw(chosen, space, direction):
    """Refuse a sampler that cannot draw from a space; see ``given.rehearse``."""
    if not isinstance(chosen, str):
        from . import given

        given.rehearse(chosen, space, direction)

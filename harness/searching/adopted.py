"""What a search changes in Optuna's own samplers and pruners.

Each change is a subclass, which an object is given as its class: so it keeps its settings, and
subclasses of a user's are changed, too.
"""

from functools import cache
from types import SimpleNamespace

import numpy as np
from optuna.pruners import HyperbandPruner
from optuna.samplers import CmaEsSampler
from optuna.study import StudyDirection

from .within import parts


def adopt(thing, seed):
    """Change Optuna's classes within an object, in place; returns the object."""
    for each in parts(thing):
        if isinstance(each, CmaEsSampler):
            each.__class__ = _replayed(type(each))
        elif isinstance(each, HyperbandPruner):
            each.__class__ = _bracketed(type(each))
            each.seed, each.slot = seed, 0  # type: ignore[attr-defined]
    return thing


@cache
def _replayed(theirs):
    class Replayed(theirs):
        """CMA-ES whose state is worked out from the trials.

        Optuna keeps it in the database, as a pickle, and would run whatever somebody put in its
        place. Here nothing is kept: the generations that have ended are told to a new optimizer.
        So the state is a function of the trials, whichever process asks.
        """

        _ended = ()

        def _restore_optimizer(self, completed_trials):
            self._ended = completed_trials

        def _init_optimizer(self, trans, direction):
            optimizer, sign = super()._init_optimizer(trans, direction), SIGN[direction]
            while len(found := self._now(optimizer)) >= optimizer.population_size:
                told = found[: optimizer.population_size]
                optimizer.tell([(_place(trial, trans), sign * trial.value) for trial in told])
            return optimizer

        def _now(self, optimizer):
            return self._get_solution_trials(self._ended, optimizer.generation)

    return _named_as(theirs, Replayed)


@cache
def _bracketed(theirs):
    class Bracketed(theirs):
        """Hyperband whose brackets depend on the study's seed and the slot.

        Optuna's depend on the name of Optuna's study and the number of the trial. So slot k would
        be given up early for one cell and late for another, and an interruption would move all
        brackets.

        Attributes:
            seed: the study's.
            slot: of the trial that is being drawn.
        """

        def _get_bracket_id(self, study, trial):
            if trial.user_attrs.get("reason") == "interrupted":
                return -1  # nobody competes with it
            named = SimpleNamespace(study_name=f"seed {self.seed}")
            number = SimpleNamespace(number=trial.user_attrs.get("slot", self.slot))
            return super()._get_bracket_id(named, number)

    return _named_as(theirs, Bracketed)


SIGN = {StudyDirection.MINIMIZE: 1, StudyDirection.MAXIMIZE: -1}


def _place(trial, trans):
    """Where in the unit cube a trial was: CMA-ES with margin remembers it before it is rounded."""
    kept = trial.system_attrs.get("x_for_tell")
    return trans.transform(trial.params) if kept is None else np.array(kept)


def _named_as(theirs, ours):
    ours.__name__, ours.__module__ = theirs.__name__, theirs.__module__
    return ours

"""The draws of one slot: a trial of Optuna's is asked for each setting, in a fixed order."""

import optuna

from ..trials.settings import SETTINGS, idle
from ..trials.space import draw, is_integer, is_log

LEFT_OUT = ("completed_rung", "fixed_params")  # what a trial has been through, not what it is


class Keyed(optuna.samplers.BaseSampler):
    """Optuna sampler whose draws depend only on (seed, slot, name)."""

    def __init__(self, space, seed, slot):
        self.space, self.seed, self.slot = space, seed, slot

    def infer_relative_search_space(self, study, trial):
        return {}

    def sample_relative(self, study, trial, search_space):
        return {}

    def sample_independent(self, study, trial, param_name, param_distribution):
        return draw(self.space[param_name], self.seed, self.slot, param_name)


class Again(Keyed):
    """Optuna sampler that repeats the draws of a trial that did not end.

    What its sampler noted about it goes along, such as the generation of CMA-ES it belongs to.
    """

    def __init__(self, former):
        self.former = former

    def before_trial(self, study, trial):
        for key, value in self.former.system_attrs.items():
            if not key.startswith(LEFT_OUT):
                study._storage.set_trial_system_attr(trial._trial_id, key, value)

    def sample_independent(self, study, trial, param_name, param_distribution):
        return self.former.params[param_name]


def suggest(trial, space):
    """Draw a trial's settings.

    A setting that needs certain values of another (``settings.Needs``) is drawn after that one, and
    only if it has an effect.

    Args:
        trial: Optuna's, which has asked its sampler for nothing yet.
        space: {name: entry}.

    Returns:
        {name: value}.
    """
    for name in sorted(space, key=lambda name: (_other(name) in space, name)):
        if _other(name) not in space or name not in idle(trial.params):
            _suggest(trial, name, space[name])
    return trial.params


def _other(name):
    """The setting whose value decides whether this one has an effect; None if there is none."""
    needs = SETTINGS[name].needs if name in SETTINGS else None
    return needs.other if needs else None


def _suggest(trial, name, entry):
    if isinstance(entry, list):
        return trial.suggest_categorical(name, entry)
    suggest = trial.suggest_int if is_integer(entry) else trial.suggest_float
    return suggest(name, *entry[:2], log=is_log(entry))

"""What the process that runs a study remembers of trials that have ended.

Optuna keeps all trials of a study in memory, with everything that is stored about them. Their
records are read from the database where they are needed, and samplers that look at no other trial
need none at all; so a study of any length runs in the same memory.
"""

import copy
import json
from datetime import datetime
from typing import NamedTuple

from optuna.storages import _CachedStorage
from optuna.trial import TrialState

RECORD = "record"  # the attribute that holds a trial's record


class Ended(NamedTuple):
    """What is kept of a record.

    Attributes:
        slot, state: of the record.
        trial: its number in Optuna.
        score: on validation; NaN if there is none.
        seconds: of training.
        erred: see ``Record.erred``.
    """

    slot: int
    trial: int
    state: str
    score: float
    seconds: float
    erred: bool


class Remembered(_CachedStorage):
    """Optuna's cache of a search's trials, without their records.

    One process alone writes the trials of a study. So what it has written it knows, and need not
    read again: each change goes to the database first, and then to the trial in memory.

    Args:
        backend: the storage.
        all: whether it keeps trials that have ended: samplers and pruners that learn from them
            read them again and again.
    """

    def __init__(self, backend, all):
        super().__init__(backend)
        self.all = all
        self._read: set[int] = set()  # searches of which it has all trials

    def get_trial(self, trial_id):
        trial = self._known(trial_id)
        return copy.deepcopy(trial) if trial else super().get_trial(trial_id)

    def get_all_trials(self, study_id, deepcopy=True, states=None):
        if states == (TrialState.WAITING,):  # asked for before each trial; slots wait, not trials
            return []
        if not self.all:
            return self._backend.get_all_trials(study_id, deepcopy, states)
        if study_id not in self._read:
            self._read_trials_from_remote_storage(study_id)
            self._read.add(study_id)
        trials = self._studies[study_id].trials
        found = [trials[number] for number in sorted(trials)]
        found = [trial for trial in found if states is None or trial.state in states]
        return copy.deepcopy(found) if deepcopy else found

    def set_trial_param(self, trial_id, param_name, param_value_internal, distribution):
        super().set_trial_param(trial_id, param_name, param_value_internal, distribution)
        if trial := self._anew(trial_id):
            trial.params[param_name] = distribution.to_external_repr(param_value_internal)
            trial.distributions[param_name] = distribution

    def set_trial_intermediate_value(self, trial_id, step, intermediate_value):
        super().set_trial_intermediate_value(trial_id, step, intermediate_value)
        if trial := self._anew(trial_id):
            trial.intermediate_values[step] = float(intermediate_value)

    def set_trial_user_attr(self, trial_id, key, value):
        super().set_trial_user_attr(trial_id, key, value)
        if key != RECORD and (trial := self._anew(trial_id)):
            trial.user_attrs[key] = _as_stored(value)

    def set_trial_system_attr(self, trial_id, key, value):
        super().set_trial_system_attr(trial_id, key, value)
        if trial := self._anew(trial_id):
            trial.system_attrs[key] = _as_stored(value)

    def set_trial_state_values(self, trial_id, state, values=None):
        changed = super().set_trial_state_values(trial_id, state, values)
        if changed and (trial := self._anew(trial_id)):
            trial.state = state
            if values is not None:
                trial.values = [float(value) for value in values]
            if state.is_finished():
                trial.datetime_complete = datetime.now()
        if state.is_finished() and not self.all:
            self._forget(trial_id)
        return changed

    def _known(self, trial_id):
        """The trial in memory; None if it is not there."""
        if place := self._trial_id_to_study_id_and_number.get(trial_id):
            return self._studies[place[0]].trials[place[1]]

    def _anew(self, trial_id):
        """A copy that takes the place of the trial in memory; None if there is none.

        A list of trials that a sampler has been given stays as it was.
        """
        if trial := self._known(trial_id):
            study, number = self._trial_id_to_study_id_and_number[trial_id]
            trial = self._studies[study].trials[number] = copy.deepcopy(trial)
        return trial

    def _add_trials_to_cache(self, study_id, trials):
        for trial in trials:
            trial.user_attrs.pop(RECORD, None)
        super()._add_trials_to_cache(study_id, trials)

    def _forget(self, trial_id):
        with self._lock:
            if place := self._trial_id_to_study_id_and_number.pop(trial_id, None):
                study, number = place
                self._study_id_and_number_to_trial_id.pop(place, None)
                self._studies[study].trials.pop(number, None)


def _as_stored(value):
    """An attribute as it will be read from the database."""
    return json.loads(json.dumps(value))

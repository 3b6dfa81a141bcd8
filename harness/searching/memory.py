"""What the process that runs a study remembers of trials that have ended.

Optuna keeps all trials of a study in memory, with everything that is stored about them. Their
records are read from the database where they are needed, and samplers that look at no other trial
need none at all; so a study of any length runs in the same memory.
"""

import copy
from typing import NamedTuple

from optuna.storages import _CachedStorage
from optuna.trial import TrialState


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

    Args:
        backend: the storage.
        all: whether it keeps trials that have ended: samplers and pruners that learn from them
            read them again and again.
    """

    def __init__(self, backend, all):
        super().__init__(backend)
        self.all = all
        self._current: set[int] = set()  # searches of which it has all trials that have ended

    def get_all_trials(self, study_id, deepcopy=True, states=None):
        if states == (TrialState.WAITING,):  # asked for before each trial; slots wait, not trials
            return []
        if not self.all:
            return self._backend.get_all_trials(study_id, deepcopy, states)
        ended = isinstance(states, tuple | list) and all(each.is_finished() for each in states)
        if ended and study_id in self._current:
            return self._ended(study_id, deepcopy, states)
        found = super().get_all_trials(study_id, deepcopy, states)
        self._current.add(study_id)
        return found

    def _ended(self, study_id, deepcopy, states):
        """Trials that have ended. A pruner asks at each rung, and nobody else ends trials."""
        trials = self._studies[study_id].trials
        found = [trials[number] for number in sorted(trials) if trials[number].state in states]
        return copy.deepcopy(found) if deepcopy else found

    def set_trial_state_values(self, trial_id, state, values=None):
        changed = super().set_trial_state_values(trial_id, state, values)
        self._current.clear()
        if state.is_finished() and not self.all:
            self._forget(trial_id)
        return changed

    def _add_trials_to_cache(self, study_id, trials):
        for trial in trials:
            trial.user_attrs.pop("record", None)
        super()._add_trials_to_cache(study_id, trials)

    def _forget(self, trial_id):
        with self._lock:
            if place := self._trial_id_to_study_id_and_number.pop(trial_id, None):
                study, number = place
                self._study_id_and_number_to_trial_id.pop(place, None)
                self._studies[study].trials.pop(number, None)

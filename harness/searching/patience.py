"""Trials in a database that may go away: whoever writes them waits until it is back.

What waits is in memory meanwhile, so that nothing is lost, and nothing is stored twice.
"""

import re
import sqlite3
import time
from collections.abc import Callable
from typing import Any

from optuna.exceptions import StorageInternalError, UpdateFinishedTrialError
from optuna.storages import RDBStorage
from optuna.trial import TrialState

from ..errors import MachineError
from ..foundation.errors import first_line
from .address import VARIABLE

PATIENCE = 60  # seconds, for a server that answers, but refuses: it may have just been started
SECRETS_GO = f"a password goes into {VARIABLE}, PGPASSWORD or ~/.pgpass"
#: Kinds of errors of PostgreSQL's that pass: connection, conflict, too many clients, shutdown.
PASSING = ("08", "40", "53300", "57P")
COMING = re.compile("starting up|shutting down|recovery|too many|remaining connection")
LOST = "has lost trials that it had stored: run it again, and they are trained again"


class Patient(RDBStorage):
    """The trials of one study, for the one process that writes them.

    Attributes:
        place: where the trials are, in words.
        waits: called with the reason and the seconds so far, again and again while the database is
            away; it takes a moment, and may raise an error to end the waiting. None: nobody waits.
    """

    place = ""
    waits: Callable[[str, float], None] | None = None

    def __init__(self, *given, **named):
        self._made: set[int] = set()  # ids of the trials that this process has begun, not ended
        super().__init__(*given, **named)

    def patiently(self, access: Callable[[], Any], errors: type[Exception] = StorageInternalError):
        """``access()``, again and again while the database is away.

        Args:
            access: may be repeated if it raised one of the errors.
            errors: what it raises if the database is away, among others.
        """
        begun = time.monotonic()
        while True:
            try:
                return access()
            except errors as error:
                waited = time.monotonic() - begun
                if self.waits is None or not passes(error, waited):
                    raise
                self.waits(reason(error), waited)

    def _create_new_trial(self, study_id, template_trial=None):
        """As Optuna does. Where the answer was lost, the trial is found, not made a second time."""
        tries = []

        def create():
            tries.append(study_id)
            unknown = self._unknown(study_id) if len(tries) > 1 else ()
            for trial in unknown:
                return trial
            return RDBStorage._create_new_trial(self, study_id, template_trial)

        made = self.patiently(create)
        self._made.add(made._trial_id)
        return made

    def _unknown(self, study_id):
        """Trials that are running, though nobody has begun them."""
        trials = self._get_trials(study_id, (TrialState.RUNNING,), set(), -1)
        return [trial for trial in trials if trial._trial_id not in self._made]

    def set_trial_state_values(self, trial_id, state, values=None):
        """As Optuna does. Where the answer was lost, the trial may have ended already."""
        tries = []

        def end():
            tries.append(trial_id)
            try:
                return RDBStorage.set_trial_state_values(self, trial_id, state, values)
            except UpdateFinishedTrialError:
                if len(tries) == 1:
                    raise
                return True

        ended = self._of_trial(end)
        self._made.discard(trial_id)
        return ended

    def _of_trial(self, access):
        """Access to a trial that this process has made, or has read."""
        try:
            return self.patiently(access)
        except KeyError:  # a server that crashed, or its replica, without its last commits
            raise MachineError(f"{self.place} {LOST}") from None


def _waiting(name, of_trial):
    def access(self, *given, **named):
        through = self._of_trial if of_trial else self.patiently
        return through(lambda: getattr(RDBStorage, name)(self, *given, **named))

    access.__doc__ = f"As ``RDBStorage.{name}``, with patience."
    return access


for _name in (
    "_set_trial_param", "set_trial_intermediate_value", "set_trial_user_attr",
    "set_trial_system_attr", "get_trial",
):  # fmt: skip
    setattr(Patient, _name, _waiting(_name, of_trial=True))
for _name in (
    "_get_trials", "get_all_studies", "create_new_study", "get_study_id_from_name",
    "get_study_directions", "get_study_user_attrs", "get_study_system_attrs",
    "set_study_user_attr", "set_study_system_attr",
):  # fmt: skip
    setattr(Patient, _name, _waiting(_name, of_trial=False))


def passes(error, waited=0.0):
    """Whether a database may take later what it did not take now, without anybody's help.

    Args:
        error: Optuna's, SQLAlchemy's or the driver's.
        waited: seconds so far.
    """
    error = drivers_own(error)
    if isinstance(error, sqlite3.Error):
        return "locked" in str(error) or "busy" in str(error)
    if not _is_operational(error):
        return False
    if state := getattr(error, "sqlstate", None):
        return state.startswith(PASSING)
    refused = "FATAL" in str(error) and not COMING.search(str(error))
    return not refused or waited < PATIENCE


def reason(error):
    """What a database says is wrong, in one line, without SQL and without the words of Optuna."""
    said = first_line(drivers_own(error))
    return f"{said}; {SECRETS_GO}" if "password" in said else said


def drivers_own(error):
    """The driver's error within Optuna's and SQLAlchemy's."""
    if isinstance(error, StorageInternalError):
        error = error.__cause__ or error
    return getattr(error, "orig", None) or error


def _is_operational(error):
    """Whether a driver says that it is the database, not what was asked of it."""
    names = {cls.__name__ for cls in type(error).__mro__}  # without loading the driver
    return "OperationalError" in names

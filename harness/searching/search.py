"""The hyperparameter search. Optuna is used only here and in ``storage``.

There is one Optuna study per task and variant, all in one database that one process owns. A trial:

    asked = search.ask(slot)              # RUNNING, with its hyperparameters
    ... a worker trains; at its rungs it asks whether to go on (``search.prunes``) ...
    search.tell(asked, record)            # COMPLETE, PRUNED or FAIL, stored with its record
    search.interrupted(asked)             # or FAIL without a record: the slot is open again

A budget of n consists of slots 0 .. n-1; each is closed by one record, the latest that it has.
"""

import logging
import math
from dataclasses import dataclass, field, replace
from typing import Any

import optuna
from optuna.pruners import HyperbandPruner
from optuna.study import StudyDirection
from optuna.trial import Trial, TrialState

from ..errors import StudyError
from ..foundation.jsonable import plain
from ..trials.record import Record
from ..trials.space import keyed
from . import asked as chosen
from . import given, stored
from .drawing import Again, Keyed, suggest
from .memory import Ended, Remembered
from .storage import silent

STARTUP = 10  # First slots, drawn at random under TPE too, alike for every variant.
STATES = {"complete": TrialState.COMPLETE, "pruned": TrialState.PRUNED, "failed": TrialState.FAIL}


@dataclass(frozen=True)
class Asked:
    """A running trial. It stays in the parent process; a worker gets the parts it needs.

    Attributes:
        number: of the trial in Optuna.
        slot: of the budget.
        params: {hyperparameter: value}.
        trial: Optuna's trial.
        reported: the rungs that it has reached so far.
    """

    number: int
    slot: int
    params: dict[str, Any]
    trial: Trial = field(repr=False, compare=False)
    reported: set[int] = field(default_factory=set, repr=False, compare=False)


class Search:
    """The trials of one variant on one task.

    Args:
        storage: from ``open_storage``, shared by all searches.
        task: name of the task.
        variant: name of the variant.
        space: {name: entry}, from ``space.resolve``; {} if nothing is searched.
        metric: name of the metric; selection is on "valid/<metric>" of ``record.best``, never on
            the test split.
        direction: "minimize" or "maximize".
        sampler: "tpe", "random", ``Given`` or, to search nothing, "fixed".
        seed: the study's.
        pruning: whether to prune; None means with a pruner and with "tpe" only, because pruning
            depends on the order in which trials finish.
        pruner: ``Given``; None for the median of the cell's trials at the same rung.

    Raises:
        StudyError: an unknown sampler, or "fixed" with a space.

    Opening a search closes trials that a dead process left running; their slots are open again.
    """

    def __init__(
        self, storage, task, variant, space, metric, direction, sampler="tpe", seed=0,
        pruning=None, pruner=None,
    ):  # fmt: skip
        sampler = sampler if sampler == "fixed" else given.sampler(sampler, seed)
        if sampler == "fixed" and space:
            raise StudyError(f"sampler 'fixed' searches nothing: give {', '.join(space)} a value")
        self.space, self.seed, self.metric, self.sampler = space, seed, metric, sampler
        self.pruning = chosen.prunes(sampler, pruning, pruner)
        self.pruner: Any = pruner or given.pruner("median")
        self.storage = storage
        self.learns = sampler not in ("random", "fixed")
        remembered = Remembered(storage, all=self.pruning or self.learns)
        with silent():
            self.study = optuna.create_study(
                storage=remembered, study_name=f"{storage.prefix}{task}/{variant}",
                direction=direction, sampler=Keyed(space, seed, 0),
                pruner=self.pruner.made(seed, 0), load_if_exists=True,
            )  # fmt: skip
        # The budget ends a search. Optuna's grid would, too, which raises outside of ``optimize``.
        setattr(self.study, "stop", lambda: None)  # noqa: B010
        self._running: set[int] = set()
        self._ended: dict[int, Ended] = {}
        self._first: Ended | None = None
        self._best: Record | None = None  # the whole record of ``_first``, once it was asked for
        for record in stored.records(storage, self.study._study_id, curves=False):
            self._keep(record)
        running = storage.get_all_trials(self.study._study_id, False, (TrialState.RUNNING,))
        for trial in running:
            self._close(trial)
        self._former = self._formerly()

    def note(self, **facts):
        """Note facts in the database, for those who look at it without the study's folder."""
        with silent():
            known = self.study.user_attrs
            for name, value in facts.items():
                if name not in known or known[name] != value:
                    self.study.set_user_attr(name, value)

    def open_slots(self, slots):
        """Those of the slots that have neither ended nor are running."""
        return [k for k in slots if k not in self._ended and k not in self._running]

    def next_slot(self, slots):
        """The first of the slots that has neither ended nor is running; None if there is none."""
        return next((k for k in slots if k not in self._ended and k not in self._running), None)

    def ask(self, slot):
        """Start the trial of a slot. An interrupted slot gets the same draws again.

        Args:
            slot: of the budget.

        Returns:
            Asked.

        Raises:
            StudyError: the slot has ended or is running, or a sampler that was given fails.
        """
        if slot in self._ended or slot in self._running:
            raise StudyError(f"slot {slot} of {self.study.study_name} has been given out already")
        self.study.sampler = self._sampler(slot)
        if isinstance(self.study.pruner, HyperbandPruner):
            setattr(self.study.pruner, "slot", slot)  # noqa: B010  see ``adopted``
        # CMA-ES warns at every draw that it leaves choices to chance; docs/samplers.md says it.
        with silent(logging.ERROR), given.in_one_line(self.sampler):
            trial = self.study.ask()
            params = suggest(trial, self.space)
        if isinstance(self.sampler, given.Given):
            given.check_drawn(self.sampler, params, self.space)
        trial.set_user_attr("slot", slot)  # last: a trial that has it has all its draws
        self._running.add(slot)
        return Asked(trial.number, slot, plain(params), trial)

    def _sampler(self, slot):
        # New for each slot, so that draws depend on the trials, not on this process's history.
        if self.learns and slot in self._former:
            return Again(self._former[slot])
        if isinstance(self.sampler, given.Given):
            return self.sampler.made(self.seed, slot)
        finished = sum(ended.state != "failed" for ended in self._ended.values())
        if self.sampler != "tpe" or slot < STARTUP or finished < STARTUP // 2:
            return Keyed(self.space, self.seed, slot)
        seed = int(keyed(self.seed, slot, "tpe").generate_state(1)[0])
        return optuna.samplers.TPESampler(seed=seed, n_startup_trials=0)

    def tell(self, asked, record):
        """End a trial with its worker's record; returns the record as stored."""
        record = replace(record, slot=asked.slot, trial=asked.number)
        if record.state == "complete" and not math.isfinite(self._score(record)):
            record = record.failed(f"no finite valid/{self.metric}")
        kept = record.to_json()
        # Stored first: if the process dies before ``_end``, nothing is lost.
        asked.trial.set_user_attr("record", kept)
        self._end(asked.number, record)
        self._running.discard(asked.slot)
        record = Record.from_json(kept)
        self._keep(record)
        return record

    def interrupted(self, asked):
        """End an unfinished trial. Its slot is open again, unless a record was already stored."""
        self._close(self.storage.get_trial(asked.trial._trial_id))
        self._running.discard(asked.slot)

    @property
    def ended(self):
        """``Ended`` of all trials that have ended: what is in memory."""
        return self._ended.values()

    def records(self, curves=True):
        """The records of all ended trials, sorted by slot, read from the database.

        Args:
            curves: whether all have their curves, or the best one only; see ``record.brief``.
        """
        found = stored.by_slot(
            record
            for record in stored.records(self.storage, self.study._study_id, curves)
            if self._counts(record)
        )
        return found if curves else stored.restored(found, self.best())

    def _counts(self, record):
        """Whether it is its slot's: it has not been replaced, nor its slot opened again."""
        ended = self._ended.get(record.slot)
        return ended is not None and ended.trial == record.trial

    def retry_failed(self):
        """Open the slots of trials that failed by an error, for another try.

        The old record counts until the slot has a new one. What diverged would diverge again.
        """
        self._ended = {slot: ended for slot, ended in self._ended.items() if not ended.erred}
        self._former = self._formerly()

    def _formerly(self):
        """{slot: the last trial of Optuna's} of open slots whose draws are to be repeated."""
        if not self.learns:
            return {}
        failed = self.storage.get_all_trials(self.study._study_id, False, (TrialState.FAIL,))
        found = {trial.user_attrs.get("slot"): trial for trial in failed}
        return {slot: trial for slot, trial in found.items() if slot not in self._ended}

    def best(self):
        """The complete record with the best validation score, the first of equals; None if none."""
        first, known = self._first, self._best
        if first and (known is None or known.trial != first.trial):
            self._best = stored.whole(self.storage, self.study._study_id, first.trial)
        return self._best if first else None

    def _rank(self, ended):
        maximizes = self.study.direction is StudyDirection.MAXIMIZE
        return -ended.score if maximizes else ended.score, ended.slot

    def _keep(self, record):
        ended = Ended(
            record.slot, record.trial, record.state, self._score(record),
            record.cost.get("seconds", 0.0), record.erred,
        )  # fmt: skip
        self._ended[ended.slot], first = ended, self._first
        replaced = first is not None and first.slot == ended.slot
        rivals = self._ended.values() if replaced else filter(None, (first, ended))
        complete = [each for each in rivals if each.state == "complete"]
        self._first = min(complete, key=self._rank, default=None)

    def prunes(self, asked, epoch, value):
        """Whether a trial should be pruned, given its validation score at a rung.

        A trial is pruned if it is worse than the median at the same rung, once five trials have
        finished. A score that is not finite prunes nothing: the training loop handles divergence.
        """
        if value is None or not math.isfinite(value):
            return False
        with silent():
            if epoch not in asked.reported:  # a trial that is run again repeats its reports
                asked.trial.report(value, epoch)
                asked.reported.add(epoch)
            with given.in_one_line(self.pruner, "cannot say whether a trial goes on"):
                return bool(asked.trial.should_prune())  # not NumPy's: it goes out as JSON

    def _score(self, record):
        return record.score("valid", self.metric)

    def _end(self, number, record):
        state = STATES[record.state]
        value = self._score(record) if state is TrialState.COMPLETE else None
        self.study.tell(number, value, state)

    def _close(self, trial):
        record = stored.whole(self.storage, self.study._study_id, trial.number)
        if record is not None:
            self._keep(record)
        if trial.state is TrialState.RUNNING and record is not None:
            self._end(trial.number, record)
        elif trial.state is TrialState.RUNNING:
            Trial(self.study, trial._trial_id).set_user_attr("reason", "interrupted")
            self.study.tell(trial.number, state=TrialState.FAIL)

"""Rounds: the runs of a comparison that follow its trials.

    final       the best configuration with fresh seeds: describes the cell, decides nothing
    again       some draws of the reference a second time: measures the seed noise of a trial
    confirm     configurations chosen alike for two cells, in both, with fresh seeds that both share

Rounds are opened when all trials of a task have ended. What they hold depends on the trials'
records only, so a continued study opens the same ones.
"""

from dataclasses import dataclass, field
from typing import Any

from gatelab import variants

from ..searching import choices
from ..searching.choices import SEEDS
from ..searching.search import Search
from ..trials.space import draw


@dataclass(eq=False)
class Round:
    """Runs of one comparison that belong together.

    Attributes:
        part: "final", "again" or "confirm".
        search: stores the runs.
        given: {slot: settings}.
        key: what the runs' random draws are keyed by, beside seed and slot. Cells with the same
            key share their seeds.
        name: of its search, below the variant's: "best 3", "again", "confirm 0".
    """

    part: str
    search: Search
    given: dict[int, dict[str, Any]] = field(repr=False)
    key: str
    name: str

    @property
    def ended(self):
        """``search.Ended`` of the runs that have ended."""
        return [ended for ended in self.search.ended if ended.slot in self.given]

    def records(self):
        """Records of the runs that have ended, sorted by slot; only the best has its curves."""
        return [r for r in self.search.records(curves=False) if r.slot in self.given]


def open_rounds(rows, storage):
    """Open the rounds of one task, once all its trials have ended.

    Args:
        rows: the task's comparisons.
        storage: holds their trials.
    """
    if any(len(c.search.ended) < c.study.trials for c in rows):
        return
    if all(c.rounds is not None for c in rows):
        return
    records = {c.variant.name: c.search.records(curves=False) for c in rows}
    for c in rows:
        if c.rounds is None:
            finals, again = _finals(c, storage), _again(c, records, storage)
            found = finals, again, _confirm(c, records, storage)
            c.rounds = [each for rounds in found for each in rounds]


def expected(c, rows):
    """About how many runs the rounds of a comparison will have, before they are opened."""
    study, others = c.study, len(rows) - 1
    if study.sampler == "fixed":
        return 0
    again = min(study.plan.noise_draws, study.trials // 2) if _is_reference(c) and others else 0
    confirm = study.plan.confirm if others and study.trials // 2 >= study.plan.confirm else 0
    return study.finals + again + SEEDS * confirm


def _finals(c, storage):
    best = c.search.best()
    if best and c.study.sampler != "fixed" and c.study.finals:
        given = dict.fromkeys(range(c.study.finals), _settings(c, best))
        yield _round(c, storage, "final", given, "final", f"best {best.slot}")


def _again(c, records, storage):
    if c.study.sampler != "random" or not _is_reference(c) or len(records) < 2:
        return
    own = records[c.variant.name]
    slots = choices.to_repeat(own, c.metric, c.study.plan.noise_draws)
    if slots:
        given = {r.slot: _settings(c, r) for r in own if r.slot in slots}
        yield _round(c, storage, "again", given, "again", "again")


def _confirm(c, records, storage):
    """A round per fresh seed and, under TPE, per cell whose search found the configurations."""
    reference, count = c.study.plan.reference, c.study.plan.confirm
    if c.study.sampler == "fixed" or reference not in records or not count:
        return
    shared = c.study.sampler == "random"
    chosen = choices.to_confirm(records, reference, c.variant.name, c.metric, count, shared)
    for source, slots in chosen.items():
        given = {slot: _found_by(c, source or c.variant.name, records, slot) for slot in slots}
        for seed in range(SEEDS if slots else 0):
            key = choices.confirming(source, seed)
            yield _round(c, storage, "confirm", given, key, key)


def _round(c, storage, part, given, key, name):
    search = Search(
        storage, c.task.name, f"{c.variant.name}/{name}", {}, c.metric.name, c.metric.direction,
        "fixed", c.study.seed, pruning=False,
    )  # fmt: skip
    search.note(budget=len(given))
    if c.study.retry_failed:
        search.retry_failed()
    return Round(part, search, given, key, name)


def _is_reference(c):
    return c.variant.name == c.study.plan.reference


def _settings(c, record):
    """A record's settings, without those that follow from others."""
    return {name: record.params[name] for name in {*c.space, *c.fixed} if name in record.params}


def _found_by(c, source, records, slot):
    """The settings of a trial of ``source``; what that cell does not have is drawn for the slot."""
    record = next(record for record in records[source] if record.slot == slot)
    if source == c.variant.name:
        return _settings(c, record)
    own = variants.hyperparameters(c.variant)
    shared = {name: value for name, value in _settings(c, record).items() if name not in own}
    missing = {name: entry for name, entry in c.space.items() if name not in shared}
    drawn = {name: draw(entry, c.study.seed, slot, name) for name, entry in missing.items()}
    return {**c.fixed, **drawn, **shared}

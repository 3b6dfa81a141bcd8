"""The answers of a study: what its records say of each variant against the reference."""

import math

import numpy as np
import pandas as pd

from .. import statistics
from ..searching.described import said
from ..statistics import OPEN, confirmation, noise, odyssey, overall
from ..statistics import across as over_tasks
from ..statistics.decision import COLUMNS
from . import frames
from .plan import decides

VERDICTS = ("task", *COLUMNS, "metric", "direction", "weights_ratio", "speed_ratio")
OVERALL = {
    "difference": "overall", "low": "overall_low", "high": "overall_high", "p": "overall_p",
}  # fmt: skip
CONFIRMED = ("confirmed", "confirmed_low", "confirmed_high", "confirmed_p", "configurations")
PAPER = {"p": "odyssey_p", "false_alarms": "odyssey_false_alarms"}
EFFECTS = (
    "task", "variant", *OVERALL.values(), *CONFIRMED, *PAPER.values(), "difference_noise",
)  # fmt: skip
NOT_SHARED = (
    "{}'s trials describe and decide nothing: each cell's are drawn from its own results, so they "
    "are neither shared nor independent"
)


def verdicts(ledger):
    """Each variant against the reference, on each task.

    Args:
        ledger: ``ledger.Ledger``.

    Returns:
        frame: task, then the columns of ``statistics.verdicts``; then metric, direction,
        weights_ratio and speed_ratio (the variant's number of weights and its speed as multiples of
        the reference's; medians over shared draws).
    """
    found = [_verdicts(ledger, task) for task in ledger.tasks]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=[*VERDICTS])


def _verdicts(ledger, task) -> pd.DataFrame:
    rows = {row.variant: row for row in ledger.of_task(task.name) if row.records}
    if ledger.reference not in rows:  # nothing has ended yet, or it is not compared on this task
        return pd.DataFrame(columns=[*VERDICTS])
    reference = rows[ledger.reference]
    draws = ledger.draws(task.name)
    made = statistics.verdicts(
        draws, ledger.reference, task.metric.direction, ledger.plan["margin"],
        seed_noise(reference), reference.searched,
    )  # fmt: skip
    if not decides(ledger.sampler):
        made = _described(made, said(ledger.sampler))
    made.insert(0, "task", task.name)
    made["metric"], made["direction"] = task.metric.name, task.metric.direction
    for name, cost in (("weights_ratio", _weights), ("speed_ratio", _speed)):
        made[name] = [_ratio(rows[variant], reference, cost) for variant in made.variant]
    return made.filter(items=[*VERDICTS])


def _described(made, sampler) -> pd.DataFrame:
    """The frame without what cannot be said of draws that are not shared."""
    known = {"variant", "reference", "failed", "failed_reference", "draws", "margin", "noise"}
    made = made.copy()
    made[[name for name in made if name not in known]] = np.nan
    return made.assign(verdict=OPEN, reason=NOT_SHARED.format(sampler))


def seed_noise(row):
    """Standard deviation of a trial's test score over seeds; NaN if it was not measured."""
    name = row.metric.name
    if not row.searched:  # the trials are seeds
        scores = [r.score("test", name) for r in row.records if r.state == "complete"]
        return float(np.std(scores, ddof=1)) if len(scores) > 1 else math.nan
    first = {record.slot: record.score("test", name) for record in row.records}
    return noise.noise_of(
        [first[record.slot] for record in row.again],
        [record.score("test", name) for record in row.again],
    ).deviation


def _ratio(row, reference, cost):
    """Median over shared draws of the variant's cost as a multiple of the reference's."""
    usual = {record.slot: cost(record) for record in reference.records}
    ratios = [
        cost(record) / usual[record.slot]
        for record in row.records
        if cost(record) and usual.get(record.slot)
    ]
    return float(np.median(ratios)) if ratios else math.nan


def _weights(record):
    return record.cost["parameters"]


def _speed(record):
    seconds = record.cost.get("seconds_per_epoch")
    return 1 / seconds if record.state == "complete" and seconds else 0.0


def effects(ledger):
    """What stands beside the verdicts, as description.

    Returns:
        frame: task, variant; ``overall*``, the difference over all draws, good and bad;
        ``confirmed*`` and ``configurations``, from the confirming runs; ``odyssey_p``, the
        Odyssey's own test, and ``odyssey_false_alarms``, how often it is below .05 for cells that
        are equally good; ``difference_noise``, the verdict's difference in standard deviations of
        a trial's seed noise.
    """
    found = [line for task in ledger.tasks for line in _effects(ledger, task)]
    return pd.DataFrame(found, columns=[*EFFECTS])


def _effects(ledger, task):
    verdict = ledger.verdicts().query("task == @task.name").set_index("variant")
    noises = verdict.difference / verdict.noise
    parts = [_overall(ledger, task), _confirmed(ledger, task), _paper(ledger, task)]
    for variant in verdict.index:
        known = {name: value for part in parts for name, value in part.get(variant, {}).items()}
        known |= {"task": task.name, "variant": variant, "difference_noise": noises[variant]}
        yield {name: known.get(name, math.nan) for name in EFFECTS}


def _paper(ledger, task):
    """The Odyssey's own test: {variant: {column: value}}."""
    if not any(row.records for row in ledger.of_task(task.name)):
        return {}
    found = odyssey.odyssey(ledger.draws(task.name), ledger.reference, task.metric.direction)
    if not decides(ledger.sampler):
        found["false_alarms"] = found["false_alarms_own"]
    return found.rename(columns=PAPER).set_index("variant").to_dict("index")


def _overall(ledger, task):
    """The differences over all draws: {variant: {column: value}}; {} if draws are not shared."""
    if not decides(ledger.sampler):
        return {}
    found = overall.overall(ledger.draws(task.name), ledger.reference, task.metric.direction)
    return found.rename(columns=OVERALL).set_index("variant").to_dict("index")


def _confirmed(ledger, task):
    """The confirming runs of a task, tested: {variant: {column: value}}."""
    rows = [row for row in ledger.of_task(task.name) if row.confirmed]
    if len(rows) < 2 or ledger.reference not in {row.variant for row in rows}:
        return {}
    runs = frames.runs(rows).query("part == 'confirm'")
    found = confirmation.confirmations(runs, ledger.reference, task.metric.direction)
    return found.set_index("variant").to_dict("index")


def across(ledger):
    """The answer over all tasks, from one number per task: the difference in noise deviations.

    Returns:
        ``statistics.across.Across``; None with fewer than two tasks that have such a number.
    """
    verdict = ledger.verdicts()
    loss = np.where(verdict.direction == "minimize", 1.0, -1.0) * verdict.difference
    table = verdict.assign(loss=loss / verdict.noise).pivot(
        index="task", columns="variant", values="loss"
    )
    if table.dropna().shape[0] < 2:
        return None
    table.insert(0, ledger.reference, 0.0)
    margin = 0.5 if ledger.plan["margin"] is None else None
    return over_tasks.across(table, ledger.reference, margin=margin)

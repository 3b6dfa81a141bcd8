"""Ledgers made of made-up records: no study is run."""

from pathlib import Path

from gatelab.reporting.facts import TaskFacts
from gatelab.reporting.ledger import Ledger
from gatelab.reporting.rows import Row
from gatelab.tasks.framework.metrics import METRICS
from helpers.records import make_record

PLAN = {
    "reference": "standard", "margin": None, "draws": 16, "noise_draws": 10, "confirm": 8,
    "fixed": "2026-11-28", "seen": 0,
}  # fmt: skip


def trial(slot, valid, test, metric="mse", parameters=100, seconds=1.0, **more):
    """A record; without a test score it failed."""
    if test is None:
        return make_record("failed", slot=slot, best={}, **more)
    best = {f"valid/{metric}": valid, f"test/{metric}": test}
    cost = {"parameters": parameters, "seconds": seconds, "seconds_per_epoch": seconds}
    return make_record("complete", slot=slot, best=best, cost=cost, **more)


def row(task, variant, tests, **costs):
    """A row whose validation scores equal its test scores."""
    records = [trial(k, test, test, task.metric.name, **costs) for k, test in enumerate(tests)]
    return Row(task, variant, records)


def task(name="adding", metric="mse", baseline=0.167):
    return TaskFacts(name, METRICS[metric], {"always 1": baseline})


def ledger(rows, out="runs", plans=(PLAN,), sampler="random", finished=True):
    """A ledger of these rows; the first variant is the plan's reference."""
    tasks = list({id(each.task): each.task for each in rows}.values())
    variants = list(dict.fromkeys(each.variant for each in rows))
    about = {"finished": finished, "sessions": [], "spaces": {}, "mlflow": {}}
    identity = {"plans": [*plans], "sampler": sampler, "seed": 0}
    return Ledger(Path(out), about, identity, tasks, variants, [*rows])

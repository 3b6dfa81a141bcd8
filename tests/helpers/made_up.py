"""Ledgers of studies that nobody has run: records from random numbers, all else is real."""

import json

import numpy as np

from gatelab import Network, dynamics, variants
from gatelab.calculus import latex, text
from gatelab.calculus.program import derive
from gatelab.diagram import draw
from gatelab.reporting import forecasts
from gatelab.reporting.artifacts import dynamics_file
from gatelab.reporting.facts import CELL_FILES, TaskFacts
from gatelab.reporting.ledger import Ledger
from gatelab.reporting.rows import Confirmed, Row
from gatelab.tasks.framework.batches import Batch
from gatelab.tasks.framework.metrics import METRICS
from gatelab.tasks.shared.backtest import Backtest
from gatelab.trials import space
from gatelab.trials.record import Record

SPACE = {"batch": [16, 32], "hidden": (16, 64, "log"), "lr": (1e-3, 3e-2, "log")}
SESSION = {
    "command": "gatelab compare --tasks adding",
    "started": "2026-11-28T10:00:00+00:00",
    "ended": "2026-11-28T11:30:00+00:00",
    "commit": "0123456789",
    "processor": "some, avx2",
    "versions": {"python": "3.11.2", "gatelab": "0.1.0", "numpy": "2.3.0"},
}


def make_ledger(
    out, tasks=("adding", "digits"), names=("standard", "gru", "rnn"), draws=24, **more
):
    """A ledger of a random search.

    Args:
        out: its folder, in which the cells' files are written.
        tasks: names; those that begin with "digits" are scored by accuracy, the others by mse.
        names: of the variants; the first is the reference.
        draws: shared draws.
        more: ``failing``, {variant: share of its draws that fail}; ``effect``, {variant: shift of
            its loss}; ``done``, share of the draws that have ended; ``sampler``; ``pruner``;
            ``looked``, whether the plan was changed; ``broken``, NaN scores; ``tie``, all equal;
            ``dynamics``, whether there is a file of what each registered cell does.
    """
    facts = [_facts(name) for name in tasks]
    done = more.get("done", 1.0)
    rows = [
        _row(fact, k, name, int(draws * done), more)
        for fact in facts
        for k, name in enumerate(names)
    ]
    plan = {"reference": names[0], "margin": None, "draws": draws, "noise_draws": 6, "confirm": 4,
            "fixed": "2026-11-28", "seen": 0}  # fmt: skip
    plans = [plan] if not more.get("looked") else [plan | {"draws": 8}, plan | {"seen": 12}]
    about = {
        "finished": done == 1.0,
        "sessions": [SESSION],
        "tasks": {fact.name: fact.to_json() for fact in facts},
        "variants": [*names],
        "spaces": {
            row.name: {
                n: {"choices": e} if isinstance(e, list) else {"range": [*e]}
                for n, e in SPACE.items()
            }
            for row in rows
        },
        "mlflow": {},
    }
    identity = {
        "plans": plans,
        "sampler": more.get("sampler", "random"),
        "pruning": "pruner" in more,
        **({"pruner": more["pruner"]} if "pruner" in more else {}),
        "seed": 0,
        "processors": ["some, avx2"],
    }
    _cells(out, names)
    if more.get("dynamics"):
        _dynamics(out, facts, names)
    return Ledger(out, about, identity, facts, [*names], rows)


def make_forecasts(out, task, names=("standard", "gru"), targets=("load",), horizon=6, **more):
    """Keep forecasts of columns that rise by one each hour, for a ledger of a task.

    The k-th cell is off by 3 / (k + 1) units, a copy of the last value by 1 to ``horizon``, one of
    twelve rows before by 12, and the mean by 2.5.

    Args:
        more: attributes of the backtest that differ.
    """
    rows = 100.0 + np.arange(len(targets)) + np.arange(200)[:, None]
    starts, ahead = np.arange(140, 201 - horizon), np.arange(1, horizon + 1)
    y = np.repeat(np.tile(ahead / 4.0, (len(starts), 1)), len(targets), 1)
    known = {
        "targets": targets, "rows": rows, "spread": np.full(len(targets), 4.0), "starts": starts,
        "horizon": horizon, "naive": ("last value", "12 rows before"),
        "guesses": {"last value": 0 * y, "the mean": y - 2.5 / 4, "12 rows before": y - 12 / 4},
        "times": np.datetime64("2024-01-01", "us") + np.timedelta64(1, "h") * np.arange(200),
        "step": 3600 * 10**6, "units": {"load": "MW"},
    }  # fmt: skip
    backtest, test = Backtest(**known | more), Batch(y[:, None], y)
    forecasts.save(out, task, backtest, test)
    for k, name in enumerate(names):
        forecasts.save_cell(out, task, name, backtest, y + 3 / (k + 1) / 4, test, slot=0)


def _facts(name):
    metric = METRICS["accuracy" if name.startswith("digits") else "mse"]
    baselines = (
        {"guessing": 0.1, "linear": 0.9} if metric.name == "accuracy" else {"the mean": 1 / 6}
    )
    return TaskFacts(name, metric, baselines, {}, True, "abc123", {"length": "30"}, "regression")


def _row(fact, k, name, draws, more):
    records = [_record(fact, k, name, draw, "search", more) for draw in range(draws)]
    row = Row(fact, name, records)
    best = row.best
    if best is None or more.get("done", 1.0) < 1:
        return row
    again = [_record(fact, k, name, draw, "again", more) for draw in range(0, min(12, draws), 2)]
    confirmed = [
        Confirmed("", s, _record(fact, k, name, d, f"confirm{s}", more))
        for d in range(min(4, draws))
        for s in (0, 1)
    ]
    finals = [_record(fact, k, name, best.slot, f"final{s}", more, s) for s in range(3)]
    return Row(fact, name, records, True, finals, again if k == 0 else [], confirmed)


def _record(fact, k, name, draw, part, more, slot=None):
    params = {key: space.draw(entry, 0, draw, key) for key, entry in SPACE.items()}
    rng = np.random.default_rng(space.keyed(0, draw, f"{fact.name} {part} {name}"))
    failed = rng.random() < more.get("failing", {}).get(name, 0)
    cost = {
        "parameters": 100 * (k + 2) * params["hidden"],
        "seconds": float(2 + k + rng.random()) * params["hidden"] / 20,
        "seconds_per_epoch": 0.2 + 0.05 * k,
        "milliseconds_per_sequence": 0.1,
        "peak_megabytes": 90.0,
    }
    slot = draw if slot is None else slot
    usual = {
        "slot": slot,
        "seed": 0,
        "params": params,
        "processor": "some, avx2",
        "versions": {},
        "cost": cost,
    }
    if failed:
        return Record("failed", reason="the loss is nan at update 31 <b>", **usual)
    loss = 1.2 * (np.log10(params["lr"]) + 2.1) ** 2 + more.get("effect", {}).get(name, 0.25 * k)
    valid, test = (_score(fact, loss + rng.normal(0, 0.12), more) for _ in range(2))
    epochs = 12
    curve = [_score(fact, loss + 3 * np.exp(-e / 4), more) for e in range(1, epochs + 1)]
    metric = fact.metric.name
    return Record(
        "complete", epoch=epochs - 2,
        curves={f"{name}/{metric}": curve for name in ("train", "valid")},
        best={f"valid/{metric}": valid, f"test/{metric}": test}, **usual,
    )  # fmt: skip


def _score(fact, loss, more):
    if more.get("broken"):
        return float("nan")
    if more.get("tie"):
        return 0.5
    return (
        float(1 / (1 + np.exp(loss - 2)))
        if fact.metric.name == "accuracy"
        else float(10 ** (loss - 4))
    )


def _cells(out, names):
    for name in names:
        folder = out / "cells" / name.replace("/", "-")
        folder.mkdir(parents=True, exist_ok=True)
        if name in variants.names():
            program = derive(variants.get(name)())
            texts = {"source": "def step(self, p, x, h): ...", "equations": text.equations(program),
                     "latex": latex.equations(program), "diagram": draw(program)}  # fmt: skip
            for what, content in texts.items():
                (folder / CELL_FILES[what]).write_text(content)
    (out / "about.json").write_text(json.dumps({}))


def _dynamics(out, facts, names):
    """Files of what networks do that nobody has trained."""
    rng = np.random.default_rng(0)
    batch = Batch(rng.normal(size=(4, 9, 2)).astype(np.float32), np.zeros((4, 1), np.float32))
    for name in {*names} & {*variants.names()}:
        network = Network(variants.get(name), 2, 5, 1, "regression", backend="numpy").init(rng)
        kept = json.dumps(dynamics.of(network, batch).to_json())
        for fact in facts:
            dynamics_file(out, name, fact.name).write_text(kept)

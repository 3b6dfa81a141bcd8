"""The methods paragraph: what a paper says of how the study was done, from the study itself."""

import pandas as pd

from ...searching import described
from ..plan import decides
from .numbers import count, listed, number


def paragraph(view):
    """The paragraph, in plain text."""
    return " ".join(
        filter(
            None,
            (
                _what(view),
                _search(view),
                _pruning(view),
                _decision(view),
                _beside(view),
                _tools(view),
            ),
        )
    )


def _what(view):
    others = [v for v in view.variants if v != view.reference]
    tasks = listed(f"{task.name} (test {task.metric.name})" for task in view.tasks)
    if not others:
        return f"We trained {view.reference} on {tasks}."
    if len(others) > 12:
        return f"We compared {len(others)} cells with {view.reference}, the reference, on {tasks}."
    return f"We compared {listed(others)} with {view.reference}, the reference, on {tasks}."


def _search(view):
    sampler, n = view.ledger.sampler, view.plan["draws"]
    if sampler == "fixed":
        return f"The settings were given; every cell was trained with {count(n, 'seed')}."
    names = sorted({name for row in view.ledger.rows for name in view.ledger.space(row)})
    over = f" over {listed(names)}" if names else ""
    if sampler == "random":
        return (
            f"Hyperparameters were searched{over} at random with {count(n, 'draw')} per cell and "
            "task; draw k has the same hyperparameters, data and seed for every cell."
        )
    by = described.said(view.ledger.identity["sampler"])
    return (
        f"Hyperparameters were searched{over} by {by} with {count(n, 'trial')} per cell and task."
    )


def _pruning(view):
    found = view.ledger.identity
    if not found.get("pruning"):
        return ""
    by = described.said(found["pruner"]) if "pruner" in found else "the median of earlier trials"
    return (
        f"Hopeless trials were stopped early, by {by}; a trial is compared with those of its own "
        "cell only. A stopped trial uses up one of the budget and has no test score."
    )


def _decision(view):
    if not decides(view.ledger.sampler):
        return (
            f"Trials of {described.said(view.ledger.sampler)} are neither shared between cells nor "
            "independent; they describe and decide nothing."
        )
    if len(view.variants) < 2:
        return ""
    margin = view.plan["margin"]
    said = (
        "half the standard deviation of a trial's seed noise" if margin is None else number(margin)
    )
    repeated = view.plan["noise_draws"]
    noise = (
        f", which was measured by training {count(repeated, 'draw')} of the reference a second time"
        if repeated and view.ledger.sampler == "random"
        else ""
    )
    return (
        "For each pair, the shared draws were ordered by the better of the two validation scores "
        "and the better half was kept; the paired differences of the test scores were tested by "
        "Wilcoxon's signed-rank test at the 5% level with Holm's adjustment over the cells of a "
        "task. Differences are Hodges-Lehmann estimates with 95% intervals. Cells are called equal "
        f"if two one-sided tests place the difference within a margin of {said}{noise}. Trials "
        "that failed or diverged count as worst; none was dropped." + _late(view)
    )


def _late(view):
    looked = view.ledger.looked()
    return f" {looked[:1].upper()}{looked[1:]}." if looked else ""


def _beside(view):
    runs = view.runs
    parts = set(runs.part) if len(runs) else set()
    said = []
    if "confirm" in parts and pd.notna(view.plan["confirm"]):
        said.append(
            f"{count(view.plan['confirm'], 'configuration')} per pair, chosen alike for both "
            "cells, were trained again in both with fresh seeds."
        )
    if "final" in parts:
        said.append(
            "The leaderboard's scores are those of each cell's best configuration by validation, "
            "trained again with fresh seeds; they describe and were not tested."
        )
    return " ".join(said)


def _tools(view):
    sessions = view.ledger.about.get("sessions") or [{}]
    last = sessions[-1]
    versions = listed(f"{name} {v}" for name, v in last.get("versions", {}).items())
    commit = last.get("commit", "none")
    said = f"Made with {versions}" if versions else ""
    if said and commit != "none":
        said += f", commit {commit}"
    seed = view.ledger.identity.get("seed")
    if said and seed is not None:
        said += f", seed {seed}"
    return (
        f"{said}, on {last['processor']}."
        if said and last.get("processor")
        else f"{said}."
        if said
        else ""
    )

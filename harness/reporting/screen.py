"""Leaderboards as tables for the screen."""

import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.table import Table

from gatelab.tasks.framework.metrics import METRICS

from .standing import failed_seeds


def table(rows, baselines, further, has_validation=True, reasons=None):
    """A task's leaderboard, with the scores of its baselines in the caption.

    Args:
        rows: frame, the rows of the leaderboard.
        baselines: {name: score}.
        further: {name: {score: value}}, from the task's ``further_scores``.
        has_validation: False if the task uses training data in place of a validation split.
        reasons: {variant: why all of its trials failed, or None}.

    Returns:
        rich.table.Table.
    """
    first = rows.iloc[0]
    better = "lower" if METRICS[first.metric].direction == "minimize" else "higher"
    made = Table(
        title=f"\n{first.task}: {first.metric}, {better} is better", title_justify="left",
        box=SIMPLE_HEAD, caption="\n".join([*_below(rows, baselines, further, reasons or {}), ""]),
        caption_justify="left", padding=(0, 1, 0, 0),
    )  # fmt: skip
    seeds = int((rows.seeds + rows.seeds_failed).max())
    made.add_column("variant", no_wrap=True)
    seen = "best valid" if has_validation else "in training"
    for name in (seen, f"test, {seeds} seeds", "baseline"):
        made.add_column(name, justify="right", no_wrap=True)
    made.add_column("", no_wrap=True)
    for name in ("parameters", "s/trial", "trials"):
        made.add_column(name, justify="right", no_wrap=True)
    for row in rows.itertuples():
        made.add_row(*_cells(row))
    return made


def _cells(row):
    spread = "" if pd.isna(row.test_std) else f" ± {row.test_std:.2g}"
    spread += f" ({failed_seeds(row)})" if row.seeds_failed else ""
    lost = [f"{n} {what}" for n, what in ((row.failed, "failed"), (row.pruned, "pruned")) if n]
    return (
        row.variant, _number(row.valid), f"{_number(row.test_mean)}{spread}",
        _number(row.baseline), _verdict(row),
        f"{row.parameters:,}", f"{row.seconds_per_trial:.1f}",
        f"{row.trials}{' (' + ', '.join(lost) + ')' if lost else ''}",
    )  # fmt: skip


def _below(rows, baselines, further, reasons):
    """Yield the caption's lines: baselines, reasons for failures, further scores."""
    yield f"baselines on test: {_listed(baselines)}"
    yield from (f"{variant}: {reason}" for variant, reason in reasons.items() if reason)
    for score in dict.fromkeys(score for scores in further.values() for score in scores):
        found = rows.set_index("variant").get(f"test_{score}_mean", pd.Series(dtype=float))
        others = {name: scores[score] for name, scores in further.items() if score in scores}
        yield f"{score} on test: {'; '.join(filter(None, map(_listed, (found, others))))}"


def _listed(scores):
    return ", ".join(f"{name} {_number(value)}" for name, value in scores.items())


def _verdict(row):
    if row.failed and row.failed == row.trials:
        return "all failed"
    return "" if row.beats_baseline or pd.isna(row.test_mean) else "does not beat it"


def _number(value):
    return "none" if pd.isna(value) else f"{value:.4g}"

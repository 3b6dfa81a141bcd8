"""A study on the screen: a table and the answers for each task."""

import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from gatelab.tasks.framework.metrics import METRICS

from . import standing, words
from .standing import failed_seeds


def show(ledger, console):
    """Print the leaderboard and the answers of every task, and the answer over all tasks.

    Args:
        ledger: ``ledger.Ledger``.
        console: rich's.
    """
    answers = ledger.verdicts()
    if unfinished := ledger.unfinished():
        console.print(f"{unfinished}; the answers may change", style="yellow", highlight=False)
    for task in ledger.tasks:
        rows = ledger.of_task(task.name)
        if rows:
            reasons = {row.variant: standing.why_all_failed(row.records) for row in rows}
            console.print(table(ledger.board(task.name), task, reasons))
        for line in said(answers[answers.task == task.name]):
            console.print(line)
    last = words.over_tasks(ledger), ledger.looked(), equal_size(ledger), errors(ledger)
    for line in filter(None, last):
        console.print(line, highlight=False, markup=False)


def errors(ledger):
    """How to train again what failed by an error, with the first reason; "" if nothing did."""
    runs = [(row, record) for row in ledger.rows for record in row.all if record.erred]
    if not runs:
        return ""
    row, first = runs[0]
    return (
        f"{len(runs)} run{'s' * (len(runs) > 1)} failed by an error ({row.variant} on "
        f"{row.task.name}: {first.reason}); --retry-failed trains them again"
    )


def equal_size(ledger):
    """How to compare at equal size, if a cell is a quarter larger or smaller; else ""."""
    ratios = ledger.verdicts().weights_ratio
    row = next((row for row in ledger.rows if row.variant == ledger.reference and row.best), None)
    if row is None or not ((ratios > 1.25) | (ratios < 0.8)).any():
        return ""
    size = f"--set parameters={row.best.cost['parameters']:.0f}"
    return f"cells of equal size: {size} in place of hidden, and another --out"


def said(answers):
    """Yield the answers of one task as aligned lines, the verdict coloured.

    Args:
        answers: the task's rows of ``Result.verdicts``.
    """
    heads = [words.head(row) for row in answers.itertuples()]
    width = max(map(len, heads), default=0)
    for head, row in zip(heads, answers.itertuples(), strict=True):
        body = words.body(row)
        line = Text(f"{head}:{' ' * (width - len(head))} ")
        line.append(body[: len(row.verdict)], style=f"bold {words.STYLES[row.verdict]}")
        yield line.append(body[len(row.verdict) :])


def side_by_side(ledgers):
    """The test scores of several studies in one table: a line per task and variant.

    Returns:
        rich.table.Table, with a column per folder.
    """
    boards = [ledger.leaderboard().set_index(["task", "variant"]) for ledger in ledgers]
    made = Table(title="test scores side by side", title_justify="left", box=SIMPLE_HEAD)
    for name in ("task", "variant", "metric"):
        made.add_column(name, no_wrap=True)
    for ledger in ledgers:
        made.add_column(str(ledger.out), justify="right")
    for key in dict.fromkeys(key for board in boards for key in board.index):
        known = [board.loc[key] if key in board.index else None for board in boards]
        metric = next(row.metric for row in known if row is not None)
        made.add_row(*key, metric, *("" if row is None else _score(row) for row in known))
    return made


def table(rows, task, reasons=None):
    """A task's leaderboard, with the scores of its baselines in the caption.

    Args:
        rows: frame, the rows of the leaderboard.
        task: ``facts.TaskFacts``.
        reasons: {variant: why all of its trials failed, or None}.

    Returns:
        rich.table.Table.
    """
    first = rows.iloc[0]
    better = "lower" if METRICS[first.metric].direction == "minimize" else "higher"
    seeds = int((rows.seeds + rows.seeds_failed).max())
    made = Table(
        title=f"\n{first.task}: {first.metric}, {better} is better", title_justify="left",
        box=SIMPLE_HEAD, caption="\n".join([*_below(rows, task, seeds, reasons or {}), ""]),
        caption_justify="left", padding=(0, 1, 0, 0),
    )  # fmt: skip
    made.add_column("variant", no_wrap=True)
    seen = "best valid" if task.has_validation else "in training"
    for name in (seen, f"test, {seeds} seeds" if seeds else "test", "baseline"):
        made.add_column(name, justify="right", no_wrap=True)
    made.add_column("", no_wrap=True)
    for name in ("parameters", "s/trial", "trials"):
        made.add_column(name, justify="right", no_wrap=True)
    for row in rows.itertuples():
        made.add_row(*_cells(row))
    return made


def _score(row):
    spread = "" if pd.isna(row.test_std) else f" ± {row.test_std:.2g}"
    lost = f" ({failed_seeds(row)})" if row.seeds_failed else ""
    return f"{_number(row.test_mean)}{spread}{lost}"


def _cells(row):
    lost = [f"{n} {what}" for n, what in ((row.failed, "failed"), (row.pruned, "pruned")) if n]
    return (
        row.variant, _number(row.valid), _score(row),
        _number(row.baseline), _verdict(row),
        f"{row.parameters:,}" if row.parameters else "none", _seconds(row.seconds_per_trial),
        f"{row.trials}{' (' + ', '.join(lost) + ')' if lost else ''}",
    )  # fmt: skip


def _below(rows, task, seeds, reasons):
    """Yield the caption's lines: what test means, baselines, reasons for failures, other scores."""
    if seeds:
        yield (
            f"test: the best configuration with {seeds} fresh seeds, mean ± standard deviation; a "
            "description, the comparison is below"
        )
    yield f"baselines on test: {_listed(task.baselines)}"
    yield from (f"{variant}: {reason}" for variant, reason in reasons.items() if reason)
    for score in dict.fromkeys(score for scores in task.further.values() for score in scores):
        found = rows.set_index("variant").get(f"test_{score}_mean", pd.Series(dtype=float))
        others = {n: scores[score] for n, scores in task.further.items() if score in scores}
        yield f"{score} on test: {'; '.join(filter(None, map(_listed, (found, others))))}"


def _listed(scores):
    return ", ".join(f"{name} {_number(value)}" for name, value in scores.items())


def _verdict(row):
    if row.failed and row.failed == row.trials:
        return "all failed"
    return "" if row.beats_baseline or pd.isna(row.test_mean) else "does not beat it"


def _seconds(value):
    return "none" if pd.isna(value) else f"{value:.1f}"


def _number(value):
    return "none" if pd.isna(value) else f"{value:.4g}"

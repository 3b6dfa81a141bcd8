"""The page of the survey: nine cells on ten tasks, one answer over the tasks."""

import inspect

import numpy as np
import pandas as pd

from gatelab.foundation.markdown import table
from gatelab.reporting.figures import save
from gatelab.statistics import verdicts
from gatelab.statistics.across import across
from gatelab.statistics.noise import noise_of
from gatelab.tasks.framework.metrics import METRICS

from . import survey
from .drawn import extent
from .intervals import FAINT, LOOKS, canvas, dressed
from .publishing import publish, reproduced
from .telling import p_said, p_value

REFERENCE = next(iter(survey.CELLS))
MARKS = {"better": "▲", "worse": "▼", "equal": "=", "not decided": "?"}
MARGIN = 0.5  # standard deviations of the seed noise, as within a task

TASKS = ("task", "metric", "noise", *(name for name in survey.CELLS if name != REFERENCE))
OVER = ("cell", "verdict", "difference [95%]", "p", "tasks better : worse", "average rank")
CELLS = ("cell", "why it is here")


def metrics():
    """{task: its ``Metric``}, in the order of the study."""
    return {task.name: METRICS[task.metric] for task in survey.chosen()}


def found(draws):
    """Yield (task, its metric, the seed noise of a trial, its verdicts)."""
    for name, metric in metrics().items():
        own = draws[draws.task == name]
        first = own[(own.variant == REFERENCE) & own.again.notna()] if "again" in own else own[:0]
        noise = noise_of(first.test, first.again).deviation if len(first) else np.nan
        known = noise if noise > 0 else None
        yield name, metric, noise, verdicts(own, REFERENCE, metric.direction, noise=known)


def effects(answers):
    """The difference of each variant on each task in noise SDs; less is better on all tasks.

    Returns:
        frame, a row per task and a column per variant, the reference's first, of zeros.
    """
    rows = {
        task: {REFERENCE: 0.0} | {
            row.variant: row.difference / noise * (1 if metric.direction == "minimize" else -1)
            for row in frame.itertuples()
        }
        for task, metric, noise, frame in answers
    }  # fmt: skip
    return pd.DataFrame.from_dict(rows, orient="index")


def task_row(task, metric, noise, frame):
    """A row with the columns of TASKS: the verdicts, and the differences in noise SDs."""
    sign = 1 if metric.direction == "minimize" else -1
    said = [
        f"{MARKS[row.verdict]} {in_noise(sign * row.difference / noise)}"
        for row in frame.itertuples()
    ]
    return task, metric.name, f"{noise:.2g}" if noise > 0 else "-", *said


def in_noise(value):
    """A difference in noise SDs as text."""
    if np.isnan(value):
        return ""
    return f"{value:+.1f}" if abs(value) < 1000 else f"{value:+.1g}"


def over_tasks(answers):
    """Sentences and the table over all tasks, as Markdown."""
    over = across(effects(answers), REFERENCE, margin=MARGIN)
    rows = [
        (
            row.variant, f"**{row.verdict}**",
            f"{in_noise(row.difference)} [{in_noise(row.low)}, {in_noise(row.high)}]",
            p_value(row.p), f"{row.wins} : {row.losses}", f"{over.ranks[row.variant]:.2f}",
        )
        for row in over.verdicts.itertuples()
    ]  # fmt: skip
    ranked = ", ".join(f"{name} {rank:.2f}" for name, rank in over.ranks.items())
    left = (
        f" Left out, for the noise is not known: {', '.join(over.left_out)}."
        if over.left_out
        else ""
    )
    yield (
        f"Over {len(over.tasks)} tasks, each one number, in standard deviations of the seed noise; "
        f"below 0 is better than {REFERENCE}.{left}"
    )
    yield table(OVER, rows)
    if over.reason:
        yield f"No difference can be shown: {over.reason}."
    yield friedman_line(over.friedman)
    yield (
        f"Average ranks, 1 is best: {ranked}. Two of them differ at 5% if they are "
        f"{over.critical:.2f} apart (Nemenyi)."
    )


def friedman_line(f):
    """Whether any ranks differ, as a sentence."""
    return (
        f"Friedman's test: chi2 = {f.chi2:.2f}, {p_said(f.p_chi2)}; Iman and Davenport's F = "
        f"{f.f:.2f}, {p_said(f.p_f)}."
    )


def decisions(draws):
    """All verdicts, over the tasks and within them, as Markdown."""
    answers = [*found(draws)]
    return "\n\n".join(
        [
            *over_tasks(answers),
            f"Within each task, against {REFERENCE}: ▲ better, ▼ worse, = equal within half a "
            "noise SD, ? not decided; and the difference in noise SDs, below 0 is better. The "
            "noise is in the metric's own unit.",
            table(TASKS, (task_row(*answer) for answer in answers)),
            *undecided(answers),
        ]
    )


def undecided(answers):
    """Why nothing can be said within tasks, as sentences."""
    reasons = [row.reason for *_, frame in answers for row in frame.itertuples() if row.reason]
    for why in dict.fromkeys(reasons):
        yield f"In {reasons.count(why)} of the comparisons within tasks: {why}."


def picture(draws, path):
    """Draw the average ranks with Nemenyi's critical difference, and the differences by task."""
    by_task = effects([*found(draws)])
    over = across(by_task, REFERENCE, margin=MARGIN)
    looks = {row.variant: LOOKS[row.verdict] for row in over.verdicts.itertuples()}
    figure, (left, right) = canvas((11, 4), 2)
    for place, (name, rank) in enumerate(over.ranks.items()):
        colour, marker = looks.get(name, ("#222222", "D"))
        left.plot(rank, place, marker, color=colour, ms=7)
        spread = by_task[name][np.isfinite(by_task[name])]
        right.plot(spread, [place] * len(spread), "|", color="#222222", ms=10, alpha=0.6)
        right.plot(spread.median(), place, marker, color=colour, ms=6)
    best = over.ranks.iloc[0]
    left.axvspan(best, best + over.critical, color=FAINT, alpha=0.2, lw=0)
    right.axvline(0, color=FAINT, lw=0.8)
    right.set_xscale("symlog", linthresh=2)
    names = [*over.ranks.index]
    dressed(left, names, "average rank over the tasks, 1 is best; the band: Nemenyi, 5%")
    dressed(right, names, f"difference to {REFERENCE} in noise SDs, a mark per task; < 0 is better")
    save(figure, path)


def written(draws, planned):
    """The page as Markdown, but for its last line."""
    return "\n\n".join(
        [
            "# Nine cells on ten tasks",
            inspect.cleandoc(survey.__doc__ or ""),
            extent(draws, planned),
            "![average ranks, and the differences by task](survey.png)",
            decisions(draws),
            "## How it was made",
            table(CELLS, ((f"`{name}`", why) for name, why in survey.CELLS.items())),
            reproduced("survey", survey.SEED),
        ]
    )


def show(trials, workers, out, write):
    """Run the study as far as it has not been run, and show its page; or only make the page.

    Args:
        trials: per task and cell.
        workers: processes.
        out: folder of the study.
        write: path of a Markdown file to make from the draws that there are; nothing is run then.
    """
    if not write:
        survey.study(out, trials, workers).run()
    publish(out, write or out / "survey.md", survey.CELLS, written, picture)

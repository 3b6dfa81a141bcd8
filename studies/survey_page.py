"""The page of the survey: nine cells on ten tasks, one answer over the tasks."""

import inspect
from itertools import combinations

import numpy as np

from gatelab.foundation.markdown import table
from gatelab.reporting.figures import save

from . import survey
from .drawn import extent
from .intervals import FAINT, LOOKS, canvas, dressed
from .publishing import publish, reproduced
from .survey_answers import REFERENCE, answers_of
from .telling import p_said, p_value

MARKS = {"better": "▲", "worse": "▼", "equal": "=", "not decided": "?"}

UNMEASURED = (
    " (Planned is the difference in standard deviations of the seed noise, which is measured when "
    "all trials have ended.)"
)

TASKS = ("task", "metric", "noise", *(name for name in survey.CELLS if name != REFERENCE))
OVER = ("cell", "verdict", "difference [95%]", "p", "tasks better : worse", "average rank")
CELLS = ("cell", "why it is here")


def task_row(answers, name):
    """A row with the columns of TASKS: the verdicts, and the numbers of ``effects``."""
    noise = answers.noise[name]
    said = [
        f"{MARKS[row.verdict]} {number(answers.effects.loc[name, row.variant])}"
        for row in answers.verdicts[name].itertuples()
    ]
    return name, answers.tasks[name].name, f"{noise:.2g}" if noise else "-", *said


def number(value):
    """A number of ``Answers.effects`` as text."""
    return f"{value:+.1f}" if abs(value) < 1000 else f"{value:+.1g}"


def over_tasks(answers):
    """Yield sentences and the table over all tasks, as Markdown."""
    over = answers.over
    ranked = ", ".join(f"{name} {rank:.2f}" for name, rank in over.ranks.items())
    yield (
        f"Over {len(over.tasks)} tasks, each of them one number: {answers.scale}. Below 0 is "
        f"better than {REFERENCE}.{'' if answers.margin else UNMEASURED}"
    )
    yield table(OVER, (over_row(row, over.ranks) for row in over.verdicts.itertuples()))
    if over.reason:
        yield f"No difference can be shown: {over.reason}."
    yield friedman_line(over.friedman)
    yield (
        f"Average ranks, 1 is best: {ranked}. Two of them differ at 5% if they are "
        f"{over.critical:.2f} apart (Nemenyi): {apart(over)}."
    )


def apart(over):
    """The pairs whose average ranks differ by more than the critical difference, as text."""
    far = [
        f"{better} and {worse}"
        for better, worse in combinations(over.ranks.index, 2)
        if over.ranks[worse] - over.ranks[better] > over.critical
    ]
    return ", ".join(far) or "none are"


def over_row(row, ranks):
    """A row with the columns of OVER."""
    return (
        row.variant, f"**{row.verdict}**",
        f"{number(row.difference)} [{number(row.low)}, {number(row.high)}]", p_value(row.p),
        f"{row.wins} : {row.losses}", f"{ranks[row.variant]:.2f}",
    )  # fmt: skip


def friedman_line(f):
    """Whether any ranks differ, as a sentence."""
    return (
        f"Friedman's test: chi2 = {f.chi2:.2f}, {p_said(f.p_chi2)}; Iman and Davenport's F = "
        f"{f.f:.2f}, {p_said(f.p_f)}."
    )


def decisions(draws):
    """All verdicts, over the tasks and within them, as Markdown."""
    answers = answers_of(draws)
    return "\n\n".join(
        [
            *over_tasks(answers),
            f"Within each task, against {REFERENCE}: ▲ better, ▼ worse, = equal within half a "
            "noise SD, ? not decided; and the same numbers as above. The noise is a trial's, over "
            "seeds, in the metric's own unit.",
            table(TASKS, (task_row(answers, name) for name in answers.tasks)),
            *undecided(answers),
        ]
    )


def undecided(answers):
    """Why nothing can be said within tasks, as sentences."""
    frames = answers.verdicts.values()
    reasons = [row.reason for frame in frames for row in frame.itertuples() if row.reason]
    for why in dict.fromkeys(reasons):
        yield f"In {reasons.count(why)} of the comparisons within tasks: {why}."


def picture(draws, path):
    """Draw the average ranks with Nemenyi's critical difference, and the differences by task."""
    answers = answers_of(draws)
    by_task, over = answers.effects, answers.over
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
    if answers.margin:
        right.set_xscale("symlog", linthresh=2)
    names = [*over.ranks.index]
    dressed(left, names, "average rank over the tasks, 1 is best; the band: Nemenyi, 5%")
    dressed(right, names, f"{answers.scale}\na mark per task; below 0 is better")
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

"""The answers, in the words of the terminal and of MLflow; or why nothing can be said."""

from dataclasses import dataclass

from .. import words
from .forest import SIGNS
from .numbers import count, listed, number, percent
from .parts import Table
from .view import better_word

FEW = 12  # answers that stand open; of more, a table says them at a glance


@dataclass(frozen=True)
class Answer:
    """One comparison: the variant, its verdict with a sign, the rest of the sentence."""

    variant: str
    verdict: str
    sign: str
    head: str
    body: str


@dataclass(frozen=True)
class Answers:
    """The answers on one task: a line that counts them, then each; folded where there are many."""

    task: str
    line: str
    rows: list[Answer]
    folded: bool


def of_all(view):
    """The answers, task by task."""
    return [_of_task(view, task) for task in view.tasks]


def _of_task(view, task):
    rows = [_answer(row) for row in view.of(view.verdicts, task).itertuples()]
    order = [*SIGNS]
    rows.sort(key=lambda answer: order.index(answer.verdict))
    return Answers(task.name, _line(view, task, rows), rows, len(view.verdicts) > FEW)


def lead(view):
    """What comes before the answers of each task: the answer over all tasks."""
    said = words.over_tasks(view.ledger) if view.across is not None else ""
    return [f"{said[:1].upper()}{said[1:]}."] if said else []


def glance(view):
    """A sign per cell and task; None where the sentences are few enough."""
    frame = view.verdicts
    if len(view.tasks) < 2 or not len(frame) or len(frame) <= FEW:
        return None
    signs = {(row.task, row.variant): SIGNS[row.verdict][1] for row in frame.itertuples()}
    variants = [v for v in view.variants if v != view.reference]
    rows = [[v, *(signs.get((task.name, v), "–") for task in view.tasks)] for v in variants]
    heads = [f"against {view.reference}", *(task.name for task in view.tasks)]
    return Table(heads, rows, [False] * len(heads), variants)


def _answer(row):
    return Answer(
        row.variant, row.verdict, SIGNS.get(row.verdict, SIGNS["not decided"])[1],
        words.head(row), words.body(row),
    )  # fmt: skip


def _line(view, task, rows):
    if len(view.rows(task)) < 2:
        return (
            f"One cell, {', '.join(view.rows(task))}: there is nothing to compare it with. Add "
            "another with --variants."
        )
    if not rows:
        return (
            f"{view.reference}, the reference, was not run on this task: nothing can be compared."
        )
    if all(
        row.records and all(r.state == "failed" for r in row.records)
        for row in view.rows(task).values()
    ):
        return "All trials failed, so that there is nothing to compare; the reasons are below."
    found = {v: sum(answer.verdict == v for answer in rows) for v in SIGNS}
    said = [f"{n} {verdict}" for verdict, n in found.items() if n]
    return (
        f"Against {view.reference}, of {count(len(rows), 'other cell')}: {listed(said)} "
        f"(test {task.metric.name}; {better_word(task)} is better)."
    )


def effects_table(view):
    """What stands beside the decision, as description; None if there is nothing."""
    made = [
        [
            row.variant,
            row.task,
            _difference(row, "overall"),
            _difference(row, "confirmed") + _configurations(row),
            number(getattr(row, "difference_noise", None), 2),
            _odyssey(row),
        ]
        for row in view.effects.itertuples()
    ]
    heads = [
        "variant", "task", "over all draws", "confirmed with fresh seeds",
        "difference in noise SDs", "the Odyssey's own test",
    ]  # fmt: skip
    numeric = [False, False, False, False, True, False]
    return Table(heads, made, numeric, [row[0] for row in made]) if made else None


def _difference(row, name):
    value = getattr(row, name, float("nan"))
    if value != value:
        return "–"
    low, high = (getattr(row, f"{name}_{end}", float("nan")) for end in ("low", "high"))
    p = getattr(row, f"{name}_p", float("nan"))
    return words.interval(value, low, high) + (f", p = {number(p, 2)}" if p == p else "")


def _configurations(row):
    n = getattr(row, "configurations", 0)
    return f" ({count(int(n), 'configuration')})" if n == n and n else ""


def _odyssey(row):
    p = getattr(row, "odyssey_p", float("nan"))
    if p != p:
        return "–"
    return f"p = {number(p, 2)} ({percent(row.odyssey_false_alarms)} false alarms)"

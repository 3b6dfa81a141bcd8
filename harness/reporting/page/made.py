"""How the study was made: what somebody needs to make it again, and what went wrong in it."""

from collections import Counter

from .methods import paragraph
from .numbers import NONE, count, listed, number
from .parts import Section, Table

REASONS = 40  # rows of the table of failures


def section(view):
    """The section."""
    tables = {
        "Plan": _plans(view),
        "Sessions": _sessions(view),
        "Tasks and their data": _tasks(view),
        "Search space": _spaces(view),
        "Trials that failed or were pruned": failures(view),
    }
    looked = view.ledger.looked()
    lead = [
        looked[:1].upper() + looked[1:] + "."
        if looked
        else "The reference, the margin and the number of draws were fixed before the first trial."
    ]
    notes = [paragraph(view)]
    return Section(
        "made", "How it was made", lead, [], {k: t for k, t in tables.items() if t}, notes
    )


def _plans(view):
    heads = ["fixed", "trials seen", "reference", "margin", "draws", "repeated", "confirmed"]
    rows = [
        [
            plan.get("fixed", NONE), number(plan.get("seen", 0)), plan["reference"],
            "half a noise SD" if plan["margin"] is None else number(plan["margin"]),
            number(plan["draws"]), number(plan["noise_draws"]), number(plan["confirm"]),
        ]
        for plan in view.ledger.plans
    ]  # fmt: skip
    return Table(heads, rows, [False, True, False, False, True, True, True])


def _sessions(view):
    heads = ["command", "started", "ended", "commit", "processor", "versions"]
    rows = [
        [
            each.get("command", NONE), _time(each.get("started")), _time(each.get("ended")),
            each.get("commit", NONE), each.get("processor", NONE),
            ", ".join(f"{name} {v}" for name, v in each.get("versions", {}).items()),
        ]
        for each in view.ledger.about.get("sessions", [])
    ]  # fmt: skip
    return Table(heads, rows, [False] * len(heads)) if rows else None


def _time(stamp):
    """ "2026-11-28 10:00 UTC" of an ISO time stamp."""
    return stamp[:16].replace("T", " ") + " UTC" if stamp else NONE


def _tasks(view):
    heads = ["task", "kind", "metric", "options", "digest of the data"]
    rows = [
        [
            task.name, task.kind, f"{task.metric.name} ({task.metric.direction})",
            ", ".join(f"{name}={value}" for name, value in task.options.items()) or NONE,
            task.digest or NONE,
        ]
        for task in view.tasks
    ]  # fmt: skip
    if any(task.notes for task in view.tasks):
        heads = [*heads, "done on reading"]
        notes = ("; ".join(task.notes) or NONE for task in view.tasks)
        rows = [[*row, note] for row, note in zip(rows, notes, strict=True)]
    return Table(heads, rows, [False] * len(heads))


def _spaces(view):
    """The search spaces; cells and tasks that share an entry share a row."""
    found: dict[tuple[str, str], list] = {}
    for row in view.ledger.rows:
        for name, entry in view.ledger.space(row).items():
            found.setdefault((name, _entry(entry)), []).append(row)
    rows = [[name, entry, _whose(view, rows)] for (name, entry), rows in found.items()]
    return Table(["hyperparameter", "range", "of"], sorted(rows), [False] * 3) if rows else None


def _entry(entry):
    if isinstance(entry, list):
        return " or ".join(map(number, entry))
    return f"{number(entry[0])} to {number(entry[1])}" + (
        ", logarithmic" if len(entry) == 3 else ""
    )


def _whose(view, rows):
    if len(rows) == len(view.ledger.rows):
        return "all cells and tasks"
    cells, tasks = (
        [*dict.fromkeys(names)]
        for names in zip(*((r.variant, r.task.name) for r in rows), strict=True)
    )
    what = "all cells" if len(cells) == len(view.variants) else listed(cells)
    return what if len(tasks) == len(view.tasks) else f"{what} on {listed(tasks)}"


def failures(view):
    """The trials that failed or were pruned, counted by reason; None if none did."""
    found = Counter(
        (row.task.name, row.variant, record.state, record.reason or NONE)
        for row in view.ledger.rows
        for record in row.records
        if record.state != "complete"
    )
    rows = [
        [number(n), task, v, state, reason] for (task, v, state, reason), n in found.most_common()
    ]
    if len(rows) > REASONS:
        rest = sum(n for _, n in found.most_common()[REASONS:])
        rows = [*rows[:REASONS], [number(rest), NONE, NONE, NONE, "more reasons; see trials.csv"]]
    heads = ["trials", "task", "variant", "state", "reason"]
    return Table(heads, rows, [True, False, False, False, False]) if rows else None


def summary(view):
    """A line under the page's title: what was compared, by how much work."""
    trials = sum(len(row.records) for row in view.ledger.rows)
    seconds = sum(r.cost.get("seconds", 0.0) for row in view.ledger.rows for r in row.records)
    return (
        f"{count(len(view.variants), 'cell')}, {count(len(view.tasks), 'task')}, "
        f"{count(trials, 'trial')}, {_duration(seconds)} of training"
    )


def _duration(seconds):
    if seconds >= 5400:
        return f"{seconds / 3600:.1f} hours"
    return f"{seconds / 60:.0f} minutes" if seconds >= 90 else f"{seconds:.0f} seconds"

"""The contents of the page, in the order in which a reader in a hurry wants them."""

from ...foundation.errors import GatelabError
from ...searching.described import said
from . import across, answers, board, cells, cost, curves, forecasts, forest, marginals
from . import tuning as tuned
from .hyperparameters import Draws, importance_figure, share_figure
from .numbers import count, listed
from .parts import Section

MARGINALS = 2  # hyperparameters per task that are shown one by one


def sections(view, dynamics):
    """The sections between the answers and the cells; what cannot be said leaves a sentence."""
    made = [leaderboards(view), forecasts.section(view), differences(view), across.section(view)]
    made += [tuning(view), learning(view), hyperparameters(view), costs(view)]
    return [*filter(None, made), *cells.sections(view, dynamics)]


def _figures(view, what, draw):
    """A figure per task, and a sentence for the tasks that have none."""
    found, missing, reasons = [], [], []
    for task in view.tasks:
        try:
            figure = draw(view, task)
        except GatelabError as error:
            reasons.append(f"No {what} on {task.name}: {error}.")
            continue
        found += [figure] if figure else []
        missing += [] if figure else [task.name]
    return found, reasons + ([f"No {what} on {listed(missing)}."] if missing else [])


def leaderboards(view):
    tables = {task.name: board.table(view, task) for task in view.tasks}
    return Section("leaderboard", "Leaderboard", [board.DESCRIBES], [], tables)


def differences(view):
    if len(view.variants) < 2:
        return None
    figures, notes = _figures(view, "paired differences", forest.figure)
    lead = [
        "Each point is a cell's difference from the reference on the draws that both share, in the "
        "better half by validation. Its bar is the 95% interval."
    ]
    beside = answers.effects_table(view)
    tables = {"Beside the decision, as description": beside} if beside else {}
    return Section(
        "differences", f"Differences from {view.reference}", lead, figures, tables, notes
    )


def tuning(view):
    if view.ledger.sampler != "random":
        why = (
            "nothing was drawn"
            if view.ledger.sampler == "fixed"
            else f"{said(view.ledger.sampler)}'s trials depend on each other"
        )
        note = f"No tuning curves: they need independent draws, and {why}."
        return Section("tuning", "Tuning curves", notes=[note])
    figures, notes = _figures(view, "tuning curve", tuned.against_draws)
    timed, without = _figures(view, "times", tuned.against_time)
    lead = [
        "What a cell is expected to score on test if validation picks the best of m draws: read "
        "it at your own budget, in draws or in seconds of training."
    ]
    return Section("tuning", "Tuning curves", lead, figures + timed, {}, notes or without)


def learning(view):
    figures, notes = _figures(view, "learning curves", curves.learning)
    return Section("learning", "Learning curves", [], figures, {}, notes)


def hyperparameters(view):
    """Shares of cell and draw, which hyperparameter, and a score against the strongest."""
    if view.ledger.sampler == "fixed":
        return Section(
            "hyperparameters",
            "Hyperparameters",
            notes=["The settings were given; nothing was searched."],
        )
    figures, notes = [], []
    if view.ledger.sampler == "random" and len(view.variants) > 1:
        figures, notes = _figures(
            view, "shares of cell and draw", lambda v, t: share_figure(v, t, again(v, t))
        )
    for task in view.tasks:
        draws = Draws(view, task)
        bars, names = importance_figure(view, task, draws)
        figures += [bars] if bars else []
        names = names or [*draws.space]
        figures += filter(
            None, (marginals.figure(view, task, n, draws.space[n]) for n in names[:MARGINALS])
        )
        if not bars and len(draws.scores):
            notes.append(
                f"Too few draws on {task.name} to say which hyperparameter matters: "
                f"{count(len(draws.scores), 'draw')}."
            )
    return Section("hyperparameters", "The cell or the draw?", [], figures, {}, notes)


def again(view, task):
    """The reference's draws that were trained twice: frame ``first, again`` of test scores."""
    import pandas as pd

    row = view.rows(task).get(view.reference)
    metric = task.metric.name
    first = {record.slot: record.score("test", metric) for record in row.records} if row else {}
    pairs = [(first.get(r.slot), r.score("test", metric)) for r in (row.again if row else [])]
    return pd.DataFrame(pairs, columns=["first", "again"]).dropna()


def costs(view):
    figures, notes = _figures(view, "score against cost", cost.figure)
    return Section("cost", "Score against cost", [], figures, {}, notes)

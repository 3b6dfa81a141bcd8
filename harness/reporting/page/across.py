"""Over all tasks: average ranks with their critical difference, and what may be concluded."""

import pandas as pd

from .. import words
from .canvas import FAINT, INK, drawn
from .numbers import listed, number, short
from .parts import Figure, Section, Table

FOLD = 20  # cells that one diagram can hold


def section(view):
    """The section; None for a study of one task."""
    found = view.across
    if found is None:
        return None
    lead = [words.over_tasks(view.ledger)]
    lead = [line[:1].upper() + line[1:] + "." for line in lead if line]
    lead.append(
        "One number per task, the difference in standard deviations of a trial's seed noise, so "
        "that tasks count alike. " + _friedman(found.friedman)
    )
    if found.left_out:
        lead.append(f"Left out, for a number is missing: {listed(found.left_out)}.")
    tables = {"Verdicts over tasks": _verdicts(found)}
    noise = _differences(view)
    if noise is not None:
        tables["Difference in noise SDs, task by task"] = noise
    drawable = 2 <= len(found.ranks) <= FOLD and found.critical == found.critical
    figures = [ranks(view, found)] if drawable else []
    return Section("across", "Over all tasks", lead, figures, tables)


def _friedman(found):
    if found.chi2 != found.chi2:
        return "Friedman's test has nothing to test."
    return (
        f"Friedman: χ² = {number(found.chi2)}, p = {number(found.p_chi2, 2)}; Iman and Davenport: "
        f"F = {number(found.f)}, p = {number(found.p_f, 2)}."
    )


def _verdicts(found):
    kept = ["variant", "verdict", "difference", "low", "high", "p", "wins", "losses", "tasks"]
    frame = found.verdicts
    return Table.of(frame[[name for name in kept if name in frame]], frame.variant)


def _differences(view):
    frame = view.effects
    if frame.empty or "difference_noise" not in frame or not frame.difference_noise.notna().any():
        return None
    wide = frame.pivot(index="variant", columns="task", values="difference_noise")
    wide = wide.reindex([v for v in view.variants if v in wide.index]).reset_index()
    return Table.of(
        wide[["variant", *[t.name for t in view.tasks if t.name in wide]]], wide.variant
    )


def ranks(view, found):
    """Demsar's diagram: average ranks on a line; bars join what no test tells apart."""
    ordered = found.ranks
    groups = found.groups
    name, title = view.name("ranks"), "Average ranks over tasks"
    caption = _finding(found, ordered, groups)
    height = 0.7 + 0.1 * len(ordered) + 0.1 * len(groups)
    svg = drawn(
        name,
        title,
        caption,
        lambda made: _draw(made, view, ordered, found, groups),
        height,
        view.files,
    )
    table = pd.DataFrame({"variant": ordered.index, "average rank": ordered.to_numpy()})
    return Figure(name, title, svg, caption, Table.of(table, table.variant))


def _finding(found, ordered, groups):
    first, last = ordered.index[0], ordered.index[-1]
    if ordered.iloc[0] == ordered.iloc[-1]:
        return (
            f"Over {len(found.tasks)} tasks, all have the average rank {number(ordered.iloc[0])}."
        )
    said = (
        f"Over {len(found.tasks)} tasks, {first} has the best average rank, "
        f"{number(ordered.iloc[0])}, and {last} the worst, {number(ordered.iloc[-1])}; ranks must "
        f"differ by {number(found.critical)} to be told apart (Nemenyi, 95%)"
    )
    if groups == [(0, len(ordered) - 1)]:
        return f"{said}, and no two do."
    if not groups:
        return f"{said}, and all do."
    joined = listed(f"{ordered.index[a]} to {ordered.index[b]}" for a, b in groups)
    return f"{said}. Bars join those that are not: {joined}."


def _draw(made, view, ordered, found, groups):
    ax = made.subplots()
    n, half = len(ordered), -(-len(ordered) // 2)
    bars = 0.35 * len(groups)
    ax.plot([1, n], [0, 0], color=INK, linewidth=1)
    for rank in range(1, n + 1):
        ax.plot([rank, rank], [0, 0.15], color=INK, linewidth=1)
        ax.text(rank, 0.3, str(rank), ha="center", fontsize=7)
    ax.plot([1, 1 + found.critical], [1.1, 1.1], color=FAINT, linewidth=2)
    ax.text(1, 1.25, f"critical difference {number(found.critical)}", fontsize=7)
    for level, (a, b) in enumerate(groups):
        y = -0.3 - 0.35 * level
        ax.plot(
            [ordered.iloc[a] - 0.05, ordered.iloc[b] + 0.05],
            [y, y],
            color=FAINT,
            linewidth=3,
            solid_capstyle="round",
        )
    edge = 0.05 * (n - 1)
    for k, (variant, rank) in enumerate(ordered.items()):
        left, look = k < half, view.looks[str(variant)]
        y = -0.6 - bars - 0.62 * (k if left else n - 1 - k)
        x = 1 - edge if left else n + edge
        ax.plot([rank, rank, x], [0, y, y], color=look.colour, linewidth=1)
        ax.plot(rank, 0, look.marker, color=look.colour, markersize=5, zorder=4)
        ax.text(
            x,
            y,
            f"{short(variant, 18)} " if left else f" {short(variant, 18)}",
            ha="right" if left else "left",
            va="center",
        )
    ax.set_axis_off()
    ax.set_ylim(-0.6 - bars - 0.62 * half, 1.7)

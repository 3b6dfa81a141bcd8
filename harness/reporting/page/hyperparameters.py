"""What matters more: the cell, or the draw of its hyperparameters? And which of these?"""

import numpy as np
import pandas as pd

from ...statistics.importance import importance
from ...statistics.shares import rescale, shares
from .canvas import INK, PAPER, drawn, legend
from .numbers import count, listed, number, percent, short
from .parts import Figure, Table

#: Parts of the two-way table with their label and fill, from dark to light.
FILLS = {
    "variant": ("the cell", "#0072b2"),
    "draw": ("the draw", "#e69f00"),
    "interaction": ("their interaction", "#8fd3bd"),
    "noise": ("noise of training", "#d9d9d9"),
    "rest": ("the rest", "#d9d9d9"),
}
NARROW = 0.12  # a share that holds no label


def share_figure(view, task, again=None):
    """The shares of cell, draw and rest; None if there is no such table.

    Args:
        again: frame ``first, again`` of the repeated draws, which tell noise from interaction.
    """
    draws = view.ledger.draws(task.name)
    if draws.empty or draws.variant.nunique() < 2:
        return None
    whole = shares(
        draws, task.metric.direction, again if again is not None and len(again) else None
    )
    table = whole.query("scale == 'rank'").drop(columns="scale")
    if not table.share.notna().any():
        return None
    parts = table[table.share.notna()].set_index("part")
    if "noise" in parts.index:
        parts = parts.drop(index="rest")
    name, title = view.name("shares", task.name), f"The cell or the draw: {task.name}"
    caption = _share_finding(task, parts)
    svg = drawn(name, title, caption, lambda made: _stack(made, parts), 1.35, view.files)
    return Figure(name, title, svg, caption, Table.of(table))


def _share_finding(task, parts):
    cell, draw = parts.loc["variant"], parts.loc["draw"]
    ratio = draw.share / cell.share if cell.share > 0 else np.inf
    size = (
        f"{ratio:.2g} times" if 1 <= ratio < 1000 else "less than" if ratio < 1 else "far more than"
    )
    word = {"less than": "explains less than", "far more than": "explains far more than"}.get(
        size, f"explains {size}"
    )
    beyond = "" if cell.share > cell.chance else (
        f" The cell's share is no larger than chance would give it ({percent(cell.chance)})."
    )  # fmt: skip
    return (
        f"On {task.name}, the draw of hyperparameters {word} what the cell does: "
        f"{percent(draw.share)} {_range(draw)} against {percent(cell.share)} {_range(cell)} of the "
        f"variance of test ranks over {count(int(cell.draws), 'draw')}.{beyond}"
    )


def _range(row):
    return f"[{percent(row.low)}, {percent(row.high)}]"


def _stack(made, parts):
    from matplotlib.patches import Patch

    ax = made.subplots()
    left, handles = 0.0, {}
    for part, row in parts.iterrows():
        label, fill = FILLS[str(part)]
        ax.barh(0, row.share, left=left, color=fill, edgecolor=PAPER, linewidth=0.8)
        if row.share >= NARROW:
            ink = "#ffffff" if part == "variant" else "#111111"
            ax.text(
                left + row.share / 2, 0, percent(row.share), color=ink, ha="center", va="center"
            )
        handles[f"{label}: {percent(row.share)}"] = Patch(facecolor=fill, edgecolor=PAPER)
        left += row.share
    ax.set_xlim(0, 1)
    ax.set_yticks([])
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25%", "50%", "75%", "100%"])
    ax.grid(False)
    ax.spines["left"].set_visible(False)
    ax.set_xlabel("share of the variance of test ranks")
    legend(made, handles, columns=2)


class Draws:
    """The hyperparameters of a task's draws, with their scores over all cells that share them.

    Attributes:
        space: {name: entry} that all cells search.
        params: frame, a row per draw and a column per name.
        scores: (n,), mean rank of a draw's test scores; failed trials rank last.
        whose: what the scores are of, in words.
    """

    def __init__(self, view, task):
        frame = view.of(view.trials, task)
        table = view.ledger.draws(task.name)
        spaces = [view.ledger.space(row) for row in view.rows(task).values()]
        self.space = {
            name: entry
            for name, entry in (spaces[0] if spaces else {}).items()
            if all(space.get(name) == entry for space in spaces) and f"params.{name}" in frame
        }
        self.params, self.scores, self.whose = pd.DataFrame(), np.array([]), ""
        if self.space and len(frame) and len(table):
            self._read(view, frame, table, task)

    def _read(self, view, frame, table, task):
        wide = _losses(table, task.metric.direction)
        kept = [v for v in wide if (frame.variant == v).any()]
        first = frame[frame.variant == (view.reference if view.reference in kept else kept[0])]
        columns = {f"params.{name}": name for name in self.space}
        params = first.set_index("trial")[[*columns]].rename(columns=columns).dropna()
        draws = params.index.intersection(wide.index)
        self.params, wide = params.loc[draws], wide.loc[draws]
        self.scores = rescale(wide.to_numpy(), wide.to_numpy(), "rank").mean(axis=1)
        self.whose = f"{count(len(kept), 'cell')}"


def _losses(table, direction):
    """(draws, variants) of test losses; failed draws are infinite; draws that all cells have."""
    sign = 1.0 if direction == "minimize" else -1.0
    loss = (sign * table.test).where(table.state == "complete").fillna(np.inf)
    wide = table.assign(loss=loss).pivot_table(
        index="draw", columns="variant", values="loss", sort=False, aggfunc="first"
    )
    return wide.dropna()


def importance_figure(view, task, draws):
    """The shares of the hyperparameters in what the draw does.

    Returns:
        (Figure or None, names of the hyperparameters, the most important first).
    """
    if not len(draws.scores):
        return None, []
    found = importance(draws.params, draws.space, draws.scores)
    main = found.main.dropna(subset="share")
    if main.empty:
        return None, []
    name, title = view.name("importance", task.name), f"Which hyperparameter: {task.name}"
    caption = _importance_finding(task, found, main)
    height = 0.75 + 0.22 * len(main)
    svg = drawn(name, title, caption, lambda made: _bars(made, main), height, view.files)
    pairs = found.pairs[found.pairs.share.notna()].head(5)
    pairs = pairs.assign(
        name=[f"{a} with {b}" for a, b in zip(pairs["first"], pairs["second"], strict=True)]
    )
    table = pd.concat([main, pairs.reindex(columns=main.columns)], ignore_index=True)
    return Figure(name, title, svg, caption, Table.of(table)), [*main.name]


def _importance_finding(task, found, main):
    top = main.iloc[0]
    said = (
        f"On {task.name}, {top['name']} explains {percent(top.share)} {_range(top)} of the mean "
        f"rank of {count(found.draws, 'draw')}"
    )
    rest = main.iloc[1:3]
    if len(rest):
        shared = zip(rest["name"], rest.share, strict=True)
        said += ", " + listed(f"{name} {percent(share)}" for name, share in shared)
    weak = (
        "; a forest foretells so little of it that the shares mean little"
        if found.explained < 0.3
        else ""
    )
    return f"{said} (out of bag R² {number(found.explained, 2)}{weak})."


def _bars(made, main):
    ax = made.subplots()
    places = np.arange(len(main))[::-1]
    spread = [(main.share - main.low).clip(lower=0), (main.high - main.share).clip(lower=0)]
    ax.barh(places, main.share, color="#9db8cc", height=0.6)
    ax.errorbar(
        main.share, places, xerr=np.array(spread), fmt="none", ecolor=INK, elinewidth=0.9, capsize=2
    )
    ax.set_yticks(places, [short(name, 20) for name in main.name])
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="y", visible=False)
    ax.set_xlim(0, max(1.0, float(main.high.max())))
    ax.set_xticks([0, 0.5, 1], ["0", "50%", "100%"])
    ax.set_xlabel("share of the draw's variance, with 95% intervals")

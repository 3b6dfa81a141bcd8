"""Figures: leaderboards, learning curves, confusion matrices, gates along a sequence."""

import io

import numpy as np

from gatelab.tasks.framework.metrics import METRICS

from ..foundation import durable, origin
from ..tracking.colours import colour
from .standing import failed_seeds

INK, FAINT = "#222222", "#999999"
#: Line styles of baselines: enough for any task.
LINES = ("--", ":", "-.", (0, (1, 3)), "-", (0, (9, 3)), (0, (6, 2, 1, 2, 1, 2)))


def empty(rows, columns, size):
    """A figure that needs no display and does not touch pyplot's state.

    Args:
        rows, columns: grid of axes.
        size: (width, height) in inches.

    Returns:
        (figure, array of axes (rows, columns)).
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=size, layout="constrained")
    FigureCanvasAgg(figure)
    return figure, figure.subplots(rows, columns, squeeze=False)


def save(figure, path):
    """Write a PNG whose description says where it comes from."""
    made = io.BytesIO()
    figure.savefig(made, format="png", dpi=110, metadata={"Description": origin.line()})
    durable.write(path, made.getvalue())  # it is made once: half of one would stay


def leaderboard(pages, path):
    """One panel per task: mean test scores with their standard deviations, baselines as lines.

    Args:
        pages: a pair (rows of a leaderboard, {baseline: score}) per task.
        path: of the PNG.
    """
    heights = [0.9 + 0.34 * len(rows) for rows, _ in pages]
    figure, axes = empty(len(pages), 1, (7.5, sum(heights) + 0.3))
    for (rows, baselines), ax in zip(pages, axes[:, 0], strict=True):
        _panel(ax, rows, baselines)
    save(figure, path)


def _panel(ax, rows, baselines):
    scores = rows.test_mean.to_numpy(float)
    spread = np.nan_to_num(rows.test_std.to_numpy(float))
    names, places = list(rows.variant), np.arange(len(rows))[::-1]
    metric = METRICS[rows.metric.iloc[0]]
    if spans_orders(metric, [*scores, *baselines.values()]):
        ax.set_xscale("log")
        spread = np.minimum(spread, 0.9 * scores)
    for place, name, score, half in zip(places, names, scores, spread, strict=True):
        ax.errorbar(score, place, xerr=half, fmt="o", color=colour(name), capsize=3)
        ax.annotate(f"{score:.3g}", (score, place), (0, 6), textcoords="offset points",
                    ha="center", fontsize=8, color=INK)  # fmt: skip
    for k, (name, value) in enumerate(baselines.items()):
        ax.axvline(value, color=FAINT, linestyle=LINES[k % len(LINES)], label=name)
    said = [failed_seeds(row) for row in rows.itertuples()]
    ax.set_yticks(places, ["\n".join(filter(None, pair)) for pair in zip(names, said, strict=True)])
    ax.set_ylim(-0.6, len(rows) - 0.2)
    ax.set_title(rows.task.iloc[0], loc="left", fontsize=10)
    better = "lower" if metric.direction == "minimize" else "higher"
    seeds = int((rows.seeds + rows.seeds_failed).max())
    ax.set_xlabel(f"test {metric.name}, mean and spread of {seeds} seeds "
                  f"({better} is better)", fontsize=8)  # fmt: skip
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(fontsize=7, frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))


def spans_orders(metric, scores):
    """Whether errors span more than a factor of 10, so that the axis should be logarithmic."""
    scores = np.asarray(scores, float)
    scores = scores[np.isfinite(scores)]
    errors = metric.direction == "minimize" and len(scores) > 0 and scores.min() > 0
    return bool(errors and scores.max() > 10 * scores.min())


def curves(record, comparison, path):
    """Learning curves of one trial: loss and metric, on training and validation data."""
    metric = comparison.metric.name
    figure, axes = empty(1, 2, (8, 3.2))
    for ax, name in zip(axes[0], ("loss", metric), strict=True):
        for part, style in (("train", "--"), ("valid", "-")):
            values = record.curves.get(f"{part}/{name}", [])
            ax.plot(record.epochs[: len(values)], values, style, label=part,
                    color=colour(comparison.variant.name))  # fmt: skip
        if record.epoch is not None:
            ax.axvline(record.epoch, color=FAINT, linewidth=0.8, label="kept")
        ax.set_xlabel("epoch")
        ax.set_title(name, loc="left", fontsize=10)
        ax.spines[["top", "right"]].set_visible(False)
    if comparison.metric.direction == "minimize":
        for ax in axes[0]:
            ax.set_yscale("log")
    axes[0, 0].legend(frameon=False, fontsize=8)
    figure.suptitle(f"{comparison.name}, trial {record.slot}", fontsize=10)
    save(figure, path)


def confusion(counts, comparison, path):
    """A confusion matrix: counts, shaded by their share of the row.

    Args:
        counts: frame (classes, classes), a row per true class, a column per predicted class.
        comparison: row of the study.
        path: of the PNG.
    """
    shares = counts.div(counts.sum(axis=1).clip(lower=1), axis=0).to_numpy()
    names, places = list(counts.columns), np.arange(len(counts))
    side = max(1.6 + 0.42 * len(counts), 3.6)  # room for the title
    figure, axes = empty(1, 1, (side, side))
    ax = axes[0, 0]
    ax.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for (row, column), count in np.ndenumerate(counts.to_numpy()):
        if count:
            ax.text(column, row, f"{count}", ha="center", va="center", fontsize=7,
                    color="white" if shares[row, column] > 0.5 else INK)  # fmt: skip
    turned = 90 if max(map(len, names)) > 4 else 0
    ax.set_xticks(places, names, rotation=turned, parse_math=False)  # a class name may contain a $
    ax.set_yticks(places, names, parse_math=False)
    ax.set_xlabel("answered")
    ax.set_ylabel("true")
    ax.spines[:].set_visible(False)
    ax.set_title(f"{comparison.name} on its test split", fontsize=9)
    save(figure, path)


def gates(values, x, comparison, path):
    """Every named quantity of the step along one test sequence, as an image of units by steps.

    Args:
        values: {name: (T, H)}.
        x: (T, D), the inputs.
        comparison: row of the study.
        path: of the PNG.
    """
    bounded = {name for name, value in values.items() if value.min() >= 0 and value.max() <= 1}
    figure = strips({"x": x, **values}, bounded)
    figure.suptitle(f"{comparison.name}: its best trial on the first test sequence, units by step",
                    fontsize=10)  # fmt: skip
    save(figure, path)


def strips(panels, gates):
    """Images of units by steps, one below the other.

    Args:
        panels: {name: (T, H)}.
        gates: names of those on a scale from 0 to 1; the others' is symmetric about 0.

    Returns:
        the figure.
    """
    figure, axes = empty(len(panels), 1, (8, 0.5 + 1.05 * len(panels)))
    for ax, (name, value) in zip(axes[:, 0], panels.items(), strict=True):
        gate = name in gates
        finite = np.abs(value[np.isfinite(value)])
        high = 1.0 if gate else max(float(finite.max(initial=0)), 1e-6)
        image = ax.imshow(
            value.T, aspect="auto", interpolation="nearest",
            cmap="viridis" if gate else "RdBu_r", vmin=0 if gate else -high, vmax=high,
        )  # fmt: skip
        ax.set_ylabel(name, rotation=0, ha="right", va="center")
        ax.set_yticks([])
        if ax is not axes[-1, 0]:
            ax.set_xticks([])
        figure.colorbar(image, ax=ax, pad=0.01)
    axes[-1, 0].set_xlabel("step")
    return figure

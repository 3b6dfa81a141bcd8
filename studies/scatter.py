"""A picture of a study: every trial of every cell, and the test score of the best settings."""

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from gatelab.reporting.figures import save, spans_orders
from gatelab.tasks.framework.metrics import METRICS

INK, FAINT = "#222222", "#999999"


def scatter(result, labels, path):
    """Draw a panel per task, a line per cell: trials as faint marks, final seeds as mean ± spread.

    Args:
        result: of a study.
        labels: {variant: label}, from top to bottom. The others are compared with the first, whose
            spread is drawn as a band.
        path: of the picture.
    """
    boards = list(result.leaderboard.groupby("task", sort=False))
    figure = Figure(figsize=(4.6 * len(boards), 1 + 0.28 * len(labels)), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(1, len(boards), sharey=True, squeeze=False)[0]
    for ax, (task, board) in zip(axes, boards, strict=True):
        _panel(ax, board.set_index("variant"), result.trials.query("task == @task"), labels)
        ax.set_title(task, loc="left", fontsize=10)
    lost = result.leaderboard.groupby("variant").seeds_failed.sum()
    said = [f"{label}\n{lost[name]} seeds failed" if lost[name] else label
            for name, label in labels.items()]  # fmt: skip
    axes[0].set_yticks(range(len(labels)), said)
    axes[0].invert_yaxis()
    save(figure, path)


def _panel(ax, board, trials, labels):
    metric, usual = METRICS[board.metric.iloc[0]], board.loc[next(iter(labels))]
    tests = trials[trials.state == "complete"].set_index("variant")[f"test_{metric.name}"]
    log = spans_orders(metric, [*tests, *board.test_mean])
    if log:
        ax.set_xscale("log")
    spread = min(usual.test_std, 0.9 * usual.test_mean) if log else usual.test_std
    ax.axvspan(usual.test_mean - spread, usual.test_mean + spread, color=FAINT, alpha=0.25, lw=0)
    for place, name in enumerate(labels):
        scores = tests[tests.index == name]
        ax.plot(scores, [place] * len(scores), "|", color=FAINT, markersize=7, alpha=0.8)
        mean, std = board.test_mean[name], board.test_std[name]
        below = min(std, 0.9 * mean) if log else std
        ax.errorbar(mean, place, xerr=[[below], [std]], fmt="o", color=INK, capsize=3, ms=4.5)
    better = "lower" if metric.direction == "minimize" else "higher"
    ax.set_xlabel(f"test {metric.name}, {better} is better", fontsize=8)
    ax.spines[["top", "right"]].set_visible(False)

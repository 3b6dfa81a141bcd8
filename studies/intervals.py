"""Pictures of verdicts: a line per variant, its paired differences and their interval."""

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

FAINT = "#999999"
#: Colour and marker of each verdict: safe for the colour-blind, and never the colour alone.
LOOKS = {
    "better": ("#0072B2", "^"),
    "worse": ("#D55E00", "v"),
    "equal": ("#009E73", "s"),
    "not decided": ("#444444", "o"),
}


def canvas(size, panels=1):
    """A figure without a display, with its axes side by side."""
    figure = Figure(figsize=size, layout="constrained")
    FigureCanvasAgg(figure)
    return figure, figure.subplots(1, panels, squeeze=False)[0]


def differences(ax, rows, labels, margin, unit, linear):
    """Draw a panel: each variant's difference to the reference with its 95% interval.

    Args:
        ax: axes of matplotlib.
        rows: of ``statistics.verdicts``, from top to bottom.
        labels: {variant: label}.
        margin: differences that count as equal, drawn as a band.
        unit: of the differences, for the axis.
        linear: the axis is linear up to this size, and logarithmic beyond.
    """
    ax.axvspan(-margin, margin, color=FAINT, alpha=0.2, lw=0)
    ax.axvline(0, color=FAINT, lw=0.8)
    ax.set_xscale("symlog", linthresh=linear)
    for place, row in enumerate(rows.itertuples()):
        colour, marker = LOOKS[row.verdict]
        ends = [x for x in (row.low, row.high) if np.isfinite(x)]
        ax.plot(ends, [place] * len(ends), "-", color=colour, lw=1.6)
        ax.plot(row.difference, place, marker, color=colour, ms=6, label=row.verdict)
    dressed(ax, [labels[name] for name in rows.variant], unit)
    known = dict(zip(*ax.get_legend_handles_labels()[::-1], strict=True))
    ax.legend(known.values(), known.keys(), fontsize=8, frameon=False, loc="best")


def scores(ax, draws, labels, unit, worst):
    """Draw a panel: the test score of every draw of every cell; what is worse lies at the edge.

    Args:
        ax: axes of matplotlib.
        draws: see ``drawn``.
        labels: {variant: label}, from top to bottom.
        unit: of the scores, for the axis.
        worst: the edge; a failed draw has a cross there.
    """
    for place, name in enumerate(labels):
        own = draws[draws.variant == name]
        test = own.test.where(own.state == "complete", np.inf)
        seen = test[test < worst]
        ax.plot(seen, [place] * len(seen), "|", color="#222222", ms=9, alpha=0.5)
        beyond = int((test >= worst).sum())
        if beyond:
            ax.plot(worst, place, "x", color="#D55E00", ms=6)
            ax.annotate(f" {beyond}", (worst, place), fontsize=8, va="center")
    dressed(ax, [*labels.values()], unit)


def dressed(ax, labels, unit):
    """Label the lines of a panel, the first on top, and its axis."""
    ax.set_yticks(range(len(labels)), labels)
    ax.invert_yaxis()
    ax.set_xlabel(unit, fontsize=8)
    ax.spines[["top", "right"]].set_visible(False)

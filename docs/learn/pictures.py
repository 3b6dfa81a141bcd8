"""Drawings of the course: the notebooks import them, and give the numbers that they computed."""

import warnings

import matplotlib.pyplot as plt
from matplotlib.patches import FancyBboxPatch, Rectangle

BLUE, ORANGE, GREEN, PINK, GREY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#777777"
DIALS = {"i": GREEN, "f": ORANGE, "o": BLUE}
PLAIN = {
    "figure.dpi": 90, "savefig.bbox": "tight", "font.size": 10, "axes.spines.top": False,
    "axes.spines.right": False, "axes.grid": True, "grid.color": "#e6e6e6",
    "axes.axisbelow": True, "legend.frameon": False, "lines.linewidth": 1.8,
    "axes.prop_cycle": plt.cycler(color=[BLUE, ORANGE, GREEN, PINK, GREY]),
}  # fmt: skip


def style():
    """Plain figures with colours that colour-blind readers can tell apart."""
    plt.rcParams.update(PLAIN)
    # Optuna's progress bar, which no study here shows, would like another package in a notebook.
    warnings.filterwarnings("ignore", message="IProgress not found")


def notepad(x, said, i, f, o, c, h):
    """The notepad at every step: what comes in, what it holds, how the dials stand, what is read.

    Args:
        x, i, f, o, c, h: numbers, one for each step.
        said: what is said with each number.
    """
    ax = plt.figure(figsize=(1.4 * len(x) + 1.6, 4.2)).add_axes((0, 0, 1, 1))
    ax.set(xlim=(-1.6, len(x) - 0.4), ylim=(-2.25, 2.6))
    ax.axis("off")
    for y, text in ((1.75, "comes in, x"), (0.45, "the page, c"), (-1.0, "the dials"),
                    (-1.95, "is read out, h")):  # fmt: skip
        ax.text(-1.55, y, text, va="center", color=GREY)
    for t in range(len(x)):
        ax.text(t, 2.3, said[t], ha="center", va="center", style="italic")
        ax.text(t, 1.75, f"{x[t]:.1f}", ha="center", va="center", fontsize=12)
        _page(ax, t, c[t])
        _dials(ax, t, {"i": i[t], "f": f[t], "o": o[t]})
        ax.text(t, -1.95, f"{h[t]:.1f}", ha="center", va="center", fontsize=12)
        if t:
            ax.annotate("", (t - 0.3, 0.45), (t - 0.7, 0.45), arrowprops={"arrowstyle": "->"})
    plt.show()


def _page(ax, t, value):
    box = FancyBboxPatch((t - 0.25, 0), 0.5, 0.9, boxstyle="round,pad=0.02", fc="#fffbe6", ec=GREY)
    ax.add_patch(box)
    for line in (0.22, 0.68):
        ax.plot([t - 0.2, t + 0.2], [line, line], color="#dddddd", lw=1)
    ax.text(t, 0.45, f"{value:.1f}", ha="center", va="center", fontsize=14, weight="bold")


def _dials(ax, t, values):
    """A bar for each gate, full where the gate is 1."""
    for k, (name, value) in enumerate(values.items()):
        left = t - 0.24 + 0.18 * k
        ax.add_patch(Rectangle((left, -1.3), 0.12, 0.75, fc="white", ec=DIALS[name], lw=1))
        ax.add_patch(Rectangle((left, -1.3), 0.12, 0.75 * value, fc=DIALS[name]))
        ax.text(left + 0.06, -1.5, name, ha="center", va="center", color=DIALS[name])


def gates(image, values, order):
    """The gates and the page of every unit while an image is read row by row.

    Args:
        image: (T, D).
        values: {"i", "f", "o", "c": (T, H)}.
        order: (H,), the order in which the units are drawn.
    """
    widths = {"width_ratios": [1, 1.4, 1.4, 1.4, 1.4]}
    fig, (left, *others) = plt.subplots(1, 5, figsize=(11, 3), gridspec_kw=widths)
    left.imshow(image, cmap="gray_r", aspect="auto")
    left.set(title="the image", xticks=[], ylabel="row = step")
    left.grid(False)
    titles = {"i": "input gate", "f": "forget gate", "o": "output gate", "c": "the page, c"}
    for ax, (name, title) in zip(others, titles.items(), strict=True):
        looks = {"vmin": -2, "vmax": 2, "cmap": "RdBu"} if name == "c" else {"vmin": 0, "vmax": 1}
        drawn = ax.imshow(values[name][:, order], aspect="auto", **looks)
        ax.set(title=title, xlabel="unit", yticks=[])
        ax.grid(False)
        fig.colorbar(drawn, ax=ax)
    fig.tight_layout()
    plt.show()

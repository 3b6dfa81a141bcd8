"""Piano rolls: figures of generated music, keys by time."""

import numpy as np

from gatelab.tasks.shared.pianoroll import key_name

from .figures import FAINT, INK, empty, save
from .midi import notes

DRAWN, BLACK = "#c0392b", "#f2f2f2"
NAMED = 45  # most rows for which every white key is labelled
EMPTY = (27, 51)  # range of keys shown if nothing sounds: C3 to C5


def draw(frames, given, beats, title, path):
    """Draw a piano roll: the given opening in grey, what the network generated in colour.

    Args:
        frames: (T, 88), nonzero where a key sounds.
        given: number of frames in the opening.
        beats: length of a frame in quarter notes.
        title: above the figure.
        path: of the PNG.
    """
    figure, axes = empty(1, 1, (9, 4))
    ax = axes[0, 0]
    _keyboard(ax, frames)
    _bars(ax, frames[:given], 0, beats, FAINT, "given")
    _bars(ax, frames[given:], given, beats, DRAWN, "drawn")
    if given:
        ax.axvline(beats * given, color=INK, linewidth=0.8, linestyle="--")
        ax.legend(fontsize=8, frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    ax.set_xlim(0, beats * len(frames))
    ax.set_xlabel("quarter notes", fontsize=8)
    ax.set_title(title, loc="left", fontsize=10)
    ax.spines[["top", "right"]].set_visible(False)
    save(figure, path)


def _keyboard(ax, frames):
    """A row for every key in the range that sounds: black keys shaded, white keys labelled."""
    sounding = np.flatnonzero(frames.any(0))
    low, high = (sounding[0], sounding[-1]) if len(sounding) else EMPTY
    keys = range(int(low), int(high) + 1)
    for key in keys:
        if "#" in key_name(key):
            ax.axhspan(key - 0.5, key + 0.5, color=BLACK, linewidth=0, zorder=0)
    named = "CDEFGAB" if len(keys) <= NAMED else "C"  # one per octave if all labels would overlap
    white = [key for key in keys if key_name(key).rstrip("0123456789") in [*named]]
    ax.set_yticks(white, [key_name(key) for key in white], fontsize=6)
    ax.set_ylim(low - 1, high + 1)


def _bars(ax, frames, first, beats, colour, label):
    """A rectangle per note, in one collection because there may be thousands."""
    from matplotlib.collections import PolyCollection

    keys, starts, ends = np.array(notes(frames), float).reshape(-1, 3).T
    left, right = beats * (first + starts), beats * (first + ends)
    low, high = keys - 0.4, keys + 0.4
    corners = np.stack([left, low, left, high, right, high, right, low], 1).reshape(-1, 4, 2)
    ax.add_collection(
        PolyCollection([*corners], facecolor=colour, edgecolor="white", linewidth=0.6, label=label)
    )

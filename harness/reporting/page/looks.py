"""How a cell looks: its colour as in MLflow, and a marker and a line style of its own.

Colour alone tells nothing to some readers, and nothing at all on a black-and-white print.
"""

from dataclasses import dataclass

from ...tracking.colours import colour
from .inline import THEME

MARKERS = "osD^vPX<>*dph8H"
LINES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))
#: The signs as SVG paths in a square of 16, for tables and text.
PATHS = {
    "o": "M8 3a5 5 0 1 0 .01 0z",
    "s": "M4 4h8v8h-8z",
    "D": "M8 2l6 6-6 6-6-6z",
    "^": "M8 3l6 10h-12z",
    "v": "M8 13l6-10h-12z",
    "P": "M6 2h4v4h4v4h-4v4h-4v-4h-4v-4h4z",
    "X": "M4 2l4 4 4-4 2 2-4 4 4 4-2 2-4-4-4 4-2-2 4-4-4-4z",
    "<": "M3 8l10-6v12z",
    ">": "M13 8l-10-6v12z",
    "*": "M8 1l2 5h5l-4 3 2 6-5-4-5 4 2-6-4-3h5z",
    "d": "M8 2l4 6-4 6-4-6z",
    "p": "M8 2l6 5-2 7h-8l-2-7z",
    "h": "M8 2l5 3v6l-5 3-5-3v-6z",
    "8": "M6 2h4l4 4v4l-4 4h-4l-4-4v-4z",
    "H": "M2 8l3-5h6l3 5-3 5h-6z",
}


@dataclass(frozen=True)
class Look:
    """A cell's colour ("#rrggbb"), marker and line style, in matplotlib's words."""

    colour: str
    marker: str
    line: str | tuple

    @property
    def path(self):
        """Its marker as an SVG path."""
        return PATHS[self.marker]

    @property
    def shade(self):
        """Its colour on the page, where a dark theme lightens the darkest."""
        word = THEME.get(self.colour.lower())
        return f"var(--{word})" if word else self.colour


def looks(variants):
    """{variant: Look} in the order of the study, which is also the order in which MLflow sees them.

    With more cells than colours a colour comes again, with another marker and line.
    """
    made: dict[str, Look] = {}
    for k, name in enumerate(variants):
        taken = [look.colour for look in made.values()]
        made[name] = Look(colour(name, taken), MARKERS[k % len(MARKERS)], LINES[k % len(LINES)])
    return made

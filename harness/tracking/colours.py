"""One colour per cell, the same in every chart, safe for colour-blind readers.

The first seven are Okabe and Ito's (2008) without the yellow, which is hard to see on white. The
others are Paul Tol's "muted" (2021).
"""

import hashlib

PALETTE = (
    "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000",
    "#882255", "#999933", "#332288", "#44AA99", "#AA4499", "#88CCEE", "#661100", "#888888",
)  # fmt: skip
KNOWN = ("standard", "gru", "coupled", "peephole", "rnn", "original", "gru_reset_after")


def colour(name, taken=()):
    """A cell's colour.

    Args:
        name: of the cell. Well-known cells have reserved colours.
        taken: colours in use. Other cells get the first free colour, starting at their name's hash.

    Returns:
        "#rrggbb".
    """
    if name in KNOWN:
        return PALETTE[KNOWN.index(name)]
    rest = PALETTE[len(KNOWN) :]
    start = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4]) % len(rest)
    turned = rest[start:] + rest[:start]
    return next((each for each in turned if each not in taken), turned[0])

"""One colour per cell, the same in every chart, told apart by colour-blind readers too.

The first eight are Okabe and Ito's (2008) without their yellow, which a white page swallows, then
Paul Tol's "muted" (2021).
"""

import hashlib

PALETTE = (
    "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000",
    "#882255", "#999933", "#332288", "#44AA99", "#AA4499", "#88CCEE", "#661100", "#888888",
)  # fmt: skip
KNOWN = ("standard", "gru", "coupled", "peephole", "rnn", "original", "gru_reset_after")


def colour(name, taken=()):
    """A cell's colour: its own if it is well known, else the first free one from its hash on."""
    if name in KNOWN:
        return PALETTE[KNOWN.index(name)]
    rest = PALETTE[len(KNOWN) :]
    start = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4]) % len(rest)
    turned = rest[start:] + rest[:start]
    return next((each for each in turned if each not in taken), turned[0])

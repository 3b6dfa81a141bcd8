"""Whether the committed paper is still what its sources say."""

import hashlib
import json
from pathlib import Path

MEASURED = ("made", "errors", "largest_error", "nudges")  # anew each time, and last digits differ


def digest(docs: Path, shown: dict) -> str:
    """A hash of the paper's text and of all facts that are not measured while it is set.

    The PDF carries it among its keywords.
    """
    known = {name: value for name, value in shown.items() if name not in MEASURED}
    hashed = hashlib.sha256(json.dumps(known, sort_keys=True).encode())
    for part in sorted((docs / "paper").glob("*.typ")):
        hashed.update(part.read_bytes())
    return hashed.hexdigest()[:32]


def is_fresh(docs: Path, shown: dict) -> bool:
    """Whether docs/lstm.pdf was set from this text and these facts."""
    return digest(docs, shown).encode() in (docs / "lstm.pdf").read_bytes()

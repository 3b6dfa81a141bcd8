"""Is a variant better than the reference, and how sure is that? Frames in, frames out."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .decision import verdicts

__all__ = ["BETTER", "EQUAL", "OPEN", "WORSE", "verdicts"]

#: What may be said of a variant.
BETTER, WORSE, EQUAL, OPEN = "better", "worse", "equal", "not decided"


def __getattr__(name):
    if name == "verdicts":
        from .decision import verdicts  # loads pandas, which a study needs only at its end

        return verdicts
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

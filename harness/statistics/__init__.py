"""Is a variant better than the reference, and how sure is that? Frames in, frames out."""

from .verdicts import verdicts

__all__ = ["verdicts"]

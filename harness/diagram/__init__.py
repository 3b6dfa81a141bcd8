"""Diagrams: a traced step as a data-flow drawing, in plain SVG.

Old states enter at the left, x from below, new states leave at the right. The drawing is made from
the trace, so it cannot show anything else than what the step computes.
"""

from .svg import draw

__all__ = ["draw"]

"""Diagrams: data-flow drawings of traced steps, in plain SVG.

Old states enter at the left, x enters from below, and new states leave at the right. The drawing is
made from the trace, so it shows exactly what the step computes.

How a drawing is made: ``fold`` groups the trace's nodes into clusters, one per shape. ``face``
decides what each shape says. ``columns``, ``order``, ``rows`` and ``routes`` place shapes and
wires. ``drawing`` calls these in turn, and ``svg`` writes the result.
"""

from .svg import draw

__all__ = ["draw"]

"""Belts: paths that carry a state from its old to its new value through small shapes only."""

from itertools import pairwise


def belts(columns, starts, ends, small):
    """Pairs of neighbouring items along the belts.

    Args:
        columns: lists of items.
        starts, ends: the items of old and new states, in the same order.
        small: item -> whether a belt may pass through it.

    Returns:
        {(left item, right item)}; nothing for a state without a belt.
    """
    found = set()
    for start, end in zip(starts, ends, strict=True):
        found.update(pairwise(_belt(columns, start, end, small)))
    return found


def _belt(columns, start, end, small):
    """The items of the path with the fewest shapes; [] if there is no path."""
    paths = {start: [start]}
    for left, right in pairwise(columns):
        for item in right:
            if item is not end and not (item.lane or small(item)):
                continue
            before = [paths[i] for i in left if i in paths and i.source in item.enters]
            if before:
                paths[item] = [*min(before, key=_shapes), item]
    return paths.get(end, [])


def _shapes(path):
    return sum(not item.lane for item in path)

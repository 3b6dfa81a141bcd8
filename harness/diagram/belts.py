"""Belts: the ways on which a state is carried on, through circles only, from old to new."""

from itertools import pairwise


def belts(columns, starts, ends, small):
    """{(left item, right item)} along the way of each state, where there is one.

    Args:
        starts, ends: the items of old and new states, in the same order.
        small: item -> whether a belt may pass it.
    """
    found = set()
    for start, end in zip(starts, ends, strict=True):
        way = _way(columns, start, end, small)
        found.update(pairwise(way))
    return found


def _way(columns, start, end, small):
    """The items of the way with the fewest shapes, or []."""
    ways = {start: [start]}
    for left, right in pairwise(columns):
        for item in right:
            if item is not end and not (item.lane or small(item)):
                continue
            before = [ways[i] for i in left if i in ways and i.source in item.enters]
            if before:
                ways[item] = [*min(before, key=_shapes), item]
    return ways.get(end, [])


def _shapes(way):
    return sum(not item.lane for item in way)

"""Order: what stands above what in a column, so that few wires cross."""

from itertools import pairwise

STARTS, SWEEPS = 16, 6
CROSSING = 2  # pairs of states in another order that a crossing is as bad as
LOW = 0.02  # the same, for each item above a carrier


def ordered(columns, below, carriers):
    """The columns with their items in a good order; the lane from below stays lowest.

    From several first orders, items move to the mean place of what they are joined to (Sugiyama
    et al. 1981, IEEE Trans. SMC 11(2)), then one by one to wherever they save crossings.

    Args:
        carriers: items that carry a state on; they had better stand high.
    """
    joints = _Joints(columns, below)
    found = []
    for start in range(STARTS):
        order = [_mixed(column, start, k) for k, column in enumerate(columns)]
        for sweep in range(start % 2, start % 2 + SWEEPS):
            joints.sweep(order, sweep % 2 == 0, 1 if sweep % 4 < 2 else -1)
            joints.sift(order)
            bad = CROSSING * joints.crossings(order) + _disorder(order, columns)
            bad += LOW * sum(c.index(item) for c in order for item in c if item in carriers)
            found.append((bad, len(found), order))
            order = [list(column) for column in order]
    return min(found)[-1]


def arrival(columns):
    """Let wires enter shapes in the order in which they arrive."""
    for before, column in pairwise(columns):
        rows = {item.source: k for k, item in enumerate(before)}
        for item in column:
            item.sees.sort(key=lambda source, rows=rows: rows.get(source, len(rows)))


def _mixed(column, start, place):
    """The column as it is, or otherwise mixed, always in the same way."""
    if start < 2:
        return list(column)
    mix = lambda k: (start * 31 + place * 17 + k + 1) ** 3 * 2654435761 % 2**32
    return [column[k] for k in sorted(range(len(column)), key=mix)]


def _disorder(order, columns):
    """Pairs of states that left or right edge show in another order than given."""
    pairs = 0
    for side in (0, -1):
        given = {item: k for k, item in enumerate(columns[side])}
        ranks = [given[item] for item in order[side]]
        pairs += sum(a > b for k, a in enumerate(ranks) for b in ranks[k + 1 :])
    return pairs


class _Joints:
    """What each item is joined to at its left and its right."""

    def __init__(self, columns, below):
        self.below = below
        self.lefts = {item: [] for column in columns for item in column}
        self.rights = {item: [] for column in columns for item in column}
        for left, right in pairwise(columns):
            home = {item.source: item for item in left if item.source is not None}
            for item in right:
                for source in item.enters:
                    # From below means from under the last one.
                    other = home.get(source)
                    self.lefts[item].append(other)
                    if other is not None:
                        self.rights[other].append(item)

    def sweep(self, order, rightwards, ties):
        """Sort column after column by the mean place of what is joined to each item.

        Args:
            ties: 1 to leave what has the same place as it stands, -1 to turn it round.
        """
        places = list(range(1, len(order)))
        for k in places if rightwards else [p - 1 for p in reversed(places)]:
            joined = self.lefts if rightwards else self.rights
            rank = _ranks(order[k - 1 if rightwards else k + 1])
            here = _ranks(order[k])

            def key(item, joined=joined, rank=rank, here=here):
                found = [rank[other] for other in joined[item]]
                middle = sum(found) / len(found) if found else here[item]
                return (self._lowest(item), middle, here[item] * ties)

            order[k].sort(key=key)

    def _lowest(self, item):
        return item.lane and item.source == self.below

    def sift(self, order):
        """Move each item to where its wires cross the fewest others."""
        for k, column in enumerate(order):
            left = _ranks(order[k - 1]) if k else {}
            right = _ranks(order[k + 1]) if k + 1 < len(order) else {}
            ends = {
                item: (
                    [left[other] for other in self.lefts[item]],
                    [right[other] for other in self.rights[item]],
                )
                for item in column
            }
            for item in list(column):
                if not self._lowest(item):
                    self._sift(column, item, ends)

    def _sift(self, column, item, ends):
        rest = [other for other in column if other is not item]
        free = len(rest) - (bool(rest) and self._lowest(rest[-1]))
        total = 0  # crossings more than with the item on top
        best, place, here = 0, 0, column.index(item)
        gains = [0]
        for other in rest[:free]:
            for mine, theirs in zip(ends[item], ends[other], strict=True):
                total += sum((a < b) - (a > b) for a in mine for b in theirs)
            gains.append(total)
        best = min(gains)
        place = here if gains[here] == best else gains.index(best)
        column[:] = [*rest[:place], item, *rest[place:]]

    def crossings(self, order):
        """How many pairs of wires cross."""
        total = 0
        for before, column in pairwise(order):
            rank = _ranks(before)
            wires = [(rank[o], k) for k, item in enumerate(column) for o in self.lefts[item]]
            total += sum(
                (a - c) * (b - d) < 0 for i, (a, b) in enumerate(wires) for c, d in wires[i + 1 :]
            )
        return total


def _ranks(column):
    """{item: place from the top}; None, from below, is under them all."""
    return {item: k for k, item in enumerate(column)} | {None: len(column)}

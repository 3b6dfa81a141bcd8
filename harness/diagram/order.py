"""Order: sorts the items of each column so that few wires cross."""

from itertools import pairwise

STARTS, SWEEPS = 16, 6  # initial orders that are tried; sweeps from each
CROSSING = 2  # cost of a crossing; a pair of states in another order costs 1
LOW = 0.02  # cost of each item above a carrier


def ordered(columns, below, carriers):
    """The columns, sorted so that few wires cross.

    Starts from several orders. From each, items move to the mean rank of their neighbours (Sugiyama
    et al. 1981, IEEE Trans. SMC 11(2)), then one by one to the place with the fewest crossings.

    Args:
        columns: lists of items.
        below: the value that enters from below; its lane stays lowest.
        carriers: items on a state's belt, which should stand high.

    Returns:
        the columns, as new lists.
    """
    graph = _Graph(columns, below)
    found = []
    for start in range(STARTS):
        order = [_shuffled(column, start, k) for k, column in enumerate(columns)]
        for sweep in range(start % 2, start % 2 + SWEEPS):
            graph.sweep(order, sweep % 2 == 0, 1 if sweep % 4 < 2 else -1)
            graph.sift(order)
            bad = CROSSING * graph.crossings(order) + _disorder(order, columns)
            bad += LOW * sum(c.index(item) for c in order for item in c if item in carriers)
            found.append((bad, len(found), order))
            order = [list(column) for column in order]
    return min(found)[-1]


def sort_inputs(columns):
    """Let wires enter each shape in the order in which they arrive."""
    for before, column in pairwise(columns):
        rows = {item.source: k for k, item in enumerate(before)}
        for item in column:
            item.inputs.sort(key=lambda source, rows=rows: rows.get(source, len(rows)))


def _shuffled(column, start, place):
    """The column, shuffled in a way that depends on ``start`` only; unchanged for the first two."""
    if start < 2:
        return list(column)
    scrambled = lambda k: (start * 31 + place * 17 + k + 1) ** 3 * 2654435761 % 2**32
    return [column[k] for k in sorted(range(len(column)), key=scrambled)]


def _disorder(order, columns):
    """Number of pairs of states that are swapped at the left or right edge."""
    pairs = 0
    for side in (0, -1):
        given = {item: k for k, item in enumerate(columns[side])}
        ranks = [given[item] for item in order[side]]
        pairs += sum(a > b for k, a in enumerate(ranks) for b in ranks[k + 1 :])
    return pairs


class _Graph:
    """The left and right neighbours of each item: those that a wire connects it to."""

    def __init__(self, columns, below):
        self.below = below
        self.lefts = {item: [] for column in columns for item in column}
        self.rights = {item: [] for column in columns for item in column}
        for left, right in pairwise(columns):
            home = {item.source: item for item in left if item.source is not None}
            for item in right:
                for source in item.enters:
                    # None stands for the value from below, under the last item.
                    other = home.get(source)
                    self.lefts[item].append(other)
                    if other is not None:
                        self.rights[other].append(item)

    def sweep(self, order, rightwards, ties):
        """Sort column after column by the mean rank of each item's neighbours.

        Args:
            order: the columns, sorted in place.
            rightwards: whether to go from left to right.
            ties: 1 to keep the order of items with equal ranks, -1 to reverse it.
        """
        places = list(range(1, len(order)))
        for k in places if rightwards else [p - 1 for p in reversed(places)]:
            neighbours = self.lefts if rightwards else self.rights
            rank = _ranks(order[k - 1 if rightwards else k + 1])
            here = _ranks(order[k])

            def key(item, neighbours=neighbours, rank=rank, here=here):
                found = [rank[other] for other in neighbours[item]]
                middle = sum(found) / len(found) if found else here[item]
                return (self._lowest(item), middle, here[item] * ties)

            order[k].sort(key=key)

    def _lowest(self, item):
        """Whether an item is a lane of the value from below."""
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
        total = 0  # crossings, compared with the item on top
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
    """{item: rank from the top}; None, the value from below, comes last."""
    return {item: k for k, item in enumerate(column)} | {None: len(column)}

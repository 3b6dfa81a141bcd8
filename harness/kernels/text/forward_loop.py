"""The source of a compiled forward pass: segments and products in turn, then masks."""

from ...calculus.blocks import LEAVES
from .segment import SegmentWriter, needed


class ForwardLoop:
    def __init__(self, shared):
        self.shared, self.home = shared, shared.storage.home
        rows = [row for group in shared.groups for row in group.rows]
        self.stored = {row.index: self.home[row.index][0] for row in rows}

    def driver(self, segments):
        body = []
        for s, segment in enumerate(segments):
            body += self._segment(f"forward_{s}", segment.roots)
            for g in segment.products:
                body.append(f"product(A{g}, 0, {self.shared.operand(g)}, G{g}[t], B)")
            for node in segment.reductions:
                body += self._reduction(node)
        return self.shared.driver("forward", self.shared.arrays(), "range(T)", body + self._hold())

    def _reduction(self, node):
        """Lines that compute a function of all units in place."""
        operand, target = node.args[0], self.home[node.index][0]
        leaf = operand.op in LEAVES
        source = self.shared.place(operand) if leaf else self.home[operand.index][0]
        self.stored[node.index] = target
        lines = [] if source == target else [f"copy({source}, {target})"]
        return [*lines, self.shared.reduce(node.op, target, target, node)]

    def _segment(self, name, roots):
        writer = SegmentWriter(
            self.shared.program, self.shared.words, self.stored, self.shared.place
        )
        fresh = needed(roots, self.stored)
        homed = [n for i, n in sorted(fresh.items()) if self._has_home(n)]
        writer.compute(roots, always=homed)
        for node in {n.index: n for n in [*homed, *roots]}.values():
            for place in self.home[node.index]:
                if place != self.stored.get(node.index):  # else a product has written it there
                    writer.store(place, node)
        call = self.shared.finish(writer, name)
        self.stored.update({n.index: self.home[n.index][0] for n in [*homed, *roots] if n.args})
        return call

    def _has_home(self, node):
        return bool(node.args) and node.index in self.home and node.index not in self.stored

    def _hold(self):
        """Lines that keep the states of finished sequences."""
        lines = ["if not full[t]:"]
        for place in (place for places in self.shared.storage.state_home for place in places):
            lines.append(f"    hold(on[t], {place}, {place.next()})")
        return lines

"""The source of a compiled backward pass: backpropagation through time."""

from ...calculus.blocks import BESIDE
from ..layout.places import Array, Place, Span, block
from ..layout.stacks import Stack, height, items_of, rows_of
from .segment import SegmentWriter, needed


class BackwardLoop:
    """One step: incoming adjoints, then segments and products in turn, then outgoing adjoints.

    A state's incoming adjoint is the sum of its adjoints through matrix products (DZ), of its
    elementwise adjoint (C, "carried") and, for the output, of the loss's gradient (DY).
    """

    def __init__(self, shared, schedule):
        self.shared, self.schedule, self.back = shared, schedule, shared.program.adjoint
        pairs = zip(schedule.rest, schedule.pulled, strict=True)
        self.carried = tuple(
            k for k, (rest, pulled) in enumerate(pairs) if rest is not None or not pulled
        )
        self.sums = [*shared.vectors, *shared.scalars]
        self.stored = {
            n.index: shared.storage.home[n.index][0]
            for n in shared.program.saved
            if n.op not in BESIDE
        }
        self.stored |= {n.index: self._pulled(n) for n in shared.program.all if n.op == "pull"}
        self.reduced = [n.index for segment in schedule.segments for n in segment.reductions]
        for j, index in enumerate(self.reduced):
            self.stored[index] = Place(Array.REDUCED, index=str(j))
        # A result that a product needs next is computed where the product reads it.
        rows = {bar.index: place for bar, place in self._rows()}
        self.stored |= {index: rows[index] for index in self.reduced if index in rows}
        self.first = True

    def driver(self):
        body, late = self._hold_back(), self._read_late()
        for s, segment in enumerate(self.schedule.segments):
            body += self._segment(f"backward_{s}", segment, late if s == 0 else [])
            for g in segment.products:
                body += self._products(g)
            body += [self._reduction(node) for node in segment.reductions]
        # No adjoint flows back to a state that the step does not read. Its buffer holds
        # dL/d(final state) for the last step only, and is then cleared.
        unread = [k for k in self.carried if self.schedule.rest[k] is None]
        body += [f"{_carried(k)}[:] = 0" for k in unread] + self._restore()
        own = [f"{name}{g}" for name in ("DA", "DG", "DZ") for g in range(len(self.shared.groups))]
        own += [str(_carried(k)) for k in self.carried]
        arguments = [*self.shared.arrays(), "DY, dy_step, inputs, DX", *own]
        arguments += ["DV, SV, IN, HELD, RED"]
        arguments += [f"TURNED{g}" for g in range(len(self.shared.groups))]
        return self.shared.driver("backward", arguments, "range(T - 1, -1, -1)", body)

    def _rows(self):
        """Yield (adjoint of a row of a group, the place where the group's products read it)."""
        for g, group in enumerate(self.shared.groups):
            for j, row in enumerate(group.rows):
                if row.index in self.back.rows:
                    yield self.back.rows[row.index], Place(Array.BLOCK_BARS, g, start=Span(h=j))

    def _reduction(self, node):
        """Lines that compute a function of all units in place."""
        place = self.stored[node.index]
        if len(node.args) == 1:
            return self.shared.reduce(node.op, place, place)
        y = node.args[1]
        return self.shared.reduce(node.op, place, self.stored[y.index], y)

    def _read_late(self):
        """Incoming adjoints that later segments read too: their sum is stored by the first."""
        late = {}
        for segment in self.schedule.segments[1:]:
            late |= needed(segment.roots, self.stored)
        return [leaf for leaf in self.back.incoming if leaf.index in late]

    def _place(self, node):
        if node.op != "adjoint":
            return self.shared.place(node)
        k = self.shared.program.states.index(node.value)
        return self._parts(k) if self.first else _incoming(k)

    def _parts(self, k):
        """(array, name) of the summands of a state's incoming adjoint."""
        state = self.shared.program.states[k]
        parts = [(_carried(k), f"carry_{state}")] if k in self.carried else []
        parts += [(self._pulled(n), f"pulled_{state}") for n in self.schedule.pulled[k]]
        return parts + ([(Place(Array.LOSS, index="t * dy_step"), "dy")] if k == 0 else [])

    def _pulled(self, node):
        """The place of a group's contribution to the adjoint of one operand."""
        g, position, _ = node.value
        group = self.shared.groups[g]
        operand, stack = group.operands[position], Stack(items_of(group))
        start = stack.offset(stack.position(operand))
        return Place(Array.PULLED, g, start=start, height=height(operand))

    def _segment(self, name, segment, late):
        stores = self._stores(segment)
        writer = SegmentWriter(self.shared.program, self.shared.words, self.stored, self._place)
        for leaf in late:
            writer.store(_incoming(self.shared.program.states.index(leaf.value)), leaf)
        writer.compute([node for node, _, _ in stores])
        for node, _, _ in stores:  # read everything before overwriting anything
            writer.text(node)
        for node, place, adds in stores:
            writer.store(place, node, adds)
        self.first = False
        # A reduction computes in place and overwrites its operand.
        gone = {self.stored[node.index] for node in segment.reductions}
        rows = ((n.index, place) for n, place, _ in stores if place.array is Array.BLOCK_BARS)
        self.stored |= {index: place for index, place in rows if place not in gone}
        return self.shared.finish(writer, name)

    def _stores(self, segment):
        """[(node, place, whether to add)] of a segment's results."""
        stores, here = [], {n.index for n in segment.roots}
        for bar, place in self._rows():
            if place.number in segment.products and self.stored.get(bar.index) != place:
                stores.append((bar, place, False))
        stores += [(node.args[0], self.stored[node.index], False) for node in segment.reductions]
        level = self.schedule.level
        number = self.schedule.segments.index(segment)
        for name, bar in self.back.vectors.items():
            if bar.index in here and level(bar) == number:
                stores.append((bar, Place(Array.SUMS, index=str(self.sums.index(name))), True))
        for k, rest in enumerate(self.schedule.rest):
            if rest is not None and rest.index in here and level(rest) == number:
                stores.append((rest, _carried(k), False))
        return stores

    def _products(self, g):
        """Lines for the adjoints of a group's operands and the gradient of its weights."""
        group = self.shared.groups[g]
        bars = Place(Array.BLOCK_BARS, g)
        lines = ["if not full[t]:", f"    silence(on[t], {bars})"]
        with_x = group.operands[0].op == "input"
        ahead = Span(d=int(with_x), ones=int(group.bias))
        units = Span(h=len(group.operands) - with_x)
        if with_x and units.h:
            lines += [f"first = 0 if inputs else {ahead}"]
            out = f"DZ{g}[first * B : ({rows_of(group)}) * B]"
            lines += [f"product(A{g}, first, {bars}, {out}, B)"]
        elif with_x:
            lines += ["if inputs:", f"    {self._pull(g, Span(), rows_of(group))}"]
        else:
            lines += [self._pull(g, ahead, units)]
        if with_x:
            lines += ["if inputs:"]
            lines += [f"    {'add' if self._x_before(g) else 'copy'}(DZ{g}[: D * B], DX[t])"]
        return [*lines, f"outer({bars}, {self.shared.operand(g)}, TURNED{g}, DA{g}, B)"]

    def _x_before(self, g):
        """Whether an earlier group of this step has contributed to dL/dx."""
        order = [k for s in self.schedule.segments for k in s.products]
        earlier = order[: order.index(g)]
        return any(self.shared.groups[k].operands[0].op == "input" for k in earlier)

    def _pull(self, g, start, rows):
        return f"product(A{g}, {start}, DG{g}, DZ{g}[{block(start, rows)}], B)"

    def _hold_back(self):
        """Lines that set aside the adjoints of finished sequences until their last step."""
        lines = ["SUM = DV", "if not full[t]:", "    SUM = SV"]
        for k in range(len(self.shared.program.states)):
            first, *others = self._summands(k)
            for other in others:
                lines += [f"    add({other}, {first})", f"    {other}[:] = 0"]
            lines += [f"    copy({first}, HELD[{k}])", f"    silence(on[t], {first})"]
        return lines

    def _restore(self):
        lines = ["if not full[t]:"]
        for k in range(len(self.shared.program.states)):
            first, *others = self._summands(k)
            lines.append(f"    hold(on[t], HELD[{k}], {first})")
            lines += [f"    silence(on[t], {other})" for other in others]
        if self.sums:
            lines += ["    for j in range(len(SV)):"]
            lines += ["        silence(on[t], SV[j])", "        add(SV[j], DV[j])"]
            lines += ["        SV[j] = 0"]
        return lines

    def _summands(self, k):
        return [place for place, _ in self._parts(k) if place.array is not Array.LOSS]


def _carried(k):
    return Place(Array.CARRIED, k)


def _incoming(k):
    return Place(Array.INCOMING, index=str(k))

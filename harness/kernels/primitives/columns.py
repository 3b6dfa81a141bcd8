"""Functions of all units, computed for a few sequences at a time, with sums in registers.

A row of a flat array (rows * B) holds one unit's values for all sequences. Each sequence is a
column, and an LLVM vector covers a few adjacent columns.
"""

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from .registers import LANES

#: Columns at a time: first enough to hide the latency of an addition, then one vector, then one.
WIDTHS = (4 * (LANES or 4), LANES or 4, 1)
AT_ONCE = 4  # partial sums over rows, for the same reason
INDEX, INT = ir.IntType(64), ir.IntType(32)


def over_columns(write) -> Any:
    """A function ``(a, y, deviation, B)`` for compiled code, applied to all B columns.

    Args:
        write: function (columns, rows) that writes the code for the columns of a ``Columns``. It
            need not use all three arrays; any array may be passed for an unused one.
    """

    @intrinsic
    def function(typing, a, y, deviation, B):
        return types.void(a, y, deviation, types.intp), code

    def code(context, b, signature, args):
        kinds, B = signature.args[:3], args[3]
        arrays = [
            context.make_array(kind)(context, b, value)
            for kind, value in zip(kinds, args[:3], strict=True)
        ]
        size = b.extract_value(arrays[0].shape, 0)
        rows, first = b.sdiv(size, B), INDEX(0)

        def block(width):
            def body(k, _):
                write(Columns(b, [array.data for array in arrays], k, width, B), rows)
                return []

            return body

        for width in WIDTHS:
            first, _ = _loop(b, first, B, width, [], block(width))
        return context.get_dummy_value()

    return function


class Columns:
    """Writes code for ``width`` columns, starting at ``first``; arrays are numbered as given."""

    def __init__(self, b, arrays, first, width, stride):
        self.b, self.stride, self.width = b, stride, width
        self.arrays = [b.gep(array, [first]) for array in arrays]
        self.real = arrays[0].type.pointee
        self.bytes = 4 if self.real == ir.FloatType() else 8
        self.vector = ir.VectorType(self.real, width)

    def _row(self, k, r):
        array = self.arrays[k]
        start = array if r is None else self.b.gep(array, [self.b.mul(r, self.stride)])
        return self.b.bitcast(start, self.vector.as_pointer())

    def load(self, k, r=None):
        """Row r of array k, or its only row if r is None."""
        loaded = self.b.load(self._row(k, r))
        loaded.align = self.bytes
        return loaded

    def store(self, value, k, r=None):
        self.b.store(value, self._row(k, r)).align = self.bytes

    def constant(self, number):
        return self.vector([number] * self.width)

    def sqrt(self, value):
        name = f"llvm.sqrt.v{self.width}f{8 * self.bytes}"
        kind = ir.FunctionType(self.vector, [self.vector])
        known = self.b.module.globals.get(name)
        return self.b.call(known or ir.Function(self.b.module, kind, name), [value])

    def means(self, rows, *terms):
        """The mean of each term over the rows; a term is a function of the row number."""
        b, totals = self.b, self.totals(rows, *terms)
        share = self._spread(b.fdiv(self.real(1.0), b.sitofp(rows, self.real)))
        return [b.fmul(total, share) for total in totals]

    def totals(self, rows, *terms):
        """The sum of each term over the rows."""
        b, n = self.b, len(terms)

        def four(r, sums):
            lines = [b.add(r, INDEX(u)) for u in range(AT_ONCE)]
            values = [term(line) for line in lines for term in terms]
            return [b.fadd(s, v) for s, v in zip(sums, values, strict=True)]

        one = lambda r, sums: [b.fadd(s, t(r)) for s, t in zip(sums, terms, strict=True)]
        zeros = [self.constant(0.0)] * (AT_ONCE * n)
        r, parts = _loop(b, INDEX(0), rows, AT_ONCE, zeros, four)
        totals = [self._total(parts[k::n]) for k in range(n)]
        return _loop(b, r, rows, 1, totals, one)[1]

    def largest(self, rows, term):
        """The maximum of a term over the rows."""
        b = self.b

        def one(r, found):
            value = term(r)
            return [b.select(b.fcmp_ordered(">", value, found[0]), value, found[0])]

        return _loop(b, INDEX(1), rows, 1, [term(INDEX(0))], one)[1][0]

    def running(self, rows, k, backwards=False):
        """Replace every row of array k by the sum of the rows up to it, or from it on."""
        b, last = self.b, self.b.sub(rows, INDEX(1))

        def one(r, sums):
            r = b.sub(last, r) if backwards else r
            total = b.fadd(sums[0], self.load(k, r))
            self.store(total, k, r)
            return [total]

        _loop(b, INDEX(0), rows, 1, [self.constant(0.0)], one)

    def _total(self, parts):
        half = len(parts) // 2
        return (
            parts[0] if not half else self.b.fadd(*map(self._total, (parts[:half], parts[half:])))
        )

    def _spread(self, number):
        nothing = self.vector(ir.Undefined)
        one = self.b.insert_element(nothing, number, INT(0))
        first = ir.VectorType(INT, self.width)([0] * self.width)
        return self.b.shuffle_vector(one, nothing, first)

    def each(self, rows, body):
        """Run ``body`` for every row."""

        def once(r, _):
            body(r)
            return []

        _loop(self.b, INDEX(0), rows, 1, [], once)


def _loop(b, first, last, step, sums, body):
    """Write a loop over k = first, first + step, ... while a whole step is left.

    Args:
        body: function (k, sums) -> sums that writes one iteration.

    Returns:
        The final k and sums.
    """
    before = b.block
    head, inside, after = (b.append_basic_block() for _ in range(3))
    b.branch(head)
    b.position_at_end(head)
    k, phis = b.phi(INDEX), [b.phi(s.type) for s in sums]
    k_next = b.add(k, INDEX(step))
    b.cbranch(b.icmp_signed("<=", k_next, last), inside, after)
    b.position_at_end(inside)
    news = body(k, phis)
    for phi, start, new in zip([k, *phis], [first, *sums], [k_next, *news], strict=True):
        phi.add_incoming(start, before)
        phi.add_incoming(new, b.block)
    b.branch(head)
    b.position_at_end(after)
    return k, phis

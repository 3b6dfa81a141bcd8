"""Functions of all units for a few sequences at a time, their sums held in registers.

A unit's values for all sequences lie in a row, so that a sequence is a column and one of LLVM's
vectors is a few neighbouring columns. Every function has the arguments ``a, y, deviation, stride,
rows``: addresses of the first of ``width`` columns of arrays (rows, stride), and of a row
(width,). What one does not need may be anything.
"""

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

INDEX = ir.IntType(64)


def mean_block(real, width) -> Any:
    """a = its mean over the rows."""

    def write(c, a, y, deviation, rows):
        mean = c.mean(rows, [lambda r: c.load(a, r)])[0]
        c.each(rows, lambda r: c.store(mean, a, r))

    return _function(real, width, write)


def norm_block(real, width, epsilon) -> Any:
    """a = (a - mean) / deviation, and the deviation; squares are taken of what is centred."""

    def write(c, a, y, deviation, rows):
        mean = c.mean(rows, [lambda r: c.load(a, r)])[0]
        centred = lambda r: c.b.fsub(c.load(a, r), mean)
        variance = c.mean(rows, [lambda r: c.square(centred(r))])[0]
        spread = c.sqrt(c.b.fadd(variance, c.constant(epsilon)))
        c.store(spread, deviation)
        scale = c.b.fdiv(c.constant(1.0), spread)
        c.each(rows, lambda r: c.store(c.b.fmul(centred(r), scale), a, r))

    return _function(real, width, write)


def norm_back_block(real, width) -> Any:
    """a = (a - mean(a) - y mean(a y)) / deviation."""

    def write(c, a, y, deviation, rows):
        product = lambda r: c.b.fmul(c.load(a, r), c.load(y, r))
        mean, along = c.mean(rows, [lambda r: c.load(a, r), product])
        scale = c.b.fdiv(c.constant(1.0), c.load(deviation))

        def send(r):
            left = c.b.fsub(c.b.fsub(c.load(a, r), mean), c.b.fmul(c.load(y, r), along))
            c.store(c.b.fmul(left, scale), a, r)

        c.each(rows, send)

    return _function(real, width, write)


def _function(real, width, write):
    """An intrinsic whose code ``write(columns, a, y, deviation, rows)`` writes."""

    @intrinsic
    def function(typing, a, y, deviation, stride, rows):
        at, size = types.uintp, types.intp
        return types.void(at, at, at, size, size), code

    def code(context, b, signature, args):
        a, y, deviation, stride, rows = args
        c = _Columns(b, real, width, stride)
        write(c, *(c.array(address) for address in (a, y, deviation)), rows)
        return context.get_dummy_value()

    return function


class _Columns:
    """Writes LLVM code on vectors of ``width`` columns."""

    def __init__(self, b, real, width, stride):
        self.b, self.stride = b, stride
        self.real = ir.FloatType() if real == "float32" else ir.DoubleType()
        self.bytes = 4 if real == "float32" else 8
        self.width, self.vector = width, ir.VectorType(self.real, width)

    def array(self, address):
        return self.b.inttoptr(address, self.real.as_pointer())

    def _row(self, array, r):
        start = array if r is None else self.b.gep(array, [self.b.mul(r, self.stride)])
        return self.b.bitcast(start, self.vector.as_pointer())

    def load(self, array, r=None):
        loaded = self.b.load(self._row(array, r))
        loaded.align = self.bytes
        return loaded

    def store(self, value, array, r=None):
        self.b.store(value, self._row(array, r)).align = self.bytes

    def constant(self, number):
        return self.vector([number] * self.width)

    def square(self, value):
        return self.b.fmul(value, value)

    def sqrt(self, value):
        name = f"llvm.sqrt.v{self.width}f{8 * self.bytes}"
        kind = ir.FunctionType(self.vector, [self.vector])
        known = self.b.module.globals.get(name)
        return self.b.call(known or ir.Function(self.b.module, kind, name), [value])

    def mean(self, rows, terms):
        """The mean over the rows of each term, a function of the row's number."""
        sums = self._loop(rows, [self.constant(0.0)] * len(terms), terms)
        n = self.b.sitofp(rows, self.real)
        one = self.b.insert_element(self.vector(ir.Undefined), n, ir.IntType(32)(0))
        first = ir.VectorType(ir.IntType(32), self.width)([0] * self.width)
        n = self.b.shuffle_vector(one, self.vector(ir.Undefined), first)
        return [self.b.fdiv(s, n) for s in sums]

    def each(self, rows, body):
        """Do something for every row."""
        self._loop(rows, [], [], body)

    def _loop(self, rows, starts, terms, body=lambda r: None):
        b = self.b
        before, loop, after = b.block, b.append_basic_block(), b.append_basic_block()
        b.branch(loop)
        b.position_at_end(loop)
        r, sums = b.phi(INDEX), [b.phi(self.vector) for _ in starts]
        body(r)
        news = [b.fadd(s, term(r)) for s, term in zip(sums, terms, strict=True)]
        r_next = b.add(r, INDEX(1))
        for phi, start, new in zip([r, *sums], [INDEX(0), *starts], [r_next, *news], strict=True):
            phi.add_incoming(start, before)
            phi.add_incoming(new, loop)
        b.cbranch(b.icmp_signed("<", r_next, rows), loop, after)
        b.position_at_end(after)
        return news

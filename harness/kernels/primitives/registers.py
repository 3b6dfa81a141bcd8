"""Blocks of float32 products in registers: the innermost loop of a matrix product.

BLAS is optimised for large matrices. At the sizes of a recurrent step it leaves a fifth of the
processor's peak unused, a third at a batch of 16, and half if the environment restricts it to old
kernels. A block of the result that stays in registers until it is complete is faster, and needs
nothing but LLVM's vector types.
"""

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

_features = np._core._multiarray_umath.__cpu_features__  # pyright: ignore[reportAttributeAccessIssue]
#: Floats per vector, and the number of rows of blocks that are two vectors and one vector wide,
#: chosen to use all registers without spilling. 0 if vectors are too few or too short to beat BLAS.
LANES, ROWS_OF_TWO, ROWS_OF_ONE = (
    (16, 8, 20) if _features.get("AVX512F") else (8, 5, 10) if _features.get("FMA3") else (0, 0, 0)
)

REAL, INDEX, INT = ir.FloatType(), ir.IntType(64), ir.IntType(32)


def block(rows, vectors, adds, lanes=LANES) -> Any:
    """A function for compiled code that computes one block of a product.

    Its arguments are A, lda, z, ldz, out, ldo, K, with addresses of arrays A (rows, K),
    z (K, vectors * lanes) and out (rows, vectors * lanes). lda, ldz and ldo are the distances
    between rows, in floats. It computes out = A @ z or, with ``adds``, out += A @ z.

    Args:
        rows: number of rows of the block.
        vectors: width of the block, in vectors.
        adds: whether to add to ``out``.
        lanes: floats per vector.
    """
    vector = ir.VectorType(REAL, lanes)
    cells = [(r, v) for r in range(rows) for v in range(vectors)]

    @intrinsic
    def kernel(typing, A, lda, z, ldz, out, ldo, K):
        at, size = types.uintp, types.intp
        return types.void(at, size, at, size, at, size, size), code

    def code(context, b, signature, args):
        A, lda, z, ldz, out, ldo, K = args
        A, z, out = (b.inttoptr(address, REAL.as_pointer()) for address in (A, z, out))
        fma = _fused(b.module, vector)
        heads = [b.gep(A, [b.mul(lda, INDEX(r))]) for r in range(rows)]
        ends = [
            _at(b, out, b.add(b.mul(ldo, INDEX(r)), INDEX(v * lanes)), vector) for r, v in cells
        ]
        starts = [_load(b, end) if adds else vector([0.0] * lanes) for end in ends]
        before, loop, after = b.block, b.append_basic_block(), b.append_basic_block()
        b.branch(loop)
        b.position_at_end(loop)
        k, sums = b.phi(INDEX), [b.phi(vector) for _ in cells]
        here = b.mul(k, ldz)
        zs = [_load(b, _at(b, z, b.add(here, INDEX(v * lanes)), vector)) for v in range(vectors)]
        factors = [_spread(b, b.load(b.gep(head, [k])), vector) for head in heads]
        news = [b.call(fma, [factors[r], zs[v], s]) for (r, v), s in zip(cells, sums, strict=True)]
        k_next = b.add(k, INDEX(1))
        for phi, start, new in zip([k, *sums], [INDEX(0), *starts], [k_next, *news], strict=True):
            phi.add_incoming(start, before)
            phi.add_incoming(new, loop)
        b.cbranch(b.icmp_signed("<", k_next, K), loop, after)
        b.position_at_end(after)
        for end, new in zip(ends, news, strict=True):
            b.store(new, end).align = 4
        return context.get_dummy_value()

    return kernel


def _fused(module, vector):
    """LLVM's a * b + c on vectors."""
    name = f"llvm.fma.v{vector.count}f32"
    known = module.globals.get(name)
    return known or ir.Function(module, ir.FunctionType(vector, [vector] * 3), name)


def _at(b, pointer, k, vector):
    return b.bitcast(b.gep(pointer, [k]), vector.as_pointer())


def _load(b, pointer):
    loaded = b.load(pointer)
    loaded.align = 4
    return loaded


def _spread(b, number, vector):
    """A vector with one number in all lanes."""
    nothing = vector(ir.Undefined)
    one = b.insert_element(nothing, number, INT(0))
    return b.shuffle_vector(one, nothing, ir.VectorType(INT, vector.count)([0] * vector.count))

"""What the float32 forms have in common: range reduction, a polynomial, selects.

One library call inside a loop stops vectorisation, and a tanh then costs 8 ns instead of 0.12.
Selects instead of branches; NaN in gives NaN out, an infinity its limit. The error bounds stand in
tests/harness/kernels/test_scalar.py. The coefficients are minimax fits, tanh's tuned further in
float32. Arithmetic that is float32 has float32 literals only: to Numba, 2 * x is float64.
"""

import numpy as np

F, I = np.float32, np.int32  # Numba widens int32 arithmetic to int64: each result is cast back
ZERO, HALF, ONE, TWO, INF, NAN = F(0), F(0.5), F(1), F(2), F(np.inf), F(np.nan)
LARGEST, SMALLEST_NORMAL = np.finfo(F).max, np.finfo(F).tiny
LOG2E = F(1.4426950408889634)
LN2, LN2_REST = F(0.693359375), F(-2.12194440e-4)  # LN2 has 9 bits: n * LN2 is exact
ROUND, ROUND_BITS = F(1.5 * 2**23), I(0x4B400000)  # adding it leaves the integer n in the low bits
BIAS, MANTISSA = I(127), I(23)
ROOT_HALF_BITS = I(0x3F3504F3)

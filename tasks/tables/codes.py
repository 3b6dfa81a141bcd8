"""Numbers that programs write where a value is missing."""

import numpy as np

FILL_VALUES = (1e20, 9.96921e36, 32767, -32768, 65535, 2147483647, -2147483648)


def is_fill(value: float) -> bool:
    """-999, 9999, -99.9 and so on, or a number with which a program fills what is missing."""
    digits = f"{abs(value):.10g}".replace(".", "")
    nines = len(digits) > 1 and set(digits.rstrip("0") or "0") == {"9"}
    return nines or any(np.isclose(value, each, rtol=1e-5) for each in FILL_VALUES)


def is_code(value: float) -> bool:
    """A number that may stand for nothing: 0, 1 or what ``is_fill``, whatever its sign."""
    return value in (0, 1) or is_fill(value) or is_fill(-value)

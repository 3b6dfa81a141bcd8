"""Numba's compiler options for the parts of a loop."""

from typing import Any

OPTIONS: dict[str, Any] = {
    "error_model": "numpy",
    "fastmath": {"contract", "nsz"},
    "nogil": True,
}
# A loop allocates nothing, and only its two drivers are called from Python. Without these options,
# a quarter of the compile time would go into wrappers and reference counting that are never used.
DRIVER: dict[str, Any] = OPTIONS | {"_nrt": False, "no_cfunc_wrapper": True}
INNER: dict[str, Any] = DRIVER | {"no_cpython_wrapper": True}

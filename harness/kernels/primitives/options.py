"""How Numba compiles what a loop is made of."""

from typing import Any

OPTIONS: dict[str, Any] = {
    "error_model": "numpy",
    "fastmath": {"contract", "nsz"},
    "nogil": True,
}
# Nothing is allocated in a loop, and only its two drivers are called from Python: what Numba
# prepares for the rest takes a quarter of the time to compile.
DRIVER: dict[str, Any] = OPTIONS | {"_nrt": False, "no_cfunc_wrapper": True}
INNER: dict[str, Any] = DRIVER | {"no_cpython_wrapper": True}

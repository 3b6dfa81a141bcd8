"""Generated source as a module, whose functions are compiled once.

The module's name is the hash of its text: cells with the same statements share the compiled code,
and different cells cannot be confused. The text stays in memory; only compiled code is stored on
disk.
"""

import hashlib
import linecache
import sys
from types import ModuleType
from typing import Any

from ..caching.generation import home


def name(text):
    """The name of the module for a source text."""
    return f"cell_{hashlib.sha256(text.encode()).hexdigest()[:20]}"


def load(text):
    """The module for a generated source text; its functions are compiled at the first call."""
    known = name(text)
    if known not in sys.modules:
        module = ModuleType(known)
        module.__file__ = f"<{known}>"
        # For tracebacks and ``inspect.getsource``.
        linecache.cache[module.__file__] = (
            len(text), None, text.splitlines(keepends=True), module.__file__,
        )  # fmt: skip
        exec(compile(text, module.__file__, "exec"), module.__dict__)  # our own text
        sys.modules[known] = module
    return sys.modules[known]


def warm():
    """Load what every compiled cell needs, before there is one to run: that takes most of a second.

    Numba registers its types and functions when the first function is called; here that is done
    ahead.
    """
    from numba.core.registry import cpu_target

    from ..primitives import masks, products, reductions, scalar  # noqa: F401

    contexts: list[Any] = [cpu_target.typing_context, cpu_target.target_context]
    for each in contexts:
        each.refresh()


def files(text):
    """The files that hold the compiled functions of a source text."""
    return sorted(home().glob(f"{name(text)}.*.nbc"))

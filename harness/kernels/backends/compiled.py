"""Generated source as a module, whose functions are compiled once.

Its name is the hash of its text: cells with the same statements share what was compiled, and no
other cell can be taken for it. The text itself stays in memory; only what Numba makes of it is kept
on disk.
"""

import hashlib
import linecache
import sys
from types import ModuleType

from ..caching.generation import home


def name(text):
    """The module of a text."""
    return f"cell_{hashlib.sha256(text.encode()).hexdigest()[:20]}"


def load(text):
    """The module of a generated source text; compiling waits for the first call."""
    known = name(text)
    if known not in sys.modules:
        module = ModuleType(known)
        module.__file__ = f"<{known}>"
        # For tracebacks, and for whoever asks Python for the source.
        linecache.cache[module.__file__] = (
            len(text), None, text.splitlines(keepends=True), module.__file__,
        )  # fmt: skip
        exec(compile(text, module.__file__, "exec"), module.__dict__)  # our own text
        sys.modules[known] = module
    return sys.modules[known]


def files(text):
    """The files in which its compiled functions are kept."""
    return sorted(home().glob(f"{name(text)}.*.nbc"))

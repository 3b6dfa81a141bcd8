"""``compiled``: Numba's ``njit``, with a cache that checks the files it loads.

Numba's own cache is next to the source, in a folder that may be read-only. It trusts every file,
and two processes that compile a function for different arguments may overwrite each other's
results. Here every compiled signature is a separate sealed file.
"""

import hashlib
import pickle
from typing import Any

from numba import njit
from numba.core.caching import NullCache
from numba.core.compiler import CompileResult
from numba.core.serialize import dumps

from . import generation, sealed, turns


def compiled(**options) -> Any:
    """Decorator that compiles a function at its first call, or loads it from the cache.

    It is for module-level functions with unique names only. Numba names compiled symbols by the
    function's qualified name and a counter that restarts in every process, so two functions with
    the same name could share a symbol. Both would then run the code that was loaded first.

    Args:
        options: options of ``njit``.
    """

    def decorate(function):
        dispatcher: Any = njit(**options)(function)
        dispatcher._cache = KernelCache(function)
        return dispatcher

    return decorate


class KernelCache(NullCache):
    """The interface that a Numba dispatcher expects of a cache: load and save a signature."""

    def __init__(self, function):
        self.name = f"{function.__module__.rpartition('.')[2]}.{function.__qualname__}"
        self.owner = (function.__module__, function.__qualname__)

    @property
    def cache_path(self):
        return str(generation.home())

    def load_overload(self, sig, target_context):
        """The compiled signature, or None if its file is missing or invalid: it is recompiled.

        If another process is compiling it, this one waits and loads what that one made.
        """
        target_context.refresh()
        file = self._file(sig, target_context.codegen())
        found = _loaded(file, target_context)
        if found is None and turns.take(file):
            found = _loaded(file, target_context)
            if found is not None:
                turns.leave(file)
        return found

    def save_overload(self, sig, data):
        file = self._file(sig, data.codegen)
        try:
            if not (data.lifted or data.library.has_dynamic_globals):
                sealed.write(file, dumps(data._reduce()))
        finally:
            turns.leave(file)

    def _file(self, sig, codegen):
        key = repr((self.owner, str(sig), codegen.magic_tuple()))
        return (
            generation.home() / f"{self.name}-{hashlib.sha256(key.encode()).hexdigest()[:20]}.nbc"
        )


def _loaded(file, target_context):
    try:
        content = sealed.read(file)
        return content and CompileResult._rebuild(target_context, *pickle.loads(content))
    except Exception:
        return None

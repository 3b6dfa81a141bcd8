"""``compiled``: Numba's ``njit``, with a cache that checks what it loads.

Numba's own cache lies beside the source, which may be nobody's to write. It trusts every file, and
two processes that compile one function for different arguments may each overwrite the other's. Here
every compiled signature is a sealed file of its own.
"""

import hashlib
import pickle
from typing import Any

from numba import njit
from numba.core.caching import NullCache
from numba.core.compiler import CompileResult
from numba.core.serialize import dumps

from . import generation, sealed


def compiled(**options) -> Any:
    """Decorator of a module's function: compiled at its first call, or loaded if it ever was.

    Functions of a module only, each with a name of its own: Numba calls what it compiles by the
    function's qualified name and a counter that starts anew in every process, so two functions of
    one name can come to share one symbol. Each then runs the code of whichever was loaded first.
    """

    def decorate(function):
        dispatcher: Any = njit(**options)(function)
        dispatcher._cache = KernelCache(function)
        return dispatcher

    return decorate


class KernelCache(NullCache):
    """What a dispatcher of Numba asks of its cache: load a signature, save a signature."""

    def __init__(self, function):
        self.name = f"{function.__module__.rpartition('.')[2]}.{function.__qualname__}"
        self.owner = (function.__module__, function.__qualname__)

    @property
    def cache_path(self):
        return str(generation.home())

    def load_overload(self, sig, target_context):
        """The compiled signature, or None: whatever is wrong with its file, it is made again."""
        target_context.refresh()
        try:
            content = sealed.read(self._file(sig, target_context.codegen()))
            return content and CompileResult._rebuild(target_context, *pickle.loads(content))
        except Exception:
            return None

    def save_overload(self, sig, data):
        if not (data.lifted or data.library.has_dynamic_globals):
            sealed.write(self._file(sig, data.codegen), dumps(data._reduce()))

    def _file(self, sig, codegen):
        key = repr((self.owner, str(sig), codegen.magic_tuple()))
        return (
            generation.home() / f"{self.name}-{hashlib.sha256(key.encode()).hexdigest()[:20]}.nbc"
        )

"""What a method does, as a hash: its bytecode and that of the functions it calls by name."""

import hashlib
from types import CodeType, FunctionType

PLAIN = (bool, int, float, complex, str, bytes, tuple, type(None))


def fingerprint(method):
    """Hash of a bound method, with the functions and numbers of its own module that it names."""
    lines = []
    _collect(method.__func__, type(method.__self__), lines, set())
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _collect(function, cls, lines, seen):
    if function in seen:
        return
    seen.add(function)
    for name in _describe(function.__code__, lines):
        found = function.__globals__.get(name, getattr(cls, name, None))
        _value(name, found, cls, lines, seen)
    for cell in function.__closure__ or ():
        _value("closure", cell.cell_contents, cls, lines, seen)
    _value("defaults", function.__defaults__, cls, lines, seen)


def _value(name, value, cls, lines, seen):
    if isinstance(value, FunctionType):
        lines.append(name)
        _collect(value, cls, lines, seen)
    elif isinstance(value, PLAIN):
        lines.append(f"{name} = {value!r}")


def _describe(code, lines):
    """Enter a code object and those inside it; the names that they use."""
    inner = [c for c in code.co_consts if isinstance(c, CodeType)]
    consts = [c for c in code.co_consts if not isinstance(c, CodeType)]
    lines.append(f"{code.co_code.hex()} {consts} {code.co_names} {code.co_varnames}")
    return [*code.co_names, *(name for c in inner for name in _describe(c, lines))]

"""What goes wrong with a cell, said in one line."""

import difflib


class VariantError(ValueError):
    """A cell, or what was asked of it, does not make sense."""


class TraceError(VariantError):
    """A step that cannot be traced; the message shows the line and what to write instead."""


def unknown(kind, name, known):
    """A ``VariantError`` that lists the names closest to the unknown one."""
    close = difflib.get_close_matches(str(name), list(known), n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(close)}?" if close else f"known: {', '.join(sorted(known))}"
    return VariantError(f"unknown {kind} {name!r}; {hint}")

"""What goes wrong with a cell."""

from gatelab.foundation.errors import GatelabError


class VariantError(GatelabError):
    """A cell, or what was asked of it, does not make sense."""


class TraceError(VariantError):
    """A step that cannot be traced; the message shows the line and what to write instead."""

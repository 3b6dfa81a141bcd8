"""Errors of cells."""

from gatelab.foundation.errors import GatelabError


class VariantError(GatelabError):
    """A cell, or a request about it, is invalid."""


class TraceError(VariantError):
    """A step that cannot be traced; the message shows the line and what to write instead."""

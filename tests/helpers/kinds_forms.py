"""Kinds of arrays, texts and archives."""

from helpers.kinds import Kind

KINDS: tuple[Kind, ...] = ()

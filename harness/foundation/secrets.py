"""Addresses without the names and passwords in them, for whatever is shown or kept."""

import re

_CREDENTIALS = re.compile(r"(?<=://)[^/\s'\"]*@")


def masked(text: str) -> str:
    """``https://me:secret@host/x`` as ``https://***@host/x``, anywhere in a text."""
    return _CREDENTIALS.sub("***@", text)


def stripped(address: str) -> str:
    """``https://me:secret@host/x`` as ``https://host/x``, which a browser opens, too."""
    return _CREDENTIALS.sub("", address)

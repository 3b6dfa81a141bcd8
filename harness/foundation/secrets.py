"""Addresses without the names and passwords in them, for whatever is shown or kept."""

import re

# A password may hold a slash, though it should not; a port and a path with an @ are none.
_CREDENTIALS = re.compile(r"(?<=://)(?:[^/\s'\"]*|[^/:\s'\"]*:(?!\d+/)[^@\s'\"]*)@")
_IN_A_QUERY = re.compile(r"(?<=[?&])((?:ssl)?password=)[^&\s'\"]*", re.IGNORECASE)


def masked(text: str) -> str:
    """``https://me:secret@host/x`` as ``https://***@host/x``, anywhere in a text."""
    return _IN_A_QUERY.sub(r"\1***", _CREDENTIALS.sub("***@", text))


def stripped(address: str) -> str:
    """``https://me:secret@host/x`` as ``https://host/x``, which a browser opens, too."""
    return _IN_A_QUERY.sub(r"\1", _CREDENTIALS.sub("", address))

"""A TOML table that is read key by key; missing, mistyped and unknown keys are refused."""

from gatelab.errors import ClaimError
from gatelab.foundation.errors import unknown

NEEDED = object()
WORDS = {str: "a text", int: "a whole number", float: "a number", dict: "a table", list: "a list"}


class Table:
    """The keys of a table that are left to be read.

    Args:
        given: the table.
        where: what messages begin with, such as "arm gru: ".
    """

    def __init__(self, given, where=""):
        if not isinstance(given, dict):
            raise ClaimError(f"{where}{given!r} is no table; write keys and values")
        self.left, self.where, self.known = dict(given), where, []

    def take(self, key, kind, default=NEEDED):
        """The value of a key, checked.

        Args:
            kind: its type; a whole number is also a float.
            default: if the key is missing; there must be a key without one.
        """
        self.known.append(key)
        if key not in self.left:
            if default is NEEDED or default is None:
                raise ClaimError(f"{self.where}{key} is missing{self._hint(key)}")
            return default
        found = self.left.pop(key)
        wanted = (int, float) if kind is float else kind
        if isinstance(found, bool) or not isinstance(found, wanted):
            raise ClaimError(
                f"{self.where}{key} is {found!r}; give {WORDS.get(kind, 'a day, as 2026-11-28')}"
            )
        return found

    def end(self):
        """Refuse a key that nobody has asked for."""
        for key in self.left:
            refusal = unknown("key", key, self.known, ClaimError)
            raise ClaimError(f"{self.where}{refusal}")

    def _hint(self, key):
        """The keys that were given and not read yet: one of them may be meant."""
        return f"; found {', '.join(self.left)}" if self.left else ""


def known(what, name, names):
    """The name, if it is one of these.

    Raises:
        ClaimError: it is not; close matches are listed.
    """
    if not isinstance(name, str) or name not in names:
        raise unknown(what, name, names, ClaimError)
    return name

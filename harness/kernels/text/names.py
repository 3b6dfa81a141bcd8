"""Names in generated code: each identifier of a function is handed out once.

Values are called as in the equations. Where the code has that word already, for a value or for
itself, the name is numbered: whatever an author calls things, no two of them can meet.
"""

import builtins
import keyword

from ...calculus.naming import unused

PYTHON = frozenset([*keyword.kwlist, *dir(builtins)])


class Names:
    """The identifiers of one function.

    Args:
        words: what the function itself uses: its globals and its own variables.
    """

    def __init__(self, words):
        self.taken, self.given = {*PYTHON, *words}, {}

    def of(self, what, wish):
        """The one name of a thing, as near to the wish as it gets.

        Args:
            what: anything that tells the thing from others.
        """
        if what not in self.given:
            self.given[what] = unused(wish, self.taken)
            self.taken.add(self.given[what])
        return self.given[what]

"""Names in generated code: each identifier of a function is used for one thing only.

Values are named as in the equations. If the code already uses that name, a number is added, so that
no name chosen by an author can clash with another.
"""

import builtins
import keyword

from ...calculus.naming import unused

PYTHON = frozenset([*keyword.kwlist, *dir(builtins)])


class Names:
    """The identifiers of one function.

    Args:
        words: names that the function itself uses: its globals and its own variables.
    """

    def __init__(self, words):
        self.taken, self.given = {*PYTHON, *words}, {}

    def of(self, what, wish):
        """The unique name of an object: the wish, with a number added if it is taken.

        Args:
            what: a key that identifies the object.
            wish: the preferred name.
        """
        if what not in self.given:
            self.given[what] = unused(wish, self.taken)
            self.taken.add(self.given[what])
        return self.given[what]

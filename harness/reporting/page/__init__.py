"""A study as one page: the answer first, then the evidence, then how it was made.

The page needs no network and no script. ``writing.write`` makes it, from the ledger alone.
"""

from .writing import write

__all__ = ["write"]

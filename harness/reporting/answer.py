"""Writing the answer of a study into its folder: the tables, and the page."""

from . import tables


def write(ledger):
    """Write the tables and the page of a study; it may be unfinished.

    Args:
        ledger: ``ledger.Ledger``.

    Returns:
        path of the page.
    """
    tables.write(ledger)
    return ledger.out / "leaderboard.csv"

"""Writing the answer of a study into its folder: the tables, and the page."""

from . import page, tables


def write(ledger, with_page=True):
    """Write the tables and the page of a study; it may be unfinished.

    Args:
        ledger: ``ledger.Ledger``.
        with_page: False for the tables alone; the page takes some seconds.

    Returns:
        path of the page; None without one.

    Raises:
        StudyError: the folder cannot be written.
    """
    tables.write(ledger)
    return page.write(ledger) if with_page else None

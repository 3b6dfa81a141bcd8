"""What a study leaves: the answer on the screen, tables, pictures and the page.

The conductor loads this while the workers train, because of pandas and SciPy. What draws is loaded
once the answer is on the screen.
"""

from contextlib import contextmanager

from ..errors import LayerError, StudyError
from ..reporting import screen  # noqa: F401  for ``Progress.answered``, which would wait for it
from ..reporting.ledger import Ledger
from ..searching import study_json


def answer(study, progress):
    """Show the answer, then write the tables and their figures.

    Returns:
        Ledger; None if no trial has ended.

    Raises:
        StudyError: the folder cannot be read or written.
    """
    ledger = Ledger.read(study.out, study.storage)
    if not any(row.records for row in ledger.rows):
        return None
    progress.answered(ledger)
    from ..reporting import tables

    tables.write(ledger)
    return ledger


@contextmanager
def sound(study):
    """Context of what loads the trained cells; weights that are damaged name the way out."""
    try:
        yield
    except LayerError as error:
        raise StudyError(f"{error}; {study_json.way_out(study.out)}") from None


def look(study):
    """Look into the trained cells, and keep what their pictures are drawn from."""
    from ..reporting import artifacts, forecasts

    for c in study.comparisons:
        artifacts.keep_dynamics(c)
    for task in study.tasks:
        forecasts.keep(study, task)


def write_page(study, progress):
    """Write the page, if the study wants one, and say where everything is.

    Returns:
        path of the page, or None.
    """
    written = None
    if study.page:
        from ..reporting import page

        with progress.writing():
            written = page.write(Ledger.read(study.out, study.storage))
    progress.pointed(written)
    return written

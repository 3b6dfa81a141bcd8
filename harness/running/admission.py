"""Admission: a study takes certified cells only, and says so before anything is written."""

from concurrent.futures import wait

from variants.variant import hyperparameters

from ..certification import certificate_of
from ..errors import CertificationError, StudyError
from .pool import DIED

PATIENCE = 3  # seconds before a word is said
MOST = 8  # whole numbers of a range that are certified one by one


def admit(comparisons, pool, progress):
    """The certificates of all cells that will be trained, in the workers where none is kept.

    Returns:
        {variant's name: certificates}: of its defaults, and of each structure that is searched.

    Raises:
        StudyError: a cell fails; naming it, the check, the array and both numbers.
    """
    cells = {(c.variant_number, *own.items()): (c, own) for c in comparisons for own in _cells(c)}
    found = {cell: certificate_of(c.variant(**own)) for cell, (c, own) in cells.items()}
    jobs = {
        cell: pool.submit("certify", cells[cell][0].variant_number, cells[cell][1])
        for cell in cells
        if found[cell] is None
    }
    if wait(jobs.values(), timeout=PATIENCE).not_done:
        progress.certifying(len(jobs))
    found |= {cell: _result(job, cells[cell][0].variant.name) for cell, job in jobs.items()}
    admitted = {}
    for cell, (c, _) in cells.items():
        admitted.setdefault(c.variant.name, []).append(found[cell])
    return admitted


def _cells(c):
    """Own hyperparameters of a variant, per cell to certify: one structural choice at a time.

    Numbers that a search varies are left at their defaults: they change no statement.
    """
    own = hyperparameters(c.variant)
    given = {name: value for name, value in c.fixed.items() if name in own}
    structural = [n for n in c.space if n in own and not isinstance(own[n], float)]
    return [given, *(given | {n: value} for n in structural for value in _choices(c.space[n]))]


def _choices(entry):
    if isinstance(entry, list):
        return entry
    low, high = entry[:2]
    return range(low, high + 1) if high - low < MOST else (low, high)


def _result(job, name):
    try:
        return job.result()
    except DIED as error:
        raise StudyError(f"{name} cannot be certified: its process died: {error}") from None
    except CertificationError as error:
        raise StudyError(f"not certified: {error}") from None


def write(certificates, file):
    """As a text that people read, beside the figures of a variant."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n\n".join(map(str, certificates)) + "\n")

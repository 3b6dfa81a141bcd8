"""Admission: a study trains certified cells only, and checks this before it writes anything."""

from concurrent.futures import wait

from ..certification import certificate_of
from ..errors import CertificationError, StudyError
from .pool import DIED
from .structures import of_cell

PATIENCE = 3  # seconds before the screen says that cells are being certified


def admit(comparisons, pool, progress):
    """Certificates of all cells that will be trained.

    Certificates that are not cached are made by the workers.

    Args:
        comparisons: the rows of the study.
        pool: worker processes.
        progress: told of long waits and of warnings.

    Returns:
        {name of the variant: its certificates}: one for the defaults and one for each structure
        that the search can draw.

    Raises:
        StudyError: a cell fails; the message names the cell, the check, the array and both numbers.
    """
    cells = {
        (c.variant_number, *own.items()): (c, own)
        for c in comparisons
        for own in of_cell(c.variant, c.space, c.fixed)
    }
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
    for name, certificates in admitted.items():
        for warning in dict.fromkeys(w for one in certificates for w in one.warnings):
            progress.warned(name, warning)
    return admitted


def _result(job, name):
    try:
        return job.result()
    except DIED as error:
        raise StudyError(f"{name} cannot be certified: its process died: {error}") from None
    except CertificationError as error:
        raise StudyError(f"not certified: {error}") from None


def write(certificates, file):
    """Write certificates to a file as readable text."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n\n".join(map(str, certificates)) + "\n")

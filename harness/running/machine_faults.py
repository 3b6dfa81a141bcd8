"""What is the machine's fault, and not the cell's: it stops a study and costs no trial."""

import errno

from optuna.exceptions import StorageInternalError

from ..searching.patience import reason

#: Errors of disks and of the system's tables, not of what was asked for.
MACHINE = {
    errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS, errno.ESTALE, errno.EMFILE,
    errno.ENFILE, errno.ENOMEM,
}  # fmt: skip
KEPT = "that is the machine's fault, not the cell's: mend it and run again, nothing is lost"


def found(error, out, database):
    """What is wrong with the machine, in a line; None if the error is of another kind.

    Args:
        error: an exception.
        out: the study's folder.
        database: what its database of trials is called.
    """
    if isinstance(error, StorageInternalError):
        return f"cannot write the trials in {database}: {reason(error)}; {KEPT}"
    if isinstance(error, OSError) and error.errno in MACHINE:
        return f"cannot use {error.filename or out}: {error.strerror}; {KEPT}"
    return None

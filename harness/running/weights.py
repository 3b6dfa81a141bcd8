"""Files of trained weights: ``out/weights/<task>/<variant>/<part>-<slot>.npz``.

Records name them relative to the study's folder, so that it can be moved, copied and read by
others. Records of gatelab 0.1 hold absolute paths: of these only the end counts, else a copy would
delete what belongs to its original.
"""

from dataclasses import replace
from pathlib import Path, PurePosixPath

FOLDER, DEPTH = "weights", 4  # the path below the study's folder has so many parts


def named(record, out):
    """The record as it is stored: with the path of its weights relative to the folder.

    Args:
        record: Record of a worker, which knows where it wrote the weights.
        out: the study's folder.
    """
    path = record.weights and find(record, out)
    return replace(record, weights=path.relative_to(out).as_posix() if path else None)


def find(record, out):
    """The path of a record's weights within a folder.

    Args:
        record: Record.
        out: the study's folder, as a Path.

    Returns:
        Path, whether or not the file exists; None if the record has no weights, or names a file
        that cannot be one of this folder's.
    """
    parts = PurePosixPath(record.weights or "").parts[-DEPTH:]
    if len(parts) < DEPTH or parts[0] != FOLDER or ".." in parts:
        return None
    return Path(out).joinpath(*parts)


def keep_best(search, out):
    """Delete the weights of all trials of a search but the best so far."""
    best = search.best()
    for other in search.records():
        if best is None or other.slot != best.slot:
            _delete(find(other, out))


def _delete(path):
    if path is not None:
        path.unlink(missing_ok=True)

"""Files of trained weights: ``out/weights/<task>/<variant>/<part>-<slot>.npz``.

Records name them relative to the study's folder, so that it can be moved, copied and read by
others. Records of gatelab 0.1 hold absolute paths: of these only the end counts, else a copy would
delete what belongs to its original.
"""

from collections import Counter
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


def keep_best(search, out, records):
    """Delete the weights of some trials of a search, but not of the best so far.

    Args:
        search: ``Search``.
        out: the study's folder.
        records: of the trials; None among them is ignored.
    """
    best = search.best()
    for other in filter(None, records):
        if best is None or other.slot != best.slot:
            _delete(find(other, out))


def tidy(c):
    """Delete the weights that a stopped session would have deleted next.

    Args:
        c: ``Comparison``, whose searches are open.
    """
    files = Counter(path.name.partition("-")[0] for path in c.folder("weights").glob("*.npz"))
    if any(count > 1 for count in files.values()):
        for search in (c.search, *(each.search for each in c.rounds or ())):
            keep_best(search, c.study.out, search.records(curves=False))


def _delete(path):
    if path is not None:
        path.unlink(missing_ok=True)

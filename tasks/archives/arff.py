"""Read .arff files of the archives of time series, of one channel or (relational) of several."""

from io import StringIO
from pathlib import Path

import numpy as np

from ..framework.errors import TaskError
from .cases import Cases


def read_arff(path: Path) -> Cases:
    """The cases of an .arff file whose one nominal attribute is the class.

    Without a nominal attribute the last one is a number to predict.

    Raises:
        TaskError: SciPy cannot read the file, or it is no file of sequences.
    """
    from scipy.io.arff import loadarff

    try:
        data, meta = loadarff(StringIO(path.read_text(encoding="utf-8-sig", errors="replace")))
    except (ValueError, NotImplementedError, StopIteration, IndexError) as error:
        raise TaskError(f"{path.name} is no .arff file that SciPy reads: {error}") from None
    if len(data) == 0:
        raise TaskError(f"{path.name} has no cases after @data")
    names, kinds = meta.names(), meta.types()
    nominal = [name for name, kind in zip(names, kinds, strict=True) if kind == "nominal"]
    if len(nominal) > 1 or len(names) < 2:
        raise TaskError(
            f"{path.name} has {len(nominal)} nominal attributes; one of them must be the class, "
            "and the others numbers"
        )
    target = nominal[0] if nominal else names[-1]
    sequences = _sequences(data, [name for name in names if name != target])
    if not nominal:
        return Cases(sequences, np.asarray(data[target], np.float64))
    labels = np.char.decode(data[target].astype(bytes), "utf-8")
    if "?" in labels:
        raise TaskError(f"{path.name}: case {labels.tolist().index('?') + 1} has no label")
    return Cases(sequences, labels, tuple(meta[target][1]))


def _sequences(data, names):
    """Each case as (t, D): a relational attribute holds a row per channel."""
    if data.dtype[names[0]].kind == "O":
        return [_channels(case) for case in data[names[0]]]
    columns = np.stack([data[name].astype(np.float64) for name in names], 1)  # (N, T)
    return [*columns[..., None]]


def _channels(case):
    return np.array([list(channel) for channel in case], np.float64).T

"""Labels of classes as people write them, and the numbers 0, 1, ... K - 1 that stand for them."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from ..framework.errors import TaskError
from .plain import few, place, plain

NO_TARGET = -100  # what torch's losses ignore by default
MARKS = ("-99", "-100", "-999", "-9999", "255", "999", "9999")  # often "none", seldom a class
BLANK = ("", "nan", "NaN", "<NA>")


class Targets(NamedTuple):
    """What a network is to learn.

    y: as in a Batch; classes are int64, -1 where there is no target.
    labels: names of the K classes; () if they are called 0, 1, ... K - 1.
    notes: what was done, a sentence each.
    """

    y: np.ndarray
    labels: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def named(labels: Any, missing: Any = None, steps: bool = False) -> Targets:
    """Number the classes in the order of their labels.

    Args:
        labels: (n,) whole numbers (also as floats), words, bytes or truth values; or a pandas
            Categorical, whose order is kept.
        missing: labels that mean "none". None finds NaN and blanks only, "none" not even marks such
            as -999, "drop" allows them.
        steps: whether these are labels of steps, where -1 and -100 mean "none" in any case.

    Raises:
        TaskError: labels that are no classes; fewer than two; a label that looks like a mark.
    """
    order, missing = _categories(labels), _one(missing)
    words, notes = _words(plain("y", labels))
    absent = _absent(words, missing, steps)
    found = _in_order({*words[~absent]}, order)
    _at_least_two(found, steps)
    _no_marks(found, missing, steps)
    place_of = {name: k for k, name in enumerate(found)}
    codes = np.full(words.shape, -1, np.int64)
    codes[~absent] = [place_of[word] for word in words[~absent]]
    notes += _ignored(words, absent, steps)
    if found == [str(k) for k in range(len(found))]:
        return Targets(codes, (), tuple(notes))
    return Targets(codes, tuple(found), (*numbering(found), *_alike(found), *notes))


def numbering(names: Sequence[str]) -> tuple[str, ...]:
    """A note on the order in which named classes are numbered."""
    told = f"{len(names)} classes are numbered from 0 in this order: {few(names)}"
    return (told,) if names else ()


def one_hot(y: np.ndarray) -> bool:
    """Whether the last axis holds one 1 among zeros, or only zeros (no label)."""
    if y.dtype.kind not in "biuf" or y.shape[-1] < 2:
        return False
    return bool(np.isin(y, (0, 1)).all() and y.sum(-1).max(initial=0) == 1)


def wanted(missing: Any) -> list[str]:
    """The marks of "none" that were asked for, as words."""
    missing = _one(missing)
    if missing is None or missing in ("none", "drop"):
        return []
    return [_word(mark) for mark in (missing if isinstance(missing, list) else [missing])]


def _one(missing):
    """A list of one mark, as typed lists are, is that mark."""
    listed = [*missing] if isinstance(missing, list | tuple) else [missing]
    return listed[0] if len(listed) == 1 else listed


def _words(values):
    """Every label as a word, "" where it is missing, and notes."""
    import pandas as pd

    if values.dtype.kind in "mMc":
        raise TaskError(f"y holds {values.dtype}: labels are words or whole numbers")
    if values.dtype.kind == "f":
        _whole(values)
    values = values.astype(object)
    for value in values[~pd.isna(values)]:
        if _kind(value) == "objects":
            raise TaskError(f"y holds objects such as {value!r:.40}: labels are words or numbers")
    codes, kinds = pd.factorize(values.ravel())  # -1 for NaN and None
    types = {_kind(value) for value in kinds}
    if len(types) > 1:
        raise TaskError(
            f"y holds {' and '.join(sorted(types))} at once; str(label) of each makes all words"
        )
    words = np.array([*map(_word, kinds), ""], object)
    spaced = types == {"words"} and any(value != value.strip() for value in kinds)
    notes = ["spaces around labels were left out"] if spaced else []
    return words[codes].reshape(values.shape), notes


def _kind(value):
    if isinstance(value, str):
        return "words"
    if isinstance(value, bool | np.bool_):
        return "truth values"
    return "numbers" if isinstance(value, int | float | np.number) else "objects"


def _word(value):
    if isinstance(value, str):
        word = value.strip()
        return "" if word in BLANK else word
    if isinstance(value, bool | np.bool_):
        return str(bool(value))
    return str(int(value)) if float(value).is_integer() else str(value)


def _whole(values):
    broken = np.argwhere(~np.isnan(values) & (np.isinf(values) | (values != np.floor(values))))
    if len(broken):
        raise TaskError(
            f"y holds {values[tuple(broken[0])]:.6g} at {place(broken[0])}, no class; "
            'kind="regression" learns a number per sequence, kind="series" one at every step'
        )


def _categories(labels):
    """The order of a pandas Categorical, as words."""
    kind = getattr(labels, "dtype", None)
    if kind is None or not hasattr(kind, "categories"):
        return []
    return [_word(value) for value in kind.categories.tolist()]


def _absent(words, missing, steps):
    """Where there is no label; refuses a blank one of a whole sequence, unless told."""
    none = [*wanted(missing), ""]
    if steps and missing != "none":
        none += ["-1", str(NO_TARGET)]
    absent = np.isin(words.astype(str), none)
    blank = np.argwhere(words == "")
    if len(blank) and not steps and missing is None:
        raise TaskError(
            f"{len(blank)} labels are missing, the first at {place(blank[0])}; "
            'missing="drop" leaves out such sequences'
        )
    return absent


def _in_order(found, order):
    if order:
        return [name for name in order if name in found]
    try:
        return sorted(found, key=int)
    except ValueError:
        return sorted(found)


def _at_least_two(found, steps):
    if len(found) >= 2:
        return
    none = "; -1 means no target: are it and the rest two classes? Then add 1 to y" if steps else ""
    raise TaskError(f"classes must be at least two, got {few(found)}{none}")


def _no_marks(found, missing, steps):
    """A number far from all others that often means "none" is not made a class in silence."""
    if missing == "none":
        return
    for mark in MARKS:
        beside = {str(int(mark) - 1), str(int(mark) + 1)} & {*found}
        binary = len(found) == 2 and int(mark) > 0  # 0 and 255 are black and white
        if mark in found and not beside and not binary:
            does = "gives such steps no target" if steps else "leaves out such sequences"
            raise TaskError(
                f"a label is {mark}, which often marks a missing one: missing={mark} {does}, "
                'missing="none" makes it a class'
            )


def _ignored(words, absent, steps):
    other = words[absent & (words != "-1")].tolist() if steps else words[absent].tolist()
    if not other:
        return []
    said = few(sorted({repr(word) if word else "with nothing" for word in other}))
    if steps:
        return [f"{len(other)} steps labelled {said} have no target (-1)"]
    return [f"{len(other)} sequences labelled {said} were left out"]


def _alike(found):
    seen: dict[str, str] = {}
    for name in found:
        if (other := seen.setdefault(name.casefold(), name)) != name:
            return [f"the labels {other!r} and {name!r} differ in case only, and are two classes"]
    return []

"""Kinds of arrays, texts and archives."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from helpers.archives import pair, ts
from helpers.drawing import rng
from helpers.kinds import Kind
from helpers.tables import table

X = rng().normal(size=(30, 4, 2)).round(2)
Y = np.arange(30) % 3
WORDS = np.array(["bee", "cat", "dog"])[Y]
STEPS = np.tile([0, 1, 1, 0], (30, 1))
LONG = np.arange(4)[:, None] < 2 + Y[:, None, None]
CASES = [case[: 2 + k % 3] for k, case in enumerate(X)]


def npz(**arrays: Any) -> Callable[[Path], None]:
    """What writes the arrays into a file."""
    return lambda path: np.savez(path, **arrays)


def parts(suffix: str, train: str, test: str) -> Callable[[Path], None]:
    """What writes Made_TRAIN and Made_TEST."""
    return lambda path: (pair(path.parent, suffix, train, test), None)[1]


def frame(suffix: str) -> Callable[[Path], None]:
    """What writes a frame of hours in a binary form."""
    return lambda path: getattr(table(40), f"to_{suffix}")(path)


def ucr(rows: int) -> str:
    return "".join(f"{1 + k % 2}\t{k}.5\t-1.25\t{k % 3}\t0.75\n" for k in range(rows))


def objects(path: Path) -> None:
    held = np.empty(30, object)
    held[:] = [*CASES]
    np.savez(path, x=held, y=Y, allow_pickle=True)


def array(what: str, shown: str, content, **more: Any) -> Kind:
    """Arrays in an .npz file."""
    return Kind(what, "mine.npz", content, options="", shown=f"`{shown}`", **more)


THREE = "3 classes are numbered from 0 in this order: "
KINDS = (
    array("labels as words", "y = ['bee', 'cat', 'dog', ...]", npz(x=X, y=WORDS),
          noted=f"{THREE}bee, cat, dog"),
    array("labels with spaces around", "y = ['bee ', ' cat', ...]",
          npz(x=X, y=np.array(["bee ", " cat", "dog"])[Y]),
          noted=f"{THREE}bee, cat, dog; spaces around labels were left out"),
    array("labels as bytes", "y = [b'bee', ...]", npz(x=X, y=WORDS.astype("S")),
          noted=f"{THREE}bee, cat, dog"),
    array("labels from 1", "y = [1, 2, 3, ...]", npz(x=X, y=Y + 1), noted=f"{THREE}1, 2, 3"),
    array("labels as floats", "y = [1.0, 2.0, 3.0, ...]", npz(x=X, y=Y + 1.0),
          noted=f"{THREE}1, 2, 3"),
    array("labels -1, 0, 1", "y = [-1, 0, 1, ...]", npz(x=X, y=Y - 1), noted=f"{THREE}-1, 0, 1"),
    array("truth values", "y = [True, False, ...]", npz(x=X, y=Y > 0),
          noted="2 classes are numbered from 0 in this order: False, True"),
    array("labels in a column", "y (N, 1)", npz(x=X, y=Y[:, None])),
    array("one-hot labels", "y (N, K) of 0 and 1", npz(x=X, y=np.eye(3)[Y]),
          noted="one-hot y is read as 3 classes"),
    array("numbers to predict", "y = [0.5, 1.25, ...]", npz(x=X, y=X[:, 0, 0] + 0.005),
          refused='y holds 0.135 at [0], no class; kind="regression" learns a number per sequence, '
          'kind="series" one at every step',
          override='kind="regression"'),
    array("a label at every step", "y (N, T)", npz(x=X, y=np.tile([0, 1, 2, 0], (30, 1))),
          refused="y of a classification must be 30 labels, got shape (30, 4) of int64; "
          'kind="labelling" learns a label at every step',
          override='kind="labelling"'),
    array("torch's padding of labels", "y = [[0, 1, -100, -100], ...]",
          npz(x=X, y=np.where(LONG[..., 0], STEPS, -100), kind="labelling"),
          noted="30 steps labelled '-100' have no target (-1)"),
    array("another mark of no label", "y = [[0, 1, 2, 255], ...]",
          npz(x=X, y=np.tile([0, 1, 2, 255], (30, 1)), kind="labelling"),
          refused="a label is 255, which often marks a missing one: missing=255 gives such steps "
          'no target, missing="none" makes it a class',
          override="missing=255"),
    array("a missing label", "y = ['bee', '', 'dog', ...]",
          npz(x=X, y=np.where(np.arange(30) == 1, "", WORDS)),
          refused='1 labels are missing, the first at [1]; missing="drop" leaves out such '
          "sequences",
          override='missing="drop"'),
    array("a class that a split would lack", "y = ['a', 'b', 'a', 'c', ...]",
          npz(x=X, y=np.where(np.arange(30) == 3, "c", np.array(["a", "b"])[Y % 2])),
          refused="1 of 3 classes have fewer than 3 sequences, one for each split: c; "
          'missing="c" leaves it out',
          override='missing="c"'),
    array("numbers that are no classes", "y = [31, 7, 25, ...]", npz(x=X, y=np.arange(30) * 3),
          refused="y holds 30 different labels of 30 sequences, too few of each to be classes; "
          'kind="regression" learns numbers',
          override='kind="regression"'),
    array("few sequences", "x (9, T, D)", npz(x=X[:9], y=Y[:9]),
          noted="9 sequences leave only 1 for validation and for the test: scores of so few hardly "
          "tell cells apart"),
    array("padding with NaN", "x = [[.., NaN, NaN], ...]", npz(x=np.where(LONG, X, np.nan), y=Y),
          noted="20 sequences are padded with NaN at the end"),
    array("padding with zeros", "x = [[.., 0, 0], ...]", npz(x=np.where(LONG, X, 0), y=Y),
          refused='20 sequences end in steps of zeros, the first at [0]: lengths="padded" takes '
          'them for padding, lengths="full" for data',
          override='lengths="padded"'),
    array("lengths as a mask", "lengths (N, T) of 0 and 1",
          npz(x=np.where(LONG, X, 0), y=Y, lengths=LONG[..., 0])),
    array("time first", "x (T, N, D)", npz(x=X.swapaxes(0, 1), y=Y),
          noted="x (4, 30, 2) is read as (T, N, D)"),
    array("one input, as scikit-learn has it", "X (N, T)", npz(X=X[..., 0], y=Y),
          noted="x is read as 30 sequences of 4 steps of one input"),
    array("more inputs than steps, perhaps (N, D, T)", "x (N, 2, 4)",
          npz(x=X.swapaxes(1, 2), y=Y),
          noted='x is read as 2 steps of 4 inputs; if it is (N, D, T), as aeon has it, say '
          'order="NDT"',
          override='order="NDT"'),
    array("codes of symbols", "x = [[3, 0, 2, 1], ...]",
          npz(x=np.tile([3, 0, 2, 1], (30, 1)), y=Y),
          noted="x is read as 30 sequences of 4 steps of one input; x is read as quantities; if "
          "its numbers are codes, np.eye(K)[x] gives them one-hot"),
    array("a missing value", "x = [[0.5, NaN, ...], ...]",
          npz(x=np.where(np.arange(240).reshape(30, 4, 2) == 10, np.nan, X), y=Y),
          refused="x holds 1 values that are NaN or infinite in float32, the first at [1, 1, 0]; "
          'fill="interpolate" fills them',
          override='fill="interpolate"'),
    array("Python objects", "np.savez(path, x=list of arrays)", objects,
          refused="holds Python objects, which are not unpickled; pad x to one length with NaN, "
          "and save words as np.array(y, str)"),
    Kind("a table called .txt", "load.txt", table(40).to_csv(index=False),
         noted='load.txt is read as a table; form="text" reads its characters'),
    Kind("lines that may be rows or prose", "log.txt", "so he said\n1.5,2.5\n" * 1500,
         refused='may be a table or a text, as 50% of its lines look like rows; form="table" or '
         'form="text" says which',
         override='form="text",length=9', options=""),
    Kind("a text of one character", "one.txt", "a" * 6000, options="", shown="`aaaa...`",
         refused="its 6000 characters are all 'a': there is nothing to predict; give a text of "
         "several characters"),
    Kind("a rhythm", "two.txt", "ab" * 3000, options="", shown="`abab...`",
         refused="its 6000 characters are 'ab' again and again: there is nothing to predict; give "
         "a text that does not repeat"),
    Kind("a phrase again and again", "phrase.txt", "to be, or " * 607, options="",
         shown="`to be, or to be, or ...`",
         noted="its 6069 characters are 'to be, or ' again and again, every 10: the test has been "
         "read in training"),
    Kind("Parquet", "load.parquet", frame("parquet"), shown="a file that pandas wrote"),
    Kind("Feather", "load.feather", frame("feather"), shown="a file that pandas wrote"),
    Kind("a sequence per row", "rows.csv",
         "label,t0,t1,t2,t3,t4,t5,t6,t7,t8\n" + "a,1,2,3,4,5,6,7,8,9\nb,2,3,4,5,6,7,8,9,1\n" * 15,
         refused="has 9 numbered columns and 'label': if each row is a sequence, say "
         'form="sequences"; if each row is a moment, form="table"',
         override='form="sequences"', options=""),
    Kind("the UCR archive's tables", "Made_TRAIN.tsv", parts(".tsv", ucr(20), ucr(30)[-200:]),
         options="", shown="`1\t0.5\t-1.25`, and Made_TEST.tsv beside it",
         noted="Made_TRAIN.tsv is for training and validation, Made_TEST.tsv for the test; "
         "2 classes are numbered from 0 in this order: 1, 2"),
    Kind("a .ts file, its test beside it", "Made_TRAIN.ts",
         parts(".ts", ts(CASES[:20], WORDS[:20], "", ["bee", "cat", "dog"]),
               ts(CASES[20:], WORDS[20:], "", ["bee", "cat", "dog"])),
         options="", shown="`1,2,3:4,5,6:cat`, and Made_TEST.ts beside it",
         noted="Made_TRAIN.ts is for training and validation, Made_TEST.ts for the test; "
         f"{THREE}bee, cat, dog"),
    Kind("a .ts file alone", "Made_TRAIN.ts", ts(CASES, Y, "", ["0", "1", "2"]), options="",
         shown="`1,2,3:4,5,6:1`",
         noted="Made_TRAIN.ts has no test file beside it: a fifth of it is the test"),
    Kind("a .ts file with missing values", "Made.ts",
         "@classLabel true a b\n@data\n" + "1,?,3:a\n2,3,4:b\n" * 10, options="",
         shown="`1,?,3:a`",
         refused="x holds 10 values that are NaN or infinite in float32, the first at [0, 1, 0]; "
         'fill="interpolate" fills them',
         override='fill="interpolate"'),
    Kind("an .arff file", "Made.arff",
         "@relation Made\n@attribute a numeric\n@attribute b numeric\n@attribute class {x,y}\n"
         "@data\n" + "1,2,x\n2,3,y\n" * 15,
         options="", shown="`@attribute class {x,y}`",
         noted="Made.arff has no test file beside it: a fifth of it is the test; "
         "2 classes are numbered from 0 in this order: x, y"),
)  # fmt: skip

#: What stands below the list: forms that are in memory only.
TAIL = """\
In Python, `from_arrays(x, y)` takes more: `x` as a list of arrays `(t, D)` or `(t,)` of different
lengths, as aeon's lists of `(D, t)`, as sktime's nested frames and frames by (sequence, step), and
as tensors of torch; `y` as a pandas column, a Categorical (whose order is kept), dummies (whose
columns are the names of the classes), rows as long as their sequences, and sets of words at every
step. `from_frame(frame)` takes a pandas frame or series whose times are a column or the index, and
`Study(tasks=[frame, (x, y)])` takes both as they are.
"""

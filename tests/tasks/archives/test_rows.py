"""A sequence per row: the UCR archive's tables, and a table with a column of labels."""

import numpy as np
import pytest
from helpers.refusals import refused

from gatelab.tasks import TaskError
from gatelab.tasks.archives.rows import read_rows

VALUES = [[0.5, -1, 2], [1, 1.5, 1e-3]]


def read(text, folder, **options):
    (folder / "some.txt").write_text(text)
    return read_rows(folder / "some.txt", **options)


@pytest.mark.parametrize(
    ("text", "options", "labels", "classes"),
    [
        ("2\t0.5\t-1\t2\n1\t1\t1.5\t1e-3\n", {}, ["2", "1"], ("1", "2")),
        ("2,0.5,-1,2\n1,1,1.5,1e-3\n", {}, ["2", "1"], ("1", "2")),
        ("  2.0000e+00  0.5 -1 2\n  1.0000e+00  1 1.5 1e-3\n", {}, ["2", "1"], ("1", "2")),
        ("cat,0.5,-1,2\ndog,1,1.5,1e-3\n", {}, ["cat", "dog"], ("cat", "dog")),
        ("0.5;-1;2;10\n1;1.5;1e-3;9\n", {"label": "last"}, ["10", "9"], ("9", "10")),
        ("0.5,-1,2,b\n1,1.5,1e-3,a\n", {}, ["b", "a"], ("a", "b")),
        (",t0,t1,t2,y\n0,0.5,-1,2,b\n1,1,1.5,1e-3,a\n", {}, ["b", "a"], ("a", "b")),
        ("t0,t1,Class,t2\n0.5,-1,b,2\n1,1.5,a,1e-3\n", {}, ["b", "a"], ("a", "b")),
        ("0,1,2,label\n0.5,-1,2,b\n1,1.5,1e-3,a\n", {}, ["b", "a"], ("a", "b")),
        ("who,t0,t1,t2\nb,0.5,-1,2\na,1,1.5,1e-3\n", {"label": "who"}, ["b", "a"], ("a", "b")),
    ],
)
def test_values_and_labels_are_found(text, options, labels, classes, tmp_path):
    found = read(text, tmp_path, **options)
    assert [case[:, 0].tolist() for case in found.sequences] == VALUES
    assert (found.targets.tolist(), found.classes) == (labels, classes)


def test_targets_can_be_numbers_and_values_can_be_missing(tmp_path):
    found = read("0.25,1,?\n-3,NaN,2\n", tmp_path, numbers=True)
    assert found.targets.tolist() == [0.25, -3]
    assert np.array_equal(np.squeeze(found.sequences), [[1, np.nan], [np.nan, 2]], equal_nan=True)


def test_a_short_row_is_a_short_sequence(tmp_path):
    found = read("1,0.5,2,3\n2,1\n", tmp_path).sequences[1][:, 0]
    assert np.array_equal(found, [1, np.nan, np.nan], equal_nan=True)


@pytest.mark.parametrize(
    ("text", "options", "complaint"),
    [
        ("who,t0,t1\nb,0.5,2\n", {}, "which column holds the labels? Name it, as in label='who'"),
        ("who,t0,t1\nb,0.5,2\n", {"label": "whom"}, "unknown column 'whom'; did you mean who"),
        ("1,2,3\n1,b,3\n", {}, "line 2 holds 'b', no number; label= says"),
        ("label,t0,t1\nb,0.5,2\n,0.5,2\n", {}, "line 3 has no label"),
        (
            "1,2,3\n1,2,3,4\n",
            {},
            "is no table with a sequence per row: Expected 3 fields in line 2",
        ),
        ("a,1,2\n2,1,2\n", {"numbers": True}, "a target is no number"),
    ],
)
def test_what_is_no_sequence_is_refused_with_its_line(text, options, complaint, tmp_path):
    with refused(TaskError, complaint.replace("?", r"\?")):
        read(text, tmp_path, **options)

"""What .arff files say, and what is refused."""

import numpy as np
import pytest
from helpers.refusals import refused

from gatelab.tasks import TaskError
from gatelab.tasks.archives.arff import read_arff

FLAT = """% a remark
@Relation Made
@attribute att0 numeric
@attribute att1 REAL
@attribute target {2,1}
@data
0.5,-1,1
?,2,2
"""
NESTED = r"""@relation 'Made'
@attribute relationalAtt relational
@attribute att0 numeric
@attribute att1 numeric
@attribute att2 numeric
@end relationalAtt
@attribute activity {Standing,Running}
@data
'1,2,3\n4,5,6',Standing
'7,8,9\n-1,-2,-3',Running
"""


def read(text, folder):
    (folder / "some.arff").write_text(text)
    return read_arff(folder / "some.arff")


def test_one_channel_with_a_class(tmp_path):
    found = read(FLAT, tmp_path)
    assert np.array_equal(found.sequences[0][:, 0], [0.5, -1])
    assert np.array_equal(found.sequences[1][:, 0], [np.nan, 2], equal_nan=True)
    assert (found.targets.tolist(), found.classes) == (["1", "2"], ("2", "1"))


def test_several_channels(tmp_path):
    found = read(NESTED, tmp_path)
    assert found.sequences[0].tolist() == [[1, 4], [2, 5], [3, 6]]
    assert found.sequences[1].tolist() == [[7, -1], [8, -2], [9, -3]]
    assert (found.targets.tolist(), found.classes) == (
        ["Standing", "Running"],
        ("Standing", "Running"),
    )


def test_a_number_to_predict_stands_last(tmp_path):
    found = read(FLAT.replace("{2,1}", "numeric"), tmp_path)
    assert (found.targets.tolist(), found.classes) == ([1, 2], ())


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("0.5,-1,1", "0.5,-1,3", "no .arff file that SciPy reads: .*3"),
        ("@data", "", "no .arff file that SciPy reads"),
        ("att0 numeric", "att0 {a,b}", "no .arff file that SciPy reads|2 nominal attributes"),
        ("0.5,-1,1", "0.5,-1,?", "case 1 has no label"),
        ("0.5,-1,1\n?,2,2\n", "", "has no cases after @data"),
    ],
)
def test_what_is_no_file_of_sequences_is_refused(old, new, complaint, tmp_path):
    with refused(TaskError, complaint):
        read(FLAT.replace(old, new), tmp_path)

"""What .ts files say, and what is refused."""

import numpy as np
import pytest
from helpers.archives import ts
from helpers.drawing import rng
from helpers.refusals import refused

from gatelab.tasks import TaskError
from gatelab.tasks.archives.ts import read_ts

CASES = [rng(i).normal(size=(3 + i % 2, 2)) for i in range(4)]
LABELS = ["b", "a", "a", "b"]


def read(text, folder):
    (folder / "some.ts").write_text(text, encoding="utf-8")
    return read_ts(folder / "some.ts")


def test_channels_labels_and_the_order_of_classes_are_the_file_s(tmp_path):
    found = read(ts(CASES, LABELS, "@dimensions 2\n@equalLength false", ["b", "a"]), tmp_path)
    for case, given in zip(found.sequences, CASES, strict=True):
        assert np.array_equal(case, given)
    assert (found.targets.tolist(), found.classes) == (LABELS, ("b", "a"))


def test_numbers_to_predict_and_capitals_are_kept(tmp_path):
    found = read(ts(CASES, [0.5, -1, 2, 1e-3]), tmp_path)
    assert found.targets.tolist() == [0.5, -1, 2, 0.001]
    assert read(ts(CASES, ["Run", "run"] * 2, classes=["run", "Run"]), tmp_path).classes == (
        "run",
        "Run",
    )


def test_headers_in_small_letters_comments_and_blank_lines_are_read(tmp_path):
    text = ts(CASES, LABELS, "% a remark\n", ["a", "b"]).replace("@classLabel", "@classlabel")
    text = text.replace("@data\n", "@DATA\n\n# another\n")
    assert read("\ufeff" + text, tmp_path).targets.tolist() == LABELS


def test_missing_values_are_nan(tmp_path):
    text = "@classLabel true a b\n@data\n1,?,3:a\nNaN,2,-3:b\n"
    found = read(text, tmp_path).sequences
    assert np.array_equal(found[0][:, 0], [1, np.nan, 3], equal_nan=True)
    assert np.array_equal(found[1][:, 0], [np.nan, 2, -3], equal_nan=True)


def test_values_with_time_stamps_keep_their_signs(tmp_path):
    text = (
        "@timeStamps true\n@classLabel true 1 2\n@data\n"
        "(2007-01-01 00:00:00,-1.5),(2007-01-01 00:01:00,2):(0,7),(1,-8e-1):1\n"
        "(3,1):(4,?):2\n"
    )
    found = read(text, tmp_path)
    assert found.sequences[0].tolist() == [[-1.5, 7], [2, -0.8]]
    assert np.array_equal(found.sequences[1], [[1, np.nan]], equal_nan=True)
    assert found.targets.tolist() == ["1", "2"]
    assert found.notes == ("the time stamps of values were left out",)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("@data", "", "some.ts has no line @data: it is no .ts file"),
        ("2,2:b", "2,2:c", r"case 2 has the unlisted class 'c'.* \(line 7\)"),
        ("2,2:b", "2,two:b", r"case 2 has a value that is no number: .*'two'.* \(line 7\)"),
        ("2,2:b", "2,2:", r"case 2 has no label; leave it out.* \(line 7\)"),
        ("2,2:b", "2:b", r"case 2 has channels of different lengths.* \(line 7\)"),
        ("2,2:b", "2,2:2,2:b", r"case 2 has 3 channels, but the header says 2.* \(line 7\)"),
        ("1,1:1,1", "1,1,1:1,1,1", r"case 1 has 3 steps, but the header says 2.* \(line 6\)"),
        ("@classLabel true a b", "@classLabel false", "has no labels: its header must say"),
        ("@classLabel true a b", "@targetLabel true", "a target is no number"),
        ("1,1:1,1:a\n2,2:2,2:b\n", "", "has no cases after @data"),
    ],
)
def test_a_damaged_file_is_refused_with_its_line(old, new, complaint, tmp_path):
    text = "@dimensions 2\n@equalLength true\n@seriesLength 2\n@classLabel true a b\n@data\n"
    text += "1,1:1,1:a\n2,2:2,2:b\n"
    read(text, tmp_path)
    with refused(TaskError, complaint):
        read(text.replace(old, new), tmp_path)


def test_the_files_of_aeon_are_read_as_aeon_reads_them():
    datasets = pytest.importorskip("aeon.datasets")
    from pathlib import Path

    for file in sorted(Path(datasets.__file__).parent.glob("data/*/*_T*.ts")):
        x, y = datasets.load_from_ts_file(str(file))
        found = read_ts(file)
        for theirs, ours in zip(x, found.sequences, strict=True):
            assert np.array_equal(theirs.T, ours, equal_nan=True), file.name
        assert [str(v).lower() for v in y] == [str(v).lower() for v in found.targets]

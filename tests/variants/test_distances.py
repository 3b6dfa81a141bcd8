"""The measured distances from other people's code: complete, and within the bounds of the tests."""

import csv

import pytest
from helpers.packages import needs
from oracles import distances, ties

BOUNDS = {"float64": 1e-9, "float32": 1e-5}


def rows():
    with open(distances.FILE, newline="", encoding="utf-8") as file:
        return [distances.Distance(**row) for row in csv.DictReader(file)]


@pytest.mark.parametrize(
    ("package", "said"),
    {
        "torch": "torch `nn.",
        "torchrecurrent": "torchrecurrent `",
        "onnxruntime": "onnxruntime `",
        "xlstm": "xlstm's",
    }.items(),
)
def test_what_the_table_of_ties_says_was_measured(package, said):
    tied = {name for name, tie in ties.TIES.items() if said in tie.others}
    # As an LSTM whose weights are converted; the tests do that, the measurement does not.
    tied -= {"original"} if package in ("torch", "onnxruntime") else set()
    assert {row.cell for row in rows() if row.code.split()[0] == package} == tied


def test_every_distance_is_within_the_bound_of_the_tests():
    for row in rows():
        assert float(row.outputs) <= BOUNDS[row.precision], row
        assert (row.gradients == "") == (row.precision == "float32"), row
        assert float(row.gradients or 0) <= BOUNDS[row.precision], row


def test_a_distance_is_seen():
    needs("torch")
    from helpers.independent import case_of, variant_of
    from oracles import torch_modules

    case = case_of(variant_of("rnn"))
    found = torch_modules.run("rnn", case)
    found["d W_h"] = found["d W_h"] * (1 + 1e-3)
    row = distances._distance("rnn", "torch nn.RNN", case, found)
    assert row.outputs < 1e-12
    assert 1e-4 < row.gradients < 1e-2

"""`gatelab certify`."""

import sys

import cloudpickle
import pytest
from helpers.command import command

from gatelab import certify, variants
from gatelab.variants import VariantError

main = command("certify")
cloudpickle.register_pickle_by_value(sys.modules[__name__])
FILE = """
from gatelab.variants import Variant, register, tanh

@register("right_cell")
class Right(Variant):
    def step(self, p, x, h):
        return tanh(p.W_h @ x + p.R_h @ h)

@register("wrong_cell")
class Wrong(Variant):
    def step(self, p, x, h):
        return tanh(p.W_h @ x + p.R_h @ h)

    def backward(self, p, d, x, h, dh):
        a = dh * (1 - tanh(p.W_h @ x + p.R_h @ h))
        d.W_h += a @ x.T
        d.R_h += a @ h.T
        return p.W_h.T @ a, p.R_h.T @ a
"""


def test_certify_from_the_shell(tmp_path, capsys):
    file = tmp_path / "my_cell.py"
    file.write_text(FILE)
    assert main([str(file), "rnn"]) == 1
    said = capsys.readouterr()
    assert [line for line in said.out.splitlines() if line.endswith(": certified")] == [
        "right_cell: certified", "rnn: certified",
    ]  # fmt: skip
    assert said.err.startswith("error: wrong_cell: own backward, one step")
    assert said.err.count("\n") == 1
    assert main(["rnn", "right_cell"]) == 0


def test_a_name_stands_for_its_class():
    assert certify("rnn").variant == certify(variants.get("rnn")).variant == "rnn"
    with pytest.raises(VariantError, match="unknown variant 'rrn'; did you mean rnn"):
        certify("rrn")


def test_a_file_without_a_cell_is_refused(tmp_path, capsys):
    file = tmp_path / "no_cell.py"
    file.write_text("x = 1")
    assert main([str(file)]) == 2
    assert "no_cell.py registers no variant; write @register" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("word", "complaint"),
    [
        ("rrn", "error: unknown variant 'rrn'; did you mean rnn"),
        ("none.py", "error: no file none.py"),
    ],
)
def test_what_cannot_be_certified_is_said_in_one_line(word, complaint, capsys):
    assert main([word]) == 2
    said = capsys.readouterr().err
    assert complaint in said
    assert said.count("\n") == 1

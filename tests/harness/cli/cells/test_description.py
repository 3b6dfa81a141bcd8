"""`gatelab cells NAME`: equations, gradient, parameters, drawing, code."""

import re

import pytest
from helpers.cells_command import printed

from gatelab import variants
from gatelab.calculus.program import derive
from gatelab.diagram import draw
from gatelab.kernels.text.array_code import source
from gatelab.kernels.text.loop_code import loop_source

each_registered = pytest.mark.parametrize("name", variants.names())


def section(out, heading):
    """The lines of one part of a cell's description."""
    parts = dict(re.findall(r"^(\w+)[^\n]*\n\n((?:  [^\n]*\n|\n)+)", out, re.M))
    return [line.strip() for line in parts[heading].splitlines() if line.strip()]


def test_equations_are_those_that_were_written(capsys):
    assert section(printed(capsys, "peephole"), "Equations") == [
        "i = sigmoid(W_i @ x + R_i @ h + p_i * c + b_i)",
        "f = sigmoid(W_f @ x + R_f @ h + p_f * c + b_f)",
        "g = tanh(W_g @ x + R_g @ h + b_g)",
        "c' = f * c + i * g",
        "o = sigmoid(W_o @ x + R_o @ h + p_o * c' + b_o)",
        "h' = o * tanh(c')",
    ]


def test_the_gradient_is_readable(capsys):
    out = section(printed(capsys, "peephole"), "Gradient")
    assert out[0].startswith("d_v is dL/dv and a_v the argument of the function that gives v")
    for line in [
        "d_a_o = d_h' * tanh(c') * o * (1 - o)",
        "d_c' += d_h' * o * (1 - tanh(c')) * (1 + tanh(c')) + d_a_o * p_o",
        "d_a_i = d_c' * g * i * (1 - i)",
        "d_c = d_c' * f + d_a_f * p_f + d_a_i * p_i",
        "d_h = R_i.T @ d_a_i + R_f.T @ d_a_f + R_g.T @ d_a_g + R_o.T @ d_a_o",
        "d_W_i += d_a_i @ x.T",
        "d_p_o += d_a_o * c'",
        "d_b_f += d_a_f",
    ]:
        assert line in out


def test_products_inside_a_step_have_derivatives_of_their_own(capsys):
    out = section(printed(capsys, "gru"), "Gradient")
    assert "d_(r * h) = R_n.T @ d_a_n" in out
    assert "d_R_n += d_a_n @ (r * h).T" in out
    assert "d_a_r = d_(r * h) * h * r * (1 - r)" in out
    after = section(printed(capsys, "gru_reset_after"), "Gradient")
    assert "u_m = R_n @ h + b_m" in after
    assert "d_u_m = d_a_n * r" in after


def test_parameters_say_where_they_start(capsys):
    out = section(printed(capsys, "peephole"), "Parameters")
    assert [re.split(r"  +", line) for line in out] == [
        ["W_i W_f W_g W_o", "(H, D)", "starts uniform in +-1/sqrt(H)"],
        ["R_i R_f R_g R_o", "(H, H)", "starts uniform in +-1/sqrt(H)"],
        ["p_i p_f p_o", "(H,)", "starts at 0"],
        ["b_i b_g b_o", "(H,)", "starts at 0"],
        ["b_f", "(H,)", "starts at 1, or at a study's forget_bias"],
    ]
    assert "starts at -1, or at minus a study's forget_bias" in printed(capsys, "coupled")


def test_a_cell_of_one_s_own(capsys, mine):
    out = printed(capsys, "--import", mine, "mine", "--inputs", "3", "--hidden", "5")
    assert out.startswith("mine\n\n  A cell of one's own [really]. It is not published.\n\n  More")
    assert "Parameters: 46 = HD + HH + H + 1 with D = 3 inputs and H = 5 units" in out
    assert section(out, "States") == [
        "h  (H,)  starts at 0, is the output",
        "m  (H,)  starts at -1",
    ]
    assert section(out, "Hyperparameters") == [
        "beta = 0.7  set at run time, searched in (0.0, 2.0)",
        "depth = 2  structure: compiled anew",
    ]
    assert "starts at 0.5, or at minus a study's forget_bias" in out
    assert section(out, "Equations") == [
        "z = sigmoid(W_z @ x + R_z @ h + b_z)",
        "h' = z * h + beta * tanh(s_m * m)",
        "m' = m",
    ]
    assert "d_(s_m * m) = d_h' * beta * (1 - tanh(s_m * m)) * (1 + tanh(s_m * m))" in out
    assert "d_s_m += sum(d_(s_m * m) * m)" in out


def test_starts_are_said_in_words(capsys):
    out = section(printed(capsys, "unicornn"), "Parameters")
    assert [re.split(r"  +", line) for line in out] == [
        ["p_c", "(H,)", "starts uniform in -0.1..0.1"],
        ["p_w", "(H,)", "starts uniform in 0..1"],
        ["W_z", "(H, D)", "starts uniform in +-1/sqrt(H)"],
        ["b_z", "(H,)", "starts at 0"],
    ]


@each_registered
def test_every_cell_can_be_shown(capsys, name):
    out = printed(capsys, name)
    assert section(out, "Equations")
    assert section(out, "Gradient")


def test_options_are_part_of_the_name(capsys):
    out = printed(capsys, "odyssey:peepholes=False,forget_gate=coupled")
    assert out.startswith("odyssey:forget_gate=coupled,peepholes=False\n")
    assert "i' = 1 - f'" in section(out, "Equations")
    assert "p_" not in "".join(section(out, "Equations"))


# -- the drawing -------------------------------------------------------------------------------


def test_a_drawing_is_written(capsys, tmp_path):
    path = tmp_path / "out.svg"
    assert printed(capsys, "rhn:depth=2", "--diagram", str(path)) == f"drawn in {path}\n"
    assert path.read_text(encoding="utf-8") == draw(derive(variants.get("rhn:depth=2")()))


# -- code --------------------------------------------------------------------------------------


@each_registered
def test_renderings(capsys, name):
    program = derive(variants.get(name)())
    assert printed(capsys, name, "--numpy").strip() == source(program).strip()
    kernel = printed(capsys, name, "--kernel")
    assert kernel.strip() == loop_source(program, "float32").text.strip()
    compile(kernel, name, "exec")

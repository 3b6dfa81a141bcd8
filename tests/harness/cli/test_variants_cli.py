"""``gatelab cells``: what it prints is derived, readable, and computes what it should."""

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from helpers.command import command
from oracles import complex_step, unrolled
from oracles.comparison import random_case
from oracles.odd_cells import ODD

from gatelab import Layer, variants
from gatelab.calculus import latex, text
from gatelab.calculus.program import derive
from gatelab.describing import listing
from gatelab.diagram import draw
from gatelab.kernels.text.array_code import FUNCTIONS, source
from gatelab.kernels.text.loop_code import loop_source
from gatelab.variants import Variant, layer_norm, mean, sigmoid, tanh
from gatelab.variants.language.registry import VARIANTS

main = command("cells")

ROOT = Path(__file__).parents[3]


class Subtracted(Variant):
    """Sums that are taken away, and matrices that are transposed, summed and scaled."""

    beta = 0.6

    def step(self, p, x, h, c):
        f = sigmoid((p.R_a - 2 * p.R_b.T) @ c + (self.beta * p.W_a - p.W_b) @ x)
        c = f * c
        h = (1 - c) * (1 - c) + h * sigmoid(1 - c) - (-p.R_b + p.R_a.T).T @ (h * c)
        return h - p.R_a @ h, c


CELLS = {name: variants.get(name) for name in variants.names()} | ODD | {"Subtracted": Subtracted}
each_cell = pytest.mark.parametrize("name", CELLS)
each_registered = pytest.mark.parametrize("name", variants.names())
MINE = '''
from gatelab.variants import Variant, register, tanh, sigmoid

@register("mine")
class Mine(Variant):
    """A cell of one's own [really]. It is not published.

    More about it.

    Somebody (2026), A Journal 1:2-3.
    """

    beta, depth, b_z, m = 0.7, 2, 0.5, -1.0
    search = {"beta": (0.0, 2.0)}
    forget = {"b_z": -1.0}

    def step(self, p, x, h, m):
        z = sigmoid(p.W_z @ x + p.R_z @ h + p.b_z)
        return z * h + self.beta * tanh(p.s_m * m), m
'''


@pytest.fixture(autouse=True)
def only_the_package_s_own_cells(monkeypatch):
    """Whatever other test files have registered when they were imported."""
    own = {
        n: c for n, c in VARIANTS.classes.items() if c.__module__.startswith("gatelab.variants.")
    }
    monkeypatch.setattr(VARIANTS, "classes", own)


@pytest.fixture
def mine(tmp_path):
    """A user's file; what it registers is forgotten again."""
    path = tmp_path / "my_cell.py"
    path.write_text(MINE)
    return str(path)


def printed(capsys, *arguments):
    """Standard output of a command that succeeds and says nothing else."""
    assert main([*arguments]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out


def section(out, heading):
    """The lines of one part of a cell's description."""
    parts = dict(re.findall(r"^(\w+)[^\n]*\n\n((?:  [^\n]*\n|\n)+)", out, re.M))
    return [line.strip() for line in parts[heading].splitlines() if line.strip()]


def started(*arguments, **options):
    command = [sys.executable, "-W", "error", "-m", "gatelab", "cells", *arguments]
    env = {k: v for k, v in os.environ.items() if k != "OPENBLAS_CORETYPE"}
    env |= options.pop("env", {})
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command, cwd=ROOT, env=env, stdout=pipe, stderr=pipe, text=True, **options
    )


# -- all cells ---------------------------------------------------------------------------------


HEADINGS = ["cell", "states", "matrices", "parameters", "work", "time"]


def rows(out):
    """{cell: (its figures by heading, who wrote it, what is said below)}."""
    found, lines = {}, out.partition("\n\nparameters: ")[0].splitlines()
    assert lines[0].split() == HEADINGS
    ends = [lines[0].index(word) + len(word) for word in HEADINGS]  # headings end where figures do
    name = None
    for line in lines[1:]:
        if line.startswith("    ") and name:
            found[name][2].append(line.strip())
        elif line.startswith("    ") or len(line) < ends[-1]:
            name = None  # a family
        else:
            name, *states, matrices, parameters, work, time = line[: ends[-1]].split()
            figures = [name, " ".join(states), matrices, parameters, work, time]
            figures = dict(zip(HEADINGS, figures, strict=True))
            found[name] = (figures, line[ends[-1] :].strip(), [])
    return found


def test_a_row_for_every_cell(capsys):
    out = printed(capsys)
    assert set(rows(out)) == set(variants.names())
    assert max(map(len, out.splitlines())) <= 100
    assert "D = 28 inputs and H = 128 units" in out


def test_rows_stand_in_families(capsys):
    out = printed(capsys)
    families = ["LSTMs", "GRUs", "Other gated cells", "Cells without gates"]
    places = [out.index(f"\n{family}\n") for family in families]
    assert places == sorted(places)
    place = lambda name: sum(out.index(f"\n{name} ") > p for p in places)
    assert [place(name) for name in ("peephole", "gru", "lem", "rnn")] == [1, 2, 3, 4]


def test_a_row_says_what_the_cell_is(capsys):
    figures, source, said = rows(printed(capsys))["peephole"]
    assert source == "Gers et al. (2002)"
    assert said == ["LSTM whose gates also see the cell: i and f the old one, o the new one."]
    assert (figures["states"], figures["matrices"]) == ("h c", "8")
    assert figures["parameters"] == f"{4 * 128 * (28 + 128 + 1) + 3 * 128:,}"


def test_work_is_counted_in_products(capsys):
    out = rows(printed(capsys, "--inputs", "10", "--hidden", "30"))
    assert out["standard"][0]["work"] == out["peephole"][0]["work"] == "1.00"
    assert out["gru"][0]["work"] == "0.75"
    assert out["full_gate_recurrence"][0]["work"] == f"{1 + 9 * 30 / (4 * 40):.2f}"
    assert out["brc"][0]["work"] == f"{3 * 10 / (4 * 40):.2f}"


def test_time_is_the_bench_s(capsys, monkeypatch, tmp_path):
    path = tmp_path / "speed.csv"
    path.write_text(
        "variant,shape,milliseconds,torch\n"
        "standard,S1,10,1\nstandard,S2,40,1\ngru,S1,5,1\ngru,S2,10,1\nrnn,S2,,1\n"
    )
    monkeypatch.setattr(listing, "SPEED", path)
    out = printed(capsys)
    times = {name: figures["time"] for name, (figures, *_) in rows(out).items()}
    assert times["standard"] == "1.00"
    assert times["gru"] == f"{np.sqrt(1 / 2 * 1 / 4):.2f}"
    assert times["rnn"] == "-"
    monkeypatch.setattr(listing, "SPEED", tmp_path / "none.csv")
    assert "after `gatelab bench --keep`" in printed(capsys)


def test_sizes_are_asked_for(capsys):
    out = rows(printed(capsys, "--inputs", "2", "--hidden", "3"))
    assert out["rnn"][0]["parameters"] == str(3 * (2 + 3 + 1))
    assert out["gru_reset_after"][0]["parameters"] == str(3 * 3 * (2 + 3 + 1) + 3)


def test_hyperparameters_stand_below(capsys, mine):
    figures, source, said = rows(printed(capsys, "--import", mine))["mine"]
    assert source == "Somebody (2026)"
    assert said == ["A cell of one's own [really]. It is not published.", "beta=0.7, depth=2"]
    assert (figures["states"], figures["matrices"]) == ("h m", "2")
    assert figures["parameters"] == f"{128 * (28 + 128 + 1) + 1:,}"


def test_only_those_that_match(capsys, mine):
    assert set(rows(printed(capsys, "--matching", "GREFF"))) >= {"coupled", "no_output_gate"}
    assert set(rows(printed(capsys, "--matching", "elman"))) == {"rnn"}
    assert set(rows(printed(capsys, "--import", mine, "--matching", "mine"))) == {"mine"}


def test_without_a_docstring_nothing_is_made_up(capsys, mine):
    step = "    def step(self, p, x, h):\n        return h\n"
    head = (
        "from gatelab.variants import Variant, register\n@register('bare')\nclass Bare(Variant):\n"
    )
    Path(mine).write_text(head + step)
    figures, source, said = rows(printed(capsys, "--import", mine))["bare"]
    assert [*figures.values()] == ["bare", "h", "0", "0", "0.00", "-"]
    assert (source, said) == ("", [])


def test_a_cell_that_cannot_be_traced_says_so_beside_the_others(capsys, mine):
    Path(mine).write_text(MINE.replace("tanh(p.s_m * m)", "m.sum()"))
    assert main(["--import", mine]) == 2
    captured = capsys.readouterr()
    assert [*rows(captured.out)["mine"][0].values()] == ["mine", "h m", "?", "?", "?", "-"]
    assert rows(captured.out)["gru"][0]["matrices"] == "6"
    assert captured.err.startswith(
        "error: mine: my_cell.py:19: `return z * h + self.beta * m.sum()"
    )
    assert captured.err.count("\n") == 1


# -- one cell ----------------------------------------------------------------------------------


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


@each_cell
def test_what_is_printed_computes_what_the_step_computes(name):
    """The equations and the gradient, run as the Python that they nearly are."""
    variant = CELLS[name]()
    program, layer = derive(variant), Layer(variant, 2, 3, "float64", "numpy")
    case = random_case(np.random.default_rng(4), layer, 2, (1,))
    got = run(program, variant, case)
    _, final = unrolled.unroll(variant.step, case.params, case.x, case.state, case.lengths, np)
    for state, value in zip(program.states, final, strict=True):
        assert np.abs(got[f"{state}_new"].T - value).max() < 1e-12, state
    loss = lambda at: unrolled.loss(variant.step, case, at, np)
    want = complex_step.gradient(loss, case.arrays())
    ends = {f"state {k}": f"d_{s}" for k, s in enumerate(program.states)} | {"x": "d_x"}
    for key, value in want.items():
        shown = np.asarray(got[ends.get(key, f"d_{key}")])
        shown = (
            shown if shown.ndim == 0 else np.reshape(shown.T if key in ends else shown, value.shape)
        )
        assert np.abs(shown - value).max() <= 1e-9 * np.abs(value).max() + 1e-12, key


def deviation(a):
    return np.sqrt(mean((a - mean(a)) ** 2) + 1e-5)


NORMALISED = {
    "mean": mean,
    "layer_norm": layer_norm,
    "deviation": deviation,
    "layer_norm_back": lambda d, y, s: (d - mean(d) - y * mean(d * y)) / s,
}


def run(program, variant, case):
    """All values of one step and its gradient, by executing the printed lines."""
    values = {**FUNCTIONS, **NORMALISED, "sum": np.sum, **unrolled.Parameters(case.params)}
    values |= {name: getattr(variant, name) for name in program.hypers}
    values["x"] = case.x[0].T
    values |= {name: s.T for name, s in zip(program.states, case.state, strict=True)}
    values |= {f"d_{k}": np.zeros_like(values[k]) for k in program.parameters}
    bars = {f"d_{s}_new": d.T.copy() for s, d in zip(program.states, case.dfinal, strict=True)}
    bars[f"d_{program.states[0]}_new"] += case.dy[0].T
    values |= bars
    lines = f"{text.equations(program)}\n{text.gradient(program)}"
    exec(as_python(lines.partition("\nwhere ")[0]), values)  # without the notes
    return values


def as_python(lines):
    """The printed lines with identifiers for h' and d_(r * h)."""
    lines, known = lines.replace("'", "_new"), {}
    while "d_(" in lines:
        start = end = lines.index("d_(")
        depth = 0
        for end in range(start + 2, len(lines)):
            depth += {"(": 1, ")": -1}.get(lines[end], 0)
            if depth == 0:
                break
        phrase = lines[start : end + 1]
        known[phrase] = f"d__{len(known)}"
        lines = lines.replace(phrase, known[phrase])
    return lines


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


def test_weights_do_start_as_it_says():
    layer = Layer(variants.get("rnn"), 50, 400)
    for name, value in layer.init(np.random.default_rng(0)).items():
        bound = 0 if name.startswith("b_") else 1 / np.sqrt(layer.hidden)
        assert np.abs(value).max() == pytest.approx(bound, rel=1e-3), name


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


def test_long_values_that_are_needed_twice_get_a_line():
    """A helper that squares ten times would otherwise print a thousand factors."""

    class Squared(Variant):
        def step(self, p, x, h):
            return self.square(p.W_a @ x + h, 10)

        def square(self, v, times):
            return v if times == 0 else self.square(v * tanh(v), times - 1)

    program = derive(Squared())
    assert len(text.equations(program)) < 1000
    assert len(text.gradient(program)) < 5000


def test_the_author_s_brackets_stay_in_the_equations():
    class Bracketed(Variant):
        def step(self, p, x, h):
            a = (p.W_a @ x + h) - (h - (p.b_a - h))
            return a / (a / (h * a)) * (h / 2) - (-a) ** 3 * -h + sigmoid(-(a + h))

    assert text.equations(derive(Bracketed())).splitlines() == [
        "a = W_a @ x + h - (h - (b_a - h))",
        "h' = a / (a / (h * a)) * (h / 2) - (-a) ** 3 * -h + sigmoid(-(a + h))",
    ]


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


# -- LaTeX -------------------------------------------------------------------------------------


def test_latex_of_a_known_cell(capsys):
    out = printed(capsys, "standard", "--latex")
    assert out.count(r"\begin{align*}") == out.count(r"\end{align*}") == 2
    for line in [
        r"  f_{t} &= \sigma(W_{f} x_{t} + R_{f} h_{t-1} + b_{f}) \\",
        r"  c_{t} &= f_{t} \odot c_{t-1} + i_{t} \odot g_{t} \\",
        r"  h_{t} &= o_{t} \odot \tanh(c_{t})",
        r"  \delta a_{o,t} &= \delta h_{t} \odot \tanh(c_{t}) \odot o_{t} \odot (1 - o_{t}) \\",
        r"  \delta c_{t-1} &= \delta c_{t} \odot f_{t} \\",
        r"  \delta W_{i} &\mathrel{+}= \delta a_{i,t}\, x_{t}^\top \\",
    ]:
        assert line in out.splitlines()


def test_latex_has_fractions_and_greek_letters(capsys, mine):
    assert r"\tanh\left( \frac{c_{t}}{2} \right)" in printed(capsys, "original", "--latex")
    out = printed(capsys, "--import", mine, "mine", "--latex")
    assert r"h_{t} &= z_{t} \odot h_{t-1} + \beta\, \tanh(s_{m}\, m_{t-1}) \\" in out


INNERMOST = re.compile(r"\\begin\{cases\}((?:(?!\\begin|\\end).)*)\\end\{cases\}")


def flat(cases):
    """A case distinction as a pair of pairs, which Matplotlib can set."""
    (a, condition), (b, otherwise) = (row.split("&") for row in cases[1].split(r"\\"))
    word, condition = condition.split("}", 1)
    assert (word.strip(), otherwise.strip()) == (r"\text{if", r"\text{otherwise}")
    return f"({a}, {condition}, {b})"


@each_cell
def test_latex_can_be_typeset(name):
    """By Matplotlib's mathematics, line by line; what it does not know is taken out first."""
    from matplotlib.mathtext import MathTextParser

    parser, program = MathTextParser("path"), derive(CELLS[name]())
    for environment in (latex.equations(program), latex.gradient(program)):
        body = environment.partition(r"\begin{align*}")[2].removesuffix(r"\end{align*}")
        body = re.sub(r"\\mathrel\{(.)\}=", r"\1=", body)
        while INNERMOST.search(body):
            body = INNERMOST.sub(flat, body)
        for line in body.split(r"\\"):
            left, mark, right = line.strip().partition("&")
            assert mark
            assert "&" not in right
            parser.parse(f"${left}{right}$")


# -- code --------------------------------------------------------------------------------------


@each_registered
def test_renderings(capsys, name):
    program = derive(variants.get(name)())
    assert printed(capsys, name, "--numpy").strip() == source(program).strip()
    kernel = printed(capsys, name, "--kernel")
    assert kernel.strip() == loop_source(program, "float32").text.strip()
    compile(kernel, name, "exec")


# -- bad input ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["peepole"], "unknown variant 'peepole'; did you mean peephole"),
        (["zzzzz"], "unknown variant 'zzzzz'; known: antisymmetric, "),
        (["rhn:dept=2"], "unknown hyperparameter of rhn 'dept'; did you mean depth?"),
        (["rhn:depth=x"], "hyperparameter depth is 'x'; give a whole number like 3"),
        (["--matching", "zebra"], "no cell has 'zebra' in its name, summary or citation"),
        (["gru", "--diagram", "no/where.svg"], "cannot write no/where.svg: No such file or"),
        (["--latex"], "no cell is named; write gatelab cells NAME and the option"),
        (["gru", "--hidden", "0"], "hidden is 0; give a whole number of at least 1"),
        (["--inputs", "-1"], "inputs is -1; give a whole number of at least 1"),
        (["--import", "no_such.py"], "no file no_such.py; give the path of a Python file"),
    ],
)
def test_bad_input_is_one_line_and_status_2(capsys, arguments, said):
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith(f"error: {said}")
    assert captured.err.count("\n") == 1
    assert captured.out == ""


@pytest.mark.parametrize("broken", ["1 / 0", "import nowhere", "def step(:"])
def test_a_file_that_cannot_be_imported(capsys, mine, broken):
    Path(mine).write_text(broken)
    assert main(["--import", mine]) == 2
    assert capsys.readouterr().err.startswith(f"error: {mine}:1: ")


@pytest.mark.parametrize("name", ["mine", None])
def test_a_cell_that_cannot_be_traced(capsys, mine, name):
    Path(mine).write_text(MINE.replace("tanh(p.s_m * m)", "m.sum()"))
    assert main(["--import", mine, *filter(None, [name])]) == 2
    err = capsys.readouterr().err
    assert (
        "my_cell.py:19: `return z * h + self.beta * m.sum(), m`: a value of the step has no" in err
    )
    assert err.count("\n") == 1


def test_only_one_rendering_at_a_time(capsys):
    assert main(["gru", "--latex", "--numpy"]) == 2
    said = capsys.readouterr().err
    assert said == "error: --numpy is not allowed with --latex; choose one\n"


# -- as a process ------------------------------------------------------------------------------


def test_as_a_process():
    done = started("gru")
    out, err = done.communicate(timeout=60)
    assert (done.returncode, err) == (0, "")
    assert "h' = (1 - z) * n + z * h" in out


def test_the_status_reaches_the_shell():
    done = started("peepole")
    out, err = done.communicate(timeout=60)
    assert (done.returncode, out) == (2, "")
    assert err == "error: unknown variant 'peepole'; did you mean peephole or coupled_peephole?\n"


@pytest.mark.parametrize("arguments", [[], ["standard"], ["standard", "--kernel"]])
def test_a_reader_that_goes_away_is_no_error(arguments):
    process = started(*arguments)
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()
    assert (process.wait(timeout=60), err) == (0, "")


def test_a_terminal_without_unicode():
    done = started(env={"PYTHONIOENCODING": "ascii"})
    out, err = done.communicate(timeout=60)
    assert (done.returncode, err) == (0, "")
    assert "peephole" in out

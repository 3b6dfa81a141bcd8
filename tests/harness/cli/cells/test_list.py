"""`gatelab cells`: a row for each."""

from pathlib import Path

import numpy as np
from helpers.cells_command import MINE, main, printed

from gatelab import variants
from gatelab.describing import listing

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

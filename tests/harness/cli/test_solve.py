"""``gatelab solve``: a stop rule, any cell, from the command line."""

import pickle
from pathlib import Path

import pytest
from helpers.command import command

CELL = """
from gatelab.variants import Variant, register, tanh


@register("bare")
class Bare(Variant):
    def step(self, p, x, h):
        return tanh(p.W_h @ x + p.R_h @ h + p.b_h)
"""
QUICK = ["--set", "hidden=8", "lr=0.02", "--seeds", "2"]


def run(*arguments):
    return command("solve")([*map(str, arguments)])


def test_sequences_are_counted_and_runs_are_kept(tmp_path, capsys):
    (tmp_path / "bare.py").write_text(CELL)
    given = ["--tasks", "long_lag:lag=2,test_sequences=40", "--variants", "bare", *QUICK]
    given += ["--import", tmp_path / "bare.py", "--out", tmp_path / "out", "--budget", 5000]
    assert run(*given) == 0
    first = capsys.readouterr().out
    assert first.splitlines()[0].startswith("| task | cell | sequences, median")
    assert "| long_lag:lag=2,test_sequences=40 | bare | " in first
    assert "| 0 of 2 |" in first
    kept = sorted(Path(tmp_path / "out").rglob("*.pkl"))
    assert len(kept) == 2
    record = pickle.loads(kept[0].read_bytes())
    assert record["solved"]
    assert f"{record['sequences']:,}" in first
    assert run(*given) == 0
    again = capsys.readouterr()
    assert again.out == first
    assert "0 of 2 runs to go" in again.err
    (tmp_path / "bare.py").write_text(CELL.replace("tanh(p", "tanh(2 * p"))
    assert run(*given) == 0
    changed = capsys.readouterr()
    assert "2 of 2 runs to go" in changed.err  # another cell of the same name
    assert changed.out != first


def test_a_run_that_spends_its_budget_has_failed(tmp_path, capsys):
    given = ["--tasks", "long_lag:lag=40", "--variants", "rnn", *QUICK, "--workers", 1]
    assert run(*given, "--budget", 30, "--out", tmp_path) == 0
    assert "| given up | 2 of 2 |" in capsys.readouterr().out


def test_cells_are_certified_before_they_are_trained(tmp_path, capsys):
    given = ["--tasks", "long_lag:lag=2", "--variants", "bare", *QUICK, "--budget", 5]
    given += ["--import", tmp_path / "bare.py", "--out", tmp_path / "out"]
    (tmp_path / "bare.py").write_text(CELL.replace("tanh(p", "tanh(1e99 * p"))
    assert run(*given) == 2
    said = capsys.readouterr().err
    assert said.startswith("error: bare: ")
    assert said.count("\n") == 1
    assert not (tmp_path / "out").exists()
    (tmp_path / "bare.py").write_text(CELL.replace("return", "gate = p.W_o @ x\n        return"))
    assert run(*given) == 0
    assert "gate is computed and never used: W_o is not trained" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--tasks", "adding", "--variants", "gru"], "adding has no stop rule"),
        (["--tasks", "long_lag", "--variants", "gruu"], "did you mean gru"),
        (["--tasks", "long_lag", "--variants", "gru", "--set", "hiden=8"], "did you mean hidden"),
        (["--tasks", "long_lag", "--variants", "gru", "--seeds", "0"], "seeds is 0"),
        (["--tasks", "long_lag", "--variants", "gru", "--workers", "0"], "workers is 0"),
        (["--tasks", "long_lag", "--variants", "gru", "--budget", "0"], "budget is 0"),
    ],
)
def test_what_cannot_be_run_is_refused_in_one_line(arguments, complaint, tmp_path, capsys):
    assert run(*arguments, "--out", tmp_path / "out") == 2
    err = capsys.readouterr().err
    assert complaint in err
    assert err.count("\n") == 1
    assert not (tmp_path / "out").exists()

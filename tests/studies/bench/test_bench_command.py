"""`gatelab bench`: what it prints, writes, leaves out and refuses."""

from types import SimpleNamespace

import pytest
from helpers.command import command

from gatelab.studies.bench import parts
from gatelab.studies.bench import results as kept

main = command("bench")


def test_what_is_measured_is_printed_and_written(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(kept, "FILE", tmp_path / "speed.csv")
    options = "--shapes S1 --variants rnn rhn:depth=1 --pairs 1 --parts steps --out".split()
    keep = ["--keep"] * parts.present("torch")
    assert main([*options, str(tmp_path), *keep]) == 0
    said = capsys.readouterr().out
    assert "OpenBLAS kernels:" in said
    assert "First step of each cell" in said
    assert "within goals:" in said
    assert "S1,rhn:depth=1" in (tmp_path / "steps.csv").read_text()
    if keep:
        assert "| rhn:depth=1 | " in said
        assert "rhn:depth=1,S1," in kept.FILE.read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--shapes", "S7"], "unknown shape 'S7'; did you mean S6"),
        (["--variants", "gruu"], "gru"),
        (["--parts", "step"], "unknown part 'step'; did you mean steps"),
        (["--pairs", "0"], "pairs is 0"),
        (["--import", "nowhere.py"], "no file nowhere.py"),
        (["--out", "/proc/nowhere"], "cannot write to /proc/nowhere"),
        (["--keep", "--parts", "memory"], "--keep writes ratios to torch.nn.LSTM"),
    ],
)
def test_bad_input_is_one_line(arguments, message, capsys):
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert message in said.err
    assert said.err.count("\n") == 1


def test_what_is_missing_is_said(monkeypatch):
    monkeypatch.setattr(parts, "present", lambda name: False)
    assert [*parts.remarks({}, keep_blas=False)] == [
        "torch is not installed: goals against it are left out",
        "jax is not installed: its column is left out",
        "distributed is not installed: the part cluster is left out",
    ]
    names, both = ["rnn", "gru", "lem"], ["rnn", "gru"]
    options = {"pairs": 1, "files": [], "parts": ["steps", "first"]}
    options = SimpleNamespace(shapes=["S1"], variants=names, beside=both, **options)
    assert parts.work(options) == 3 + 3
    monkeypatch.setattr(parts, "present", lambda name: True)
    assert parts.work(options) == 3 + 2 + 3

"""What a user gets wrong, through Python and through the command line; cells of one's own."""

import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from helpers.command import command

from gatelab import Study, tasks
from gatelab.errors import LayerError, StudyError
from gatelab.tasks import TaskError
from gatelab.tasks.adding import Adding
from gatelab.variants import Variant, VariantError, tanh

main = command("compare")

REFUSALS = (StudyError, LayerError, TaskError, VariantError)
TASK = "adding:length=8,valid_sequences=16,test_sequences=16"
USUAL = ["--tasks", TASK, "--variants", "gru", "--trials", "1", "--finals", "0", "--quiet"]
SET = ["updates=5", "hidden=4", "batch=8"]
processes = pytest.mark.xdist_group("studies")


def compare(out, *more, settings=SET):
    return main([*USUAL, "--out", str(out), "--set", *settings, *more])


def contents(folder):
    """Every file below a folder, with what it holds."""
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


# The command line --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("--variants grru", "unknown variant 'grru'; did you mean gru"),
        ("--variants gru gru", "given twice"),
        ("--tasks addin", "unknown task 'addin'; did you mean adding"),
        ("--tasks adding:lenght=5", "did you mean length"),
        ("--tasks adding:length", "cannot read 'length'"),
        ("--tasks adding:length=0", "length must be a whole number of at least 2"),
        ("--tasks adding:valid_sequences=-3", "at least 1"),
        ("--tasks digits:order=sideways", "order must be one of"),
        ("--set hiden=3", "did you mean hidden"),
        ("--set hidden=0", "hidden is 0"),
        ("--set hidden=2.5", "hidden is 2.5"),
        ("--set batch=-1", "batch is -1"),
        ("--set lr=nan", "lr is"),
        ("--set lr=1e999", "finite"),
        ("--set lr=-0.1", "above 0"),
        ("--set hidden", "cannot read 'hidden'"),
        ("--set hidden=", "cannot read 'hidden='"),
        ("--set =3", "cannot read '=3'"),
        ("--set optimizer=adm", "known: adam"),
        ("--set optimizer=[1]", "known: adam"),
        ("--search lr=1e-1:1e-3", "low > high"),
        ("--search lr=0:1:log", "low > 0"),
        ("--search lr=1:2:lin", "lr"),
        ("--search lr=a:b", "numbers at both ends"),
        ("--search lrr=1:2", "did you mean lr"),
        ("--search hidden=0:4", "hidden is 0"),
        ("--search hidden=1.5:4.5", "hidden"),
        ("--search batch=0,16", "batch is 0"),
        ("--search optimizer=adam,adm", "'adm'"),
        ("--search input_dropout=0.0:1.5", "below 1"),
        ("--search lr", "cannot read 'lr'"),
        ("--trials 0", "trials is 0"),
        ("--trials many", "'many' is not a valid integer"),
        ("--workers 0", "workers is 0"),
        ("--workers -2", "workers is -2"),
        ("--seed -1", "--seed: -1 is not in the range"),
        ("--finals -1", "finals is -1"),
        ("--seeds 0", "seeds is 0"),
        ("--sampler tpee", "sampler 'tpee'"),
        ("--import no_such_file.py", "no file no_such_file.py"),
        ("--colour red", "--colour"),
    ],
)
def test_bad_input_is_one_line_status_2_and_nothing_written(words, complaint, tmp_path, capsys):
    arguments = [*USUAL, "--out", str(tmp_path / "out"), *words.split()]
    status = main(arguments)
    said = capsys.readouterr()
    assert status == 2
    assert complaint in said.err
    assert said.err.startswith("error: ")
    assert said.err.count("\n") == 1
    assert said.out == ""
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("words", [["--tasks", TASK], ["--variants", "gru"]])
def test_what_is_missing_is_named_in_one_line(words, capsys):
    assert main(words) == 2
    said = capsys.readouterr().err
    assert "required" in said
    assert said.count("\n") == 1


def test_a_value_that_is_given_cannot_be_searched_too(tmp_path, capsys):
    assert compare(tmp_path / "out", "--search", "hidden=2:4") == 2
    assert "hidden" in capsys.readouterr().err
    assert compare(tmp_path / "out", "--seeds", "2", "--search", "lr=1e-3:1e-2") == 2
    assert "lr" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("place", ["file", "file/below", "file/far/below"])
def test_a_folder_that_cannot_be_written_is_refused(place, tmp_path, capsys):
    (tmp_path / "file").write_text("mine")
    assert compare(tmp_path / place) == 2
    assert "cannot write to" in capsys.readouterr().err
    assert contents(tmp_path) == {Path("file"): b"mine"}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("int('x')", "ValueError: invalid literal"),
        ("def f(:", "SyntaxError"),
        ("import no_such_module", "no_such_module"),
        ("from gatelab.variants import *\n@register('b')\nclass B(Variant):\n"
         "  def step(self, p, x, h):\n    return h if h > 0 else x", "cannot be traced"),
    ],
    ids=["raises", "syntax", "import", "branch"],
)  # fmt: skip
def test_a_file_that_cannot_be_imported_is_refused(text, complaint, tmp_path, capsys):
    file = tmp_path / "own.py"
    file.write_text(text)
    words = ["--variants", "b"] if "'b'" in text else []
    assert compare(tmp_path / "out", "--import", str(file), *words) == 2
    said = capsys.readouterr().err
    assert complaint in said
    assert said.count("\n") == 1
    assert not (tmp_path / "out").exists()


@processes
def test_a_folder_of_other_settings_is_refused_naming_both_values(tmp_path, capsys):
    assert compare(tmp_path, settings=["updates=5", "hidden=4"]) == 0
    before = contents(tmp_path)
    for words, complaint in (
        (["--seed", "7"], "seed was 0, now 7"),
        (["--sampler", "random"], 'sampler was "tpe", now "random"'),
        (["--search", "lr=1e-4:1e-3"], "lr"),
        (["--tasks", TASK.replace("8", "9")], 'length was "8", now "9"'),
        (["--set", "updates=6", "hidden=4"], "settings.updates was 5, now 6"),
        (["--set", "updates=5", "hidden=4", "clip=0"], "settings.clip was not there, now 0"),
    ):
        usual = USUAL if words[0] != "--tasks" else USUAL[2:]
        changed = [*usual, "--out", str(tmp_path), "--set", "updates=5", "hidden=4", *words]
        assert main(changed) == 2
        said = capsys.readouterr().err
        assert complaint in said
        assert said.count("\n") == 1
    assert contents(tmp_path) == before


# Python ------------------------------------------------------------------------------------------


class Spoilt(Adding):
    fault = "none"

    def splits(self, rng):
        splits = super().splits(rng)
        if self.fault == "nan":
            splits.valid.x[0, 0, 0] = np.nan
        if self.fault == "inf":
            splits.test.y[0] = np.inf
        if self.fault == "raises":
            raise RuntimeError("no such file:\ndata.csv")
        if self.fault == "lengths":
            return splits._replace(valid=splits.valid._replace(lengths=np.full(1000, 51)))
        if self.fault == "integers":
            return splits._replace(valid=splits.valid._replace(x=splits.valid.x.astype(int)))
        return splits


class Unregistered(Variant):
    def step(self, p, x, h):
        return tanh(p.W_z @ x + p.R_z @ h)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"tasks": []}, "no tasks"),
        ({"variants": []}, "no variants"),
        ({"tasks": [None]}, "None"),
        ({"variants": [3]}, "3"),
        ({"variants": [Unregistered]}, "register"),
        ({"trials": "3"}, "trials"),
        ({"trials": True}, "trials"),
        ({"workers": 1.5}, "workers"),
        ({"settings": ["hidden"]}, "settings"),
        ({"search": {"lr": (1, 2, 3)}}, "lr"),
        ({"search": {"hidden": (0, 4)}}, "hidden is 0"),
        ({"settings": {"beta": 0.5}}, "unknown hyperparameter 'beta'"),
        ({"tasks": [Spoilt(fault="nan")]}, "valid.x holds NaN or infinity"),
        ({"tasks": [Spoilt(fault="inf")]}, "test.y holds NaN or infinity"),
        ({"tasks": [Spoilt(fault="lengths")]}, "lengths"),
        ({"tasks": [Spoilt(fault="integers")]}, "int64, should be float32"),
        ({"tasks": [Spoilt(fault="raises")]}, "RuntimeError: no such file"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_bad_input_is_a_typed_exception_of_one_line(change, complaint, tmp_path):
    usual = {"tasks": [tasks.make("adding", length=8)], "variants": ["gru"], "trials": 1}
    with pytest.raises(REFUSALS, match=complaint) as refused:
        Study(**{**usual, "out": tmp_path / "out", "quiet": True, **change}).run()
    assert "\n" not in str(refused.value)
    assert not (tmp_path / "out").exists()


def test_names_may_come_from_a_generator_and_numbers_from_numpy(tmp_path):
    study = Study((t for t in ["adding"]), (v for v in ["gru", "rnn"]), seed=np.int64(3))
    assert [c.variant.name for c in study.comparisons] == ["gru", "rnn"]
    assert study.seed == 3


def test_tasks_are_spelled_as_on_the_command_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    hours = np.arange(200)
    table = np.column_stack([np.sin(hours / 4), hours % 7])
    np.savetxt("load.csv", table, delimiter=",", header="load,day", comments="")
    study = Study(["adding:length=20", "load.csv:targets=load,window=12"], ["rhn:depth=2"])
    assert [task.name for task in study.tasks] == ["adding", "load"]
    assert study.tasks[0].options()["length"] == 20
    assert (study.tasks[1].window, study.tasks[1].outputs) == (12, 12)
    with pytest.raises(TaskError, match="unknown option of adding 'lenght'; did you mean length"):
        Study(["adding:lenght=20"], ["gru"])


@processes
def test_a_task_of_other_data_is_another_study(tmp_path):
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((40, 3, 2)), np.arange(40) % 2
    make = partial(Study, variants=["gru"], trials=1, finals=0, workers=1, out=tmp_path, quiet=True,
                   settings={"updates": 2, "hidden": 2})  # fmt: skip
    make([tasks.from_arrays(x, y)]).run()
    make([tasks.from_arrays(x, y)]).run()
    with pytest.raises(StudyError, match="arrays"):
        make([tasks.from_arrays(x + 1, y)]).run()


# Cells of one's own, as a newcomer would run them ------------------------------------------------

CELL = """
from gatelab.variants import Variant, register, tanh

@register("my_cell")
class MyCell(Variant):
    beta = 0.5
    search = {"beta": (0.1, 0.9)}

    def step(self, p, x, h):
        return self.beta * h + tanh(p.W_z @ x + p.R_z @ h + p.b_z)
"""
SCRIPT = (
    CELL
    + """
from gatelab import tasks
from gatelab import Study

toy = tasks.make("adding", length=8, valid_sequences=16, test_sequences=16)
Study([toy], [MyCell], trials=2, sampler="random", workers=2, out="out", finals=1, quiet=True,
      settings={"updates": 5, "hidden": 4, "batch": 8}).run()
"""
)


@processes
@pytest.mark.parametrize("way", ["file", "stdin", "import"])
def test_a_cell_of_ones_own_outside_the_repository(way, tmp_path):
    (tmp_path / "script.py").write_text(SCRIPT)
    own = tmp_path / "cells" / "random.py"  # called like one of Python's modules, for good measure
    own.parent.mkdir()
    own.write_text(CELL)
    compare = ["-m", "gatelab", "compare", "--import", str(own), *USUAL, "--variants", "my_cell",
               "--out", "out", "--set", *SET, "--search", "beta=0.2:0.4"]  # fmt: skip
    ended = subprocess.run(
        [sys.executable, *{"file": ["script.py"], "stdin": ["-"], "import": compare}[way]],
        input=SCRIPT if way == "stdin" else None, capture_output=True, text=True, timeout=90,
        cwd=tmp_path, env={k: v for k, v in os.environ.items() if k != "OPENBLAS_CORETYPE"},
    )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (0, "")
    written = (tmp_path / "out" / "trials.csv").read_text()
    assert written.count("adding,my_cell,") == (1 if way == "import" else 2)
    assert "params.beta" in written

"""`gatelab compare` refuses in one line, before anything is written."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from helpers.command import command
from helpers.compared import USUAL, compare
from helpers.studies import TASK

main = command("compare")


def held(path):
    """What a file holds; of a database its rows, which SQLite moves between files as it likes."""
    if path.suffix != ".db":
        return path.read_bytes()
    with closing(sqlite3.connect(path)) as database:
        return list(database.iterdump())


def contents(folder):
    """Every file below a folder, with what it holds."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    beside = ("-wal", "-shm")  # the databases' own, which come and go
    return {p.relative_to(folder): held(p) for p in files if not p.name.endswith(beside)}


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


@pytest.mark.in_process
def test_a_folder_of_other_settings_is_refused_naming_both_values(tmp_path, capsys):
    assert compare(tmp_path, settings=["updates=5", "hidden=4"]) == 0
    before = contents(tmp_path)
    for words, complaint in (
        (["--seed", "7"], "seed was 0, now 7"),
        (["--sampler", "tpe"], 'sampler was "random", now "tpe"'),
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

"""``gatelab``: quick to start, one form of error, and nothing runs that was not asked for."""

import signal
import subprocess
import sys
import warnings
from types import SimpleNamespace

import pytest
from helpers.processes import ROOT, printed, python

from gatelab.__main__ import main
from gatelab.cli.command import COMMANDS

HEAVY = ("mlflow", "optuna", "numba", "numpy", "pandas", "scipy", "sklearn", "matplotlib", "rich")
LOOKED = f"print('looked for', *[m for m in {HEAVY} if m in sys.modules])"


@pytest.mark.parametrize("words", [["--help"], *([name, "--help"] for name in COMMANDS)], ids=str)
def test_help_runs_nothing(words, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(words) == 0
    said = capsys.readouterr()
    assert said.out.startswith("Usage: gatelab ")
    assert said.err == ""
    assert max(map(len, said.out.splitlines())) <= 100
    assert [*tmp_path.iterdir()] == []


def test_help_has_a_short_name(capsys):
    assert main(["-h"]) == main(["cells", "-h"]) == 0
    assert capsys.readouterr().out.count("-h, --help") == 2


def test_help_and_version_import_nothing_heavy():
    calls = "".join(f"main([{name!r}, '--help']);" for name in COMMANDS)
    code = f"import sys; from gatelab.__main__ import main; main([]); main(['--version']); {calls}"
    assert printed(f"{code} {LOOKED}").endswith("\nlooked for\n")


INTERRUPTED = """
import builtins, os, signal
from gatelab.__main__ import main
usual = builtins.__import__
def pressed(name, *more):
    if name == "click":
        os.kill(os.getpid(), signal.SIGINT)
    return usual(name, *more)
builtins.__import__ = pressed
main(["cells"])
"""


def test_ctrl_c_while_modules_are_read_is_no_error():
    ended = python("-c", INTERRUPTED)
    assert (ended.returncode, ended.stderr, ended.stdout) == (-signal.SIGINT, "", "")


def test_without_words_the_commands_are_listed(capsys):
    assert main([]) == 0
    listed = capsys.readouterr().out
    assert all(f"\n  {name} " in listed for name in COMMANDS)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("copmare", "unknown command 'copmare'; did you mean compare"),
        ("--verison", "unknown option --verison; did you mean --version"),
        ("compare --task adding", "unknown option --task; did you mean --tasks"),
        ("compare --hlep", "unknown option --hlep; did you mean --help"),
        ("compare --zzz", "unknown option --zzz; gatelab compare --help lists everything"),
        ("compare --tasks --variants gru", "--tasks takes a value"),
        ("compare --tasks adding --variants", "option '--variants' requires an argument"),
        ("ui --port --help", "--port takes a value"),
        ("compare -tasks adding", "unknown option -tasks; did you mean --tasks"),
        ("compare --tasks a.py --variants gru", "a.py is a file: import it (--import a.py), and"),
        ("compare --tasks adding --variants a.py", "a.py is a file: import it (--import a.py)"),
        ("cells a.py", "a.py is a file: import it (--import a.py), and name its cell"),
        ("ui --port many", "--port: 'many' is not a valid integer"),
        ("ui runs runs2", "got unexpected extra argument (runs2)"),
        ("generate", "SOURCE is required; gatelab generate --help lists everything"),
        ("bench --quite", "unknown option --quite"),
        ("cells peephole --diagram .", "cannot write .: Is a directory"),
        ("acceptance --only digit", "unknown promise 'digit'; did you mean digits"),
        ("activations --activations squash", "unknown activation 'squash'; did you mean squish"),
        ("check-task adding:lenght=3", "unknown option of adding 'lenght'; did you mean length"),
    ],
)
def test_a_slip_is_one_line_and_status_2(words, said, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(words.split()) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith(f"error: {said}")
    assert captured.err.count("\n") == 1
    assert captured.out == ""
    assert [*tmp_path.iterdir()] == []


def test_a_file_that_the_system_refuses_is_one_line(capsys, monkeypatch):
    def refuse(_):
        raise PermissionError(13, "Permission denied", "secret.txt")

    monkeypatch.setattr("gatelab.cli.command.gatelab.invoke", refuse)
    assert main(["cells"]) == 2
    assert capsys.readouterr().err == "error: cannot use secret.txt: Permission denied\n"


def test_the_first_study_is_the_one_of_the_readme(capsys, monkeypatch):
    asked = []
    ended = SimpleNamespace(unsent=0)
    run = lambda study: asked.append(study) or ended
    monkeypatch.setattr("gatelab.running.study.Study.run", run)
    assert main(["first"]) == 0
    (study,) = asked
    assert (len(study.variants), len(study.tasks), str(study.out)) == (5, 2, "runs/first")


def test_a_warning_is_one_line_and_python_s_own_form_comes_back(capsys, monkeypatch):
    usual = warnings.formatwarning
    monkeypatch.setattr(
        "gatelab.cli.command.gatelab.invoke", lambda _: warnings.warn("odd", stacklevel=1)
    )
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = _printed  # pytest keeps warnings to itself
        assert main(["cells"]) == 0
    assert capsys.readouterr().err == "warning: odd\n"
    assert warnings.formatwarning is usual


def _printed(message, category, filename, lineno, file=None, line=None):
    print(end=warnings.formatwarning(message, category, filename, lineno), file=sys.stderr)


def test_what_is_stopped_says_what_is_kept(capsys, monkeypatch):
    def stopped(_):
        raise KeyboardInterrupt

    monkeypatch.setattr("gatelab.running.study.Study.run", stopped)
    monkeypatch.setattr("signal.signal", lambda *_: None)  # pytest's own Ctrl-C stays
    assert main("compare --tasks adding --variants gru --quiet".split()) == 130
    said = "stopped; everything finished is kept: run the same command again to continue\n"
    assert capsys.readouterr().err == said


@pytest.mark.parametrize("words", [["--help"], ["cells"], ["compare", "--help"]], ids=str)
def test_a_reader_that_goes_away_is_no_error(words):
    process = subprocess.Popen(
        [sys.executable, "-m", "gatelab", *words], cwd=ROOT, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()
    assert (process.wait(timeout=60), err) == (0, "")

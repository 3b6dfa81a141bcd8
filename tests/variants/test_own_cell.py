"""Cells from elsewhere: a file in another folder, an installed package; no edit here for either."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from gatelab.tracking.tracker import Tracker

ROOT = Path(__file__).parents[2]
TASK = "adding:length=8,valid_sequences=16,test_sequences=16"
TOY = ["--tasks", TASK, "--trials", "2", "--sampler", "random", "--finals", "2", "--workers", "2",
       "--out", "out", "--quiet", "--set", "updates=5", "hidden=4", "batch=8"]  # fmt: skip
METADATA = "Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
PACKAGED = '''
from gatelab.variants import Variant, register, tanh


@register("packaged")
class Packaged(Variant):
    """A cell that another package brings."""

    def step(self, p, x, h):
        return tanh(p.W_h @ x + p.R_h @ h + p.b_h)
'''
# One process of pytest at a time: a study brings workers of its own.
studies = pytest.mark.xdist_group("studies")


@pytest.fixture
def python(tmp_path):
    """Runs Python in a folder of the user's; (status, what it printed, what it complained of)."""

    def run(*arguments):
        env = {k: v for k, v in os.environ.items() if k != "OPENBLAS_CORETYPE"}
        ended = subprocess.run(
            [sys.executable, *arguments], capture_output=True, text=True, timeout=120,
            cwd=tmp_path, env=env | {"PYTHONPATH": str(tmp_path / "installed")},
        )  # fmt: skip
        return ended.returncode, ended.stdout, ended.stderr

    return run


@pytest.fixture
def install(tmp_path):
    """Lays a package down as an installer does, its entry point included."""

    def lay(name, source, entry):
        home = tmp_path / "installed"
        about = home / f"{name}-1.0.dist-info"
        about.mkdir(parents=True)
        (home / f"{name}.py").write_text(source)
        (about / "METADATA").write_text(METADATA.format(name=name))
        (about / "entry_points.txt").write_text(f"[gatelab.variants]\ncells = {entry}\n")

    return lay


def check_study(out, *cells):
    """Each cell has its row, its runs and its certificate."""
    board = pd.read_csv(out / "leaderboard.csv").set_index("variant")
    assert sorted(board.index) == sorted(cells)
    assert (board[["trials", "seeds"]] == 2).all(axis=None)
    assert board.test_mean.between(0, 10).all()
    log = Tracker(out).runs
    runs = log.search("adding", "")
    for cell in cells:
        mine = [r for r in runs if r.data.tags["variant"] == cell]
        assert sorted(r.data.tags["kind"] for r in mine) == ["study", "trial", "trial"]
        assert {r.info.status for r in mine} == {"FINISHED"}
        parent = next(r for r in mine if r.data.tags["kind"] == "study")
        kept = {a.path for a in log.client.list_artifacts(parent.info.run_id)}
        assert "certificate.txt" in kept
        certificate = out / "certificates" / "adding" / cell / "certificate.txt"
        assert re.match(rf"{cell}\b.*: certified\n", certificate.read_text())


@studies
def test_the_readme_s_cell_in_a_folder_of_its_own(python, tmp_path):
    readme = (ROOT / "README.md").read_text()
    source = re.search(r"```python\n(# my_cell\.py\n.*?)```", readme, re.S)[1]
    (tmp_path / "my_cell.py").write_text(source)
    compare = [*"-m gatelab compare".split(), "--import", "my_cell.py"]
    ended = python(*compare, "--variants", "standard", "my_cell", *TOY)
    assert ended == (0, "", "")
    check_study(tmp_path / "out", "standard", "my_cell")
    leaks = pd.read_csv(tmp_path / "out" / "trials.csv").set_index("variant")["params.leak"]
    assert leaks["my_cell"].between(0.0, 0.1).all()  # as its ``search`` says
    assert leaks["my_cell"].nunique() == 2
    assert {p.name for p in tmp_path.iterdir()} <= {"my_cell.py", "__pycache__", "out"}


@studies
def test_a_package_s_cell_is_listed_certified_and_trained(python, install, tmp_path):
    install("outside_cells", PACKAGED, "outside_cells:Packaged")
    status, listed, complaints = python("-m", "gatelab.variants")
    assert (status, complaints) == (0, "")
    assert re.search(r"^packaged +h .*\n +A cell that another package brings", listed, re.M)
    status, said, complaints = python("-m", "gatelab.variants", "certify", "packaged")
    assert (status, complaints) == (0, "")
    assert said.startswith("packaged: certified")
    ended = python(*"-m gatelab compare".split(), "--variants", "rnn", "packaged", *TOY)
    assert ended == (0, "", "")
    check_study(tmp_path / "out", "rnn", "packaged")


@pytest.mark.parametrize("entry", ["outside_cells:Packaged", "outside_cells"])
def test_a_package_may_be_what_is_imported_first(entry, python, install):
    install("outside_cells", PACKAGED, entry)
    say = "from gatelab import variants; print(variants.get('packaged').__name__)"
    assert python("-W", "error", "-c", f"import outside_cells, {say[7:]}") == (0, "Packaged\n", "")


@pytest.mark.parametrize(
    ("source", "entry", "reason"),
    [
        (PACKAGED + "raise RuntimeError('no\\nluck')", "broken", "RuntimeError: no luck"),
        (PACKAGED, "nowhere:Packaged", "ModuleNotFoundError: No module named 'nowhere'"),
        (PACKAGED, "not a module", "AttributeError"),
        (PACKAGED.replace("packaged", "gru"), "broken", "VariantError: the name 'gru' is taken"),
    ],
    ids=["raises", "missing", "malformed", "taken"],
)
def test_a_broken_package_is_a_warning_that_names_it(source, entry, reason, python, install):
    install("broken", source, entry)
    status, said, complaints = python("-m", "gatelab.variants", "gru")
    assert status == 0
    assert said.startswith("gru\n")
    assert complaints.count("\n") == 1
    assert "UserWarning: package broken: its cells are missing" in complaints
    assert reason in complaints


def test_workers_do_not_repeat_the_warning(python, install):
    install("broken", "1 / 0", "broken")
    work = """
from gatelab.running.pool import Pool
from gatelab.running.worker import payload
pool = Pool(2, payload([], [], 0))
print(type(pool.submit("estimate", 0, 0, {}, {}).exception()).__name__)
pool.stop()
"""
    status, said, complaints = python("-c", work)
    assert (status, said) == (0, "IndexError\n")  # a worker was there, and had no tasks
    assert complaints.count("ZeroDivisionError") == 1


REVERSED = """
from gatelab.variants import Variant, register, tanh

@register("two_numbers")
class TwoNumbers(Variant):
    leak = 0.01
    gain = 1.5

    def step(self, p, x, h):
        return ((1 - self.leak) * tanh(self.gain * (p.W_h @ x + p.R_h @ h)) + self.leak * h,)
"""


def test_hyperparameters_in_any_order_are_one_cell_in_every_process(tmp_path):
    """A class sent to a worker by value may come back with its attributes in another order."""
    (tmp_path / "two_numbers.py").write_text(REVERSED)
    command = [
        sys.executable, *"-m gatelab compare --tasks adding --import two_numbers.py".split(),
        "--variants", "two_numbers", "--trials", "2", "--finals", "0", "--sampler", "random",
        "--workers", "2", "--out", "out", "--quiet", "--set", "updates=4", "hidden=3", "batch=4",
    ]  # fmt: skip
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (0, "")
    trials = pd.read_csv(tmp_path / "out" / "trials.csv")
    assert trials["params.leak"].tolist() == [0.01, 0.01]  # not searched, and said all the same
    assert trials["params.gain"].tolist() == [1.5, 1.5]

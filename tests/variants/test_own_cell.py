"""Cells from elsewhere: a file in another folder, an installed package; no edit here for either."""

import re
from functools import partial

import pandas as pd
import pytest
from helpers import processes
from helpers.packages import install
from helpers.processes import ROOT
from helpers.studies import SET, TASK

from gatelab.tracking.mlruns import MLRuns

TOY = ["--tasks", TASK, "--trials", "2", "--sampler", "random", "--finals", "2", "--workers", "2",
       "--out", "out", "--no-page", "--quiet", "--set", *SET]  # fmt: skip
PACKAGED = '''
from gatelab.variants import Variant, register, tanh


@register("packaged")
class Packaged(Variant):
    """A cell that another package brings."""

    def step(self, p, x, h):
        return tanh(p.W_h @ x + p.R_h @ h + p.b_h)
'''


@pytest.fixture
def python(tmp_path):
    """Runs Python in a folder of the user's; (status, what it printed, what it complained of)."""

    def run(*arguments):
        installed = str(tmp_path / "installed")
        ended = processes.python(*arguments, folder=tmp_path, PYTHONPATH=installed)
        return ended.returncode, ended.stdout, ended.stderr

    return run


@pytest.fixture
def lay(tmp_path):
    """Lays a package down where ``python`` finds it."""
    return partial(install, tmp_path / "installed")


def check_study(out, *cells):
    """Each cell has its row, its runs and its certificate."""
    board = pd.read_csv(out / "leaderboard.csv").set_index("variant")
    assert sorted(board.index) == sorted(cells)
    assert (board[["trials", "seeds"]] == 2).all(axis=None)
    assert board.test_mean.between(0, 10).all()
    log = MLRuns(out)
    log.connect()
    runs = log.search("adding", "")
    for cell in cells:
        mine = [r for r in runs if r.data.tags["variant"] == cell]
        kinds = sorted(r.data.tags["kind"] for r in mine)
        assert kinds == ["final", "final", "study", "trial", "trial"]
        assert {r.info.status for r in mine} == {"FINISHED"}
        parent = next(r for r in mine if r.data.tags["kind"] == "study")
        kept = {a.path for a in log.client.list_artifacts(parent.info.run_id)}
        assert "certificate.txt" in kept
        certificate = out / "certificates" / "adding" / cell / "certificate.txt"
        assert re.match(rf"{cell}\b.*: certified\n", certificate.read_text())


@pytest.mark.in_process
def test_the_readme_s_cell_in_a_folder_of_its_own(python, tmp_path):
    readme, page = ((ROOT / p).read_text("utf-8") for p in ("README.md", "docs/own-cell.md"))
    (source,) = re.findall(r"```python\n(# my_cell\.py\n.*?)```", readme, re.S)
    assert source in page
    (tmp_path / "my_cell.py").write_text(source)
    compare = [*"-m gatelab compare".split(), "--import", "my_cell.py"]
    ended = python(*compare, "--variants", "standard", "my_cell", *TOY)
    assert ended == (0, "", "")
    check_study(tmp_path / "out", "standard", "my_cell")
    leaks = pd.read_csv(tmp_path / "out" / "trials.csv").set_index("variant")["params.leak"]
    assert leaks["my_cell"].between(0.0, 0.1).all()  # as its ``search`` says
    assert leaks["my_cell"].nunique() == 2
    assert {p.name for p in tmp_path.iterdir()} <= {"my_cell.py", "__pycache__", "out"}


@pytest.mark.in_process
def test_a_package_s_cell_is_listed_certified_and_trained(python, lay, tmp_path):
    lay("outside_cells", PACKAGED, "outside_cells:Packaged")
    status, listed, complaints = python("-m", "gatelab", "cells")
    assert (status, complaints) == (0, "")
    assert re.search(r"^packaged +h .*\n +A cell that another package brings", listed, re.M)
    status, said, complaints = python("-m", "gatelab", "certify", "packaged")
    assert (status, complaints) == (0, "")
    assert said.startswith("packaged: certified")
    ended = python(*"-m gatelab compare".split(), "--variants", "rnn", "packaged", *TOY)
    assert ended == (0, "", "")
    check_study(tmp_path / "out", "rnn", "packaged")


@pytest.mark.parametrize("entry", ["outside_cells:Packaged", "outside_cells"])
def test_a_package_may_be_what_is_imported_first(entry, python, lay):
    lay("outside_cells", PACKAGED, entry)
    code = "import outside_cells; from gatelab import variants; "
    code += "print(variants.get('packaged').__name__)"
    assert python("-W", "error", "-c", code) == (0, "Packaged\n", "")


def test_a_package_s_cells_are_found_by_name(python, lay):
    lay("outside_cells", PACKAGED, "outside_cells:Packaged")
    code = "from gatelab.variants import get, names; print(get('packaged').__module__, *names())"
    status, said, complaints = python("-W", "error", "-c", code)
    assert (status, complaints) == (0, "")
    module, *names = said.split()
    assert module == "outside_cells"
    assert {"packaged", "standard"} <= {*names}


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
def test_a_broken_package_is_a_warning_that_names_it(source, entry, reason, python, lay):
    lay("broken", source, entry)
    status, said, complaints = python("-m", "gatelab", "cells")  # one cell would not look for all
    assert status == 0
    assert re.search(r"^ *gru\b", said, re.MULTILINE)
    assert complaints.count("\n") == 1
    assert complaints.startswith("warning: package broken: its variants are missing")
    assert reason in complaints


@pytest.mark.in_process
def test_workers_do_not_repeat_the_warning(python, lay):
    lay("broken", "1 / 0", "broken")
    work = """
from gatelab import variants
from gatelab.running.pool import Pool
from gatelab.running.worker import payload
pool = Pool(2, payload([], [], 0))
print(pool.submit(variants.names).result() == variants.names())
pool.stop()
"""
    status, said, complaints = python("-c", work)
    assert (status, said) == (0, "True\n")
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


@pytest.mark.in_process
def test_hyperparameters_in_any_order_are_one_cell_in_every_process(python, tmp_path):
    """A class sent to a worker by value may come back with its attributes in another order."""
    (tmp_path / "two_numbers.py").write_text(REVERSED)
    compare = [*"-m gatelab compare".split(), "--import", "two_numbers.py"]
    ended = python(*compare, "--variants", "two_numbers", *TOY)
    assert ended == (0, "", "")
    trials = pd.read_csv(tmp_path / "out" / "trials.csv")
    assert (trials["params.leak"] == 0.01).all()  # not searched, and said all the same
    assert (trials["params.gain"] == 1.5).all()

"""The package as others install it: what a wheel holds, and that it works beside anybody's code."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
import venv
from pathlib import Path
from zipfile import ZipFile

import pandas as pd
import pytest
from helpers.processes import ROOT

CHECKOUT = ("harness", "studies", "tasks", "variants", "pyproject.toml", "README.md")
NOT_SHIPPED = {"gatelab.gallery", "gatelab.gallery.paper"}
FOLDERS = {"harness": "gatelab"} | {n: f"gatelab.{n}" for n in ("studies", "tasks", "variants")}
DECOY = "raise ImportError('a decoy, not gatelab')\n"
SCRIPT = """
from gatelab import Study
from gatelab.variants import Variant, register, tanh

import tasks as my_own  # the decoy is the user's own module, and stays one

@register("in_this_script")
class InThisScript(Variant):
    def step(self, p, x, h):
        return tanh(p.W_h @ x + p.R_h @ h + p.b_h)

Study(
    tasks=["adding:length=8,valid_sequences=16,test_sequences=16"],
    variants=["standard", "in_this_script"], trials=2, sampler="random", finals=1, workers=2,
    out="out", quiet=True, settings={"updates": 5, "hidden": 4, "batch": 8},
).run()
print(my_own.MINE)
"""


def packages():
    """{package: folder} of everything with an ``__init__.py``."""
    found = {}
    for top, package in FOLDERS.items():
        for init in (ROOT / top).rglob("__init__.py"):
            below = init.parent.relative_to(ROOT / top).parts
            found[".".join((package, *below))] = init.parent
    return found


def test_every_folder_is_declared_but_what_makes_docs():
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"][
        "packages"
    ]
    assert len(declared) == len(set(declared))
    assert set(declared) == packages().keys() - NOT_SHIPPED


def test_nobody_imports_the_folders_by_the_names_they_have_in_a_checkout():
    old = re.compile(r"^\s*(?:from|import) (?:harness|tasks|variants|studies)\b", re.M)
    files = [f for top in (*FOLDERS, "tests") for f in (ROOT / top).rglob("*.py")]
    assert len(files) > 300
    assert [f for f in files if f != Path(__file__) and old.search(f.read_text())] == []


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel of this checkout, built from a copy: building leaves folders behind."""
    pytest.importorskip("setuptools", minversion="77", reason="setuptools builds the wheel")
    home = tmp_path_factory.mktemp("wheel")
    for name in CHECKOUT:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, home / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, home)
    build = "import sys; from setuptools.build_meta import build_wheel; build_wheel(sys.argv[1])"
    command = [sys.executable, "-c", build, str(home / "dist")]
    subprocess.run(command, cwd=home, check=True, capture_output=True)
    (found,) = (home / "dist").glob("*.whl")
    return found


def test_a_wheel_holds_every_package_and_nothing_else(wheel):
    with ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    modules = {
        f"{package.replace('.', '/')}/{file.name}"
        for package, folder in packages().items()
        if package not in NOT_SHIPPED
        for file in folder.glob("*.py")
    }
    claims = {f"gatelab/studies/claims/{f.name}" for f in (ROOT / "studies/claims").glob("*.toml")}
    folders = ("reporting/page/templates", "standalone/templates")
    templates = {
        f"gatelab/{folder}/{f.name}"
        for folder in folders
        for f in (ROOT / "harness" / folder).iterdir()
    }
    assert held == modules | claims | templates | {"gatelab/describing/speed.csv"}


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The commands of an environment with the wheel in it, and with what these tests import."""
    home = tmp_path_factory.mktemp("installed")
    venv.create(home, symlinks=True)
    (packages,) = home.glob("lib/python*/site-packages")
    # Folders named in a .pth bring no hooks of their own: this checkout is not among them.
    (packages / "others.pth").write_text(
        "\n".join(path for path in sys.path if path.endswith("site-packages"))
    )
    pip = [sys.executable, "-m", "pip", "--python", home / "bin" / "python", "install"]
    subprocess.run(
        [*pip, "--quiet", "--no-deps", "--no-index", "--disable-pip-version-check", wheel],
        check=True, capture_output=True,
    )  # fmt: skip
    return home / "bin"


@pytest.fixture
def folder(tmp_path):
    """Somebody's folder, whose files are called as ours are in the checkout."""
    (tmp_path / "tasks.py").write_text("MINE = 'my own'\n")
    (tmp_path / "harness.py").write_text(DECOY)
    for name in ("variants", "tests", "studies"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(DECOY)
    (tmp_path / "script.py").write_text(SCRIPT)
    return tmp_path


def run(folder, *command):
    """(status, output, complaints) of a command in that folder."""
    kept = {k: v for k, v in os.environ.items() if k not in ("OPENBLAS_CORETYPE", "PYTHONPATH")}
    ended = subprocess.run(
        command, cwd=folder, env=kept, capture_output=True, text=True, timeout=300
    )
    return ended.returncode, ended.stdout, ended.stderr


@pytest.mark.starts_workers
def test_a_script_with_its_own_cell_runs_a_study_among_decoys(installed, folder):
    assert run(folder, installed / "python", "script.py") == (0, "my own\n", "")
    board = pd.read_csv(folder / "out" / "leaderboard.csv").set_index("variant")
    assert sorted(board.index) == ["in_this_script", "standard"]
    assert (board.trials == 2).all()


@pytest.mark.starts_workers
def test_the_command_minds_no_file_of_the_folder(installed, folder):
    """Not even one that is called like a module of Python's: its workers start there, too."""
    (folder / "random.py").write_text(DECOY)
    words = (
        "--tasks adding:length=8 --variants rnn --seeds 2 --workers 2 --out out --no-page --quiet"
    )
    settings = ["--set", "updates=5", "hidden=4", "batch=8"]
    ended = run(folder, installed / "gatelab", "compare", *words.split(), *settings)
    assert ended == (0, "", "")
    assert len(pd.read_csv(folder / "out" / "trials.csv")) == 2


def test_an_installed_command_says_its_version_and_shows_its_cells(installed, folder):
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert run(folder, installed / "gatelab", "--version") == (0, f"gatelab {version}\n", "")
    status, said, complaints = run(folder, installed / "gatelab", "cells")
    assert (status, complaints) == (0, "")
    assert "docs/results/speed.md" in said  # the figures are in the wheel

"""docs/take-it-home.md: its commands and its code run, in order, in one folder."""

import re
import shlex
import shutil
import sys

import numpy as np
import pytest
from helpers import written_cells  # noqa: F401 (sets Keras's backend)
from helpers.command import command
from helpers.networks import network
from helpers.packages import needs
from helpers.processes import ROOT

from gatelab import Network

jax = needs("jax", "torch", "keras", "safetensors")

PAGE = (ROOT / "docs" / "take-it-home.md").read_text("utf-8")
SAVED = "runs/first/weights/adding/gru/trial-0007.npz"
MADE = ("peephole", "rhn", "gru_adding")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with a trained network and a cell of the reader's own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / SAVED).parent.mkdir(parents=True)
    network("gru", dtype="float32").save(SAVED)
    shutil.copy(SAVED, tmp_path)  # the weights, taken along
    own = (ROOT / "docs" / "own-cell.md").read_text("utf-8")
    (tmp_path / "my_cell.py").write_text(re.search(r"```python\n(.*?)```", own, re.S)[1])
    yield tmp_path
    for name in MADE:
        sys.modules.pop(name, None)


def test_it_runs(folder):
    for line in re.findall(r"^    gatelab export (.*)", PAGE, re.M):
        assert command("export")(shlex.split(line)) == 0
    space = {}
    for block in re.findall(r"```python\n(.*?)```", PAGE, re.S):
        exec(block, space)
        if "to_keras" in block:
            with jax.disable_jit():  # in less time than compiling takes
                assert_same(space)
    loaded, made = Network.load("gru.safetensors"), Network.load(SAVED)
    np.testing.assert_array_equal(loaded.theta, made.theta)
    assert {f"{name}.py" for name in MADE} < {file.name for file in folder.glob("*.py")}


def assert_same(space):
    x = np.random.default_rng(0).standard_normal((3, 5, 3)).astype("float32")
    want = space["network"].predict(x)
    found = space["module"](space["torch"].tensor(x)).detach()
    np.testing.assert_allclose(found, want, atol=1e-5)
    np.testing.assert_allclose(space["predict"](space["params"], x), want, atol=1e-5)
    np.testing.assert_allclose(space["model"](x), want, atol=1e-5)

"""A cell of one's own, compared as a newcomer would."""

import pytest
from helpers.command import command
from helpers.compared import USUAL
from helpers.processes import python
from helpers.studies import SET

main = command("compare")
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
Study([toy], [MyCell], trials=2, workers=2, out="out", finals=1, quiet=True, page=False,
      settings={"updates": 5, "hidden": 4, "batch": 8}).run()
"""
)


@pytest.mark.starts_workers
@pytest.mark.parametrize("way", ["file", "stdin", "import"])
def test_a_cell_of_ones_own_outside_the_repository(way, tmp_path):
    (tmp_path / "script.py").write_text(SCRIPT)
    own = tmp_path / "cells" / "random.py"  # called like one of Python's modules, for good measure
    own.parent.mkdir()
    own.write_text(CELL)
    compare = ["-m", "gatelab", "compare", "--import", str(own), *USUAL, "--variants", "my_cell",
               "--out", "out", "--set", *SET, "--search", "beta=0.2:0.4"]  # fmt: skip
    words = {"file": ["script.py"], "stdin": ["-"], "import": compare}[way]
    ended = python(*words, folder=tmp_path, input=SCRIPT if way == "stdin" else None)
    assert (ended.returncode, ended.stderr) == (0, "")
    written = (tmp_path / "out" / "trials.csv").read_text()
    assert written.count("adding,my_cell,") == (1 if way == "import" else 2)
    assert "params.beta" in written

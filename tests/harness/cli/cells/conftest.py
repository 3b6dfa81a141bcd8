"""The package's own cells, and one in a user's file."""

import pytest
from helpers.cells_command import MINE

from gatelab.variants.language.registry import VARIANTS


@pytest.fixture(autouse=True)
def only_the_package_s_own_cells(monkeypatch):
    """Whatever other test files have registered when they were imported."""
    own = {
        n: c for n, c in VARIANTS.classes.items() if c.__module__.startswith("gatelab.variants.")
    }
    monkeypatch.setattr(VARIANTS, "classes", own)


@pytest.fixture
def mine(tmp_path):
    """A user's file; what it registers is forgotten again."""
    path = tmp_path / "my_cell.py"
    path.write_text(MINE)
    return str(path)

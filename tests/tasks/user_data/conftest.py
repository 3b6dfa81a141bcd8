"""A working folder with somebody's table in it."""

import pytest
from helpers.tables import table


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A working folder with load.csv in it."""
    monkeypatch.chdir(tmp_path)
    table().to_csv("load.csv", index=False)
    return tmp_path

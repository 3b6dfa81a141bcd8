"""Fixtures of several files here."""

import pytest

from gatelab.certification import cache as kept


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "home", lambda: tmp_path)
    monkeypatch.setattr(kept.compiled, "home", lambda: tmp_path)
    return tmp_path / "certificates"

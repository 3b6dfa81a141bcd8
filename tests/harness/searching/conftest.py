"""The storage of a search."""

import pytest

from gatelab.searching.storage import open_storage


@pytest.fixture
def storage(tmp_path):
    opened = open_storage(tmp_path)
    yield opened
    opened.engine.dispose()

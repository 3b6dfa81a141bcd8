"""A study that several files look at."""

import pytest
from helpers.running import reber, study
from helpers.studies import toy_task


@pytest.fixture(scope="session")
def first(tmp_path_factory):
    """(folder, result) of a study of two cells on two tasks, one ragged with labels per step."""
    out = tmp_path_factory.mktemp("first")
    return out, study(out, tasks=[toy_task(), reber()], variants=["standard", "gru"]).run()

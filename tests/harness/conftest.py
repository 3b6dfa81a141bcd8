"""A study that the tests of several folders look at."""

import pytest
from helpers.studies import toy_study


@pytest.fixture(scope="session")
def done(tmp_path_factory):
    """(folder, result) of a study of two cells that is finished; the folder must not change."""
    out = tmp_path_factory.mktemp("done") / "a study #1"
    given = {"variants": ["standard", "gru"], "trials": 2, "finals": 1}
    return out, toy_study(out, **given).run()

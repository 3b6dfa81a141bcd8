"""Real studies, and what goes wrong around them."""

import pytest
from helpers.running import study

SMALL = {"trials": 2, "finals": 1}


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory):
    """The result of the study that nothing disturbs; see ``begun``."""
    return study(tmp_path_factory.mktemp("undisturbed"), **SMALL).run()


@pytest.fixture
def begun():
    """(folder, more of a study's arguments) -> the study that is to be disturbed."""
    return lambda out, **more: study(out, **SMALL | more)

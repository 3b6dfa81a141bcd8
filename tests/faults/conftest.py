"""Real studies, and what goes wrong around them and in their folders."""

import shutil
import sqlite3
from contextlib import closing

import pytest
from helpers import damaged
from helpers.running import study

SMALL = {"variants": ["gru"], "trials": 2, "finals": 1}


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory):
    """The result of the study that nothing disturbs; see ``begun``."""
    return study(tmp_path_factory.mktemp("undisturbed"), **SMALL).run()


@pytest.fixture
def begun():
    """(folder, more of a study's arguments) -> the study that is to be disturbed."""
    return lambda out, **more: study(out, **SMALL | more)


@pytest.fixture(scope="session")
def sound(tmp_path_factory):
    """The folder of a finished study, which no test may change."""
    out = tmp_path_factory.mktemp("faults") / "sound"
    damaged.study(out).run()
    return out


@pytest.fixture
def out(sound, tmp_path):
    """A copy of that folder, to be damaged."""
    out = shutil.copytree(sound, tmp_path / "study")
    for file in out.glob("*.db"):  # what is beside it, while a reader has not been collected
        with closing(sqlite3.connect(file)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return out

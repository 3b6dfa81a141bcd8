"""A task whose data are lost."""

import pytest

from gatelab import tasks
from gatelab.tasks.framework.errors import MissingData


@pytest.fixture
def lost():
    """A task whose data is nowhere."""

    @tasks.register("lost")
    class Lost(tasks.Task):
        def splits(self, rng):
            raise MissingData("data not here: put it there")

        def baselines(self, splits):
            return {}

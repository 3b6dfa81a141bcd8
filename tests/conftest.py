"""What holds for every test, and the fixtures of many.

What a test registers is gone after it; no test downloads, and none fails for want of data.
"""

import numpy as np
import pytest

from gatelab import tasks, variants
from gatelab.tasks.data_files.fetching import offline
from gatelab.tasks.framework.errors import MissingData

# What fails in a helper is shown as in a test: with its values.
pytest.register_assert_rewrite("helpers", "oracles")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    try:
        return (yield)
    except MissingData as error:
        pytest.skip(str(error))


@pytest.fixture(autouse=True)
def no_download():
    with offline():
        yield


@pytest.fixture(autouse=True)
def registries_as_they_were():
    tasks.names(), variants.names()  # finds the packages' own
    known = [
        variants.language.registry.VARIANTS.classes,
        tasks.framework.registry.TASKS.classes,
    ]
    before = [dict(each) for each in known]
    yield
    for each, old in zip(known, before, strict=True):
        each.clear()
        each.update(old)


@pytest.fixture
def rng():
    """Random numbers, the same for every test."""
    return np.random.default_rng(1)

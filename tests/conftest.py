"""What a test registers is gone after it."""

import pytest

import tasks
import variants


@pytest.fixture(autouse=True)
def registries_as_they_were():
    tasks.names()  # finds the package's own
    known = [variants.registry._REGISTRY, tasks.registry._tasks]
    before = [dict(each) for each in known]
    yield
    for each, old in zip(known, before, strict=True):
        each.clear()
        each.update(old)

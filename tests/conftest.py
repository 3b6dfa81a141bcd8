"""What holds for every test, and the fixtures of many.

What a test registers is gone after it; no test downloads, and none fails for want of data.
"""

from functools import cache
from importlib import import_module
from uuid import uuid4

import numpy as np
import pytest

from gatelab import tasks, variants
from gatelab.tasks.data_files.fetching import offline
from gatelab.tasks.framework.errors import MissingData

# What fails in a helper is shown as in a test: with its values.
pytest.register_assert_rewrite("helpers", "oracles")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Share tests among processes file by file; all files that start workers go to one process.

    Studies beside each other would wait for each other's workers. That process begins with them:
    begun later they would be at work when all others have ended. (xdist's own groups are told by
    names that it gives to tests, which pytest 9.2 ignores: ``--dist loadgroup`` groups nothing.)
    """
    from xdist.scheduler import LoadFileScheduling

    class FilesAndWorkers(LoadFileScheduling):
        def _split_scope(self, nodeid):
            file = super()._split_scope(nodeid)
            return "workers" if starts_workers(config.rootpath / file) else file

        def _assign_work_unit(self, node):
            if "workers" in self.workqueue:
                self.workqueue.move_to_end("workers", last=False)
            super()._assign_work_unit(node)

    return FilesAndWorkers(config, log)


@cache
def starts_workers(path):
    return "pytest.mark.starts_workers" in path.read_text(encoding="utf-8")


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


def in_this_process(request):
    """Studies of a file or test that is marked ``in_process`` need no worker processes."""
    if any(mark.name == "in_process" for mark in request.node.own_markers):
        from helpers.inline import in_process

        with in_process():
            yield
    else:
        yield


file_in_process = pytest.fixture(in_this_process, scope="module", autouse=True)
test_in_process = pytest.fixture(in_this_process, autouse=True)


@pytest.fixture
def rng():
    """Random numbers, the same for every test."""
    return np.random.default_rng(1)


@pytest.fixture
def torch_modules():
    """``oracles.torch_modules``, where torch is installed."""
    return oracle("torch_modules", "torch")


@pytest.fixture
def onnx_models():
    """``oracles.onnx_models``, where onnx and onnxruntime are installed."""
    return oracle("onnx_models", "onnx", "onnxruntime")


@pytest.fixture(scope="session")
def postgres():
    """A private PostgreSQL server; see ``helpers.postgres``."""
    from helpers.postgres import server

    with server() as started:
        yield started


@pytest.fixture(scope="session")
def with_tables(postgres):
    """The name of a PostgreSQL database that has tables for trials, and no trials."""
    from gatelab.searching import address, served

    served.make_tables(address.checked(postgres.create("tables")))
    return "tables"


@pytest.fixture
def database(postgres, with_tables):
    """The address of a new PostgreSQL database with tables for trials."""
    return postgres.create(f"lab {uuid4().hex[:8]}", like=with_tables)


@pytest.fixture
def empty_database(postgres):
    """The address of a new, empty PostgreSQL database."""
    return postgres.create(f"empty {uuid4().hex[:8]}")


def oracle(name, *packages):
    """A module of ``oracles``, or a skip that says which package it lacks."""
    from helpers.packages import needs  # not before its assertions are rewritten

    needs(*packages)
    return import_module(f"oracles.{name}")

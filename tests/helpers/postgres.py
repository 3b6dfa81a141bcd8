"""A private PostgreSQL server; without its programs, the tests that need one are skipped."""

import os

import pytest

from gatelab.foundation.postgres import Server, programs
from helpers.packages import needs

#: Set where a missing server is a failure: in continuous integration.
REQUIRED = "GATELAB_TESTS_NEED_POSTGRES"


def server():
    """A server that has not been started."""
    if os.environ.get(REQUIRED):
        return Server()
    needs("psycopg")
    if programs() is None:
        pytest.skip("PostgreSQL is not installed")
    return Server()

"""Errors that people are meant to read."""

from contextlib import contextmanager

import pytest


@contextmanager
def refused(error, match):
    """``pytest.raises`` for a refusal, which is one line."""
    with pytest.raises(error, match=match) as caught:
        yield caught
    assert "\n" not in str(caught.value)

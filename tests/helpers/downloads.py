"""What a test finds of downloads."""

import hashlib

import pytest

from gatelab.tasks.data_files.fetching import fetch
from gatelab.tasks.framework.errors import MissingData

BYTES = b"some numbers\n"
SHA256 = hashlib.sha256(BYTES).hexdigest()
SOURCES = ("https://first.example/numbers.txt", "https://second.example/other.txt")


def refusal():
    with pytest.raises(MissingData) as caught:
        fetch("small.txt")
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith("data not here: put small.txt ")
    assert SHA256 in message
    return message


def kept(cache):
    return sorted(path.name for path in cache.rglob("*"))

"""Workers elsewhere must run the same software; what differs is said by name."""

import sys

import pytest
from distributed.protocol.pickle import dumps
from helpers.processes import python

from gatelab.running.software import differences, installed

HERE = {"python": "3.11.7", "gatelab": "1.0", "numpy": "2.4.6", "numba": "0.68", "files": "aa"}


@pytest.mark.parametrize(
    ("there", "said"),
    [
        ({}, []),
        ({"python": "3.11.2"}, []),
        ({"numpy": "2.3.0"}, ["numpy 2.3.0 (here 2.4.6)"]),
        ({"numba": None}, ["numba is missing (here 0.68)"]),
        ({"python": "3.12.1"}, ["Python 3.12.1 (here 3.11.7)"]),
        ({"files": "bb"}, ["gatelab 1.0 with other files than here"]),
        ({"gatelab": "1.1", "files": "bb"}, ["gatelab 1.1 (here 1.0)"]),
    ],
)
def test_differences_are_named(there, said):
    assert differences(HERE | there, HERE) == said


def test_a_worker_without_gatelab_can_say_so(tmp_path):
    """What looks is pickled by value: unpickled where gatelab cannot be imported, it still runs."""
    (tmp_path / "look").write_bytes(dumps(installed))
    code = (
        "import pickle, sys; sys.modules['gatelab'] = None\n"
        "import importlib.metadata as m; old = m.version\n"
        "def version(name):\n"
        "    if name == 'gatelab': raise m.PackageNotFoundError(name)\n"
        "    return old(name)\n"
        "m.version = version\n"
        f"print(pickle.loads(open({str(tmp_path / 'look')!r}, 'rb').read())())"
    )
    ended = python("-c", code)
    assert ended.returncode == 0, ended.stderr
    assert "'gatelab': None" in ended.stdout
    assert f"'python': '{sys.version.split()[0]}'" in ended.stdout


def test_this_process_is_like_itself():
    assert differences(installed()) == []

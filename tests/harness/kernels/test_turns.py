"""Processes take turns at compiling a kernel, so that a machine compiles it once."""

import fcntl
import os
import subprocess
import sys

import pytest

from gatelab.kernels.caching import turns

# Two of these meet before they call the function.
MEETS = """
import sys, time
from pathlib import Path
from gatelab.kernels.primitives.scalar import FLOAT64 as F
here, other = Path({folder!r}, sys.argv[1]), Path({folder!r}, sys.argv[2])
here.touch()
while not other.exists():
    time.sleep(0.001)
F["softplus"](0.7)
stats = F["softplus"].stats
print(sum(stats.cache_misses.values()), sum(stats.cache_hits.values()))
"""


def test_of_two_processes_one_compiles_and_the_other_loads(tmp_path):
    code = MEETS.format(folder=str(tmp_path))
    both = [
        subprocess.Popen(
            [sys.executable, "-c", code, *names], stdout=subprocess.PIPE, text=True,
            env=os.environ | {"GATELAB_CACHE": str(tmp_path / "cache")},
        )
        for names in (("a", "b"), ("b", "a"))
    ]  # fmt: skip
    said = sorted(one.communicate(timeout=120)[0].strip() for one in both)
    assert said == ["0 1", "1 0"]
    assert [*tmp_path.rglob("*.turn")] == []


@pytest.fixture
def another_s_turn(tmp_path):
    """The path of a kernel that somebody else is compiling."""
    with open(tmp_path / "kernel.nbc.turn", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield tmp_path / "kernel.nbc"


def test_nobody_waits_for_ever(another_s_turn):
    assert not turns.take(another_s_turn, patience=0.1)


def test_a_turn_ends_when_it_is_left(tmp_path):
    path = tmp_path / "kernel.nbc"
    for _ in range(2):
        assert turns.take(path)
        assert turns.take(path)  # it is still this process's
        turns.leave(path)
    assert [*tmp_path.iterdir()] == []


def test_without_a_folder_there_are_no_turns(tmp_path):
    assert not turns.take(tmp_path / "gone" / "kernel.nbc")
    turns.leave(tmp_path / "gone" / "kernel.nbc")

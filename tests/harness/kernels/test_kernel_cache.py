"""Compiled kernels on disk: made once, checked when loaded, made again if anything is wrong."""

import importlib
import os
import pkgutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from numba.core.dispatcher import Dispatcher

import gatelab
from gatelab import Layer, variants
from gatelab.kernels.caching import generation, sealed
from gatelab.kernels.caching.numba_cache import KernelCache

RUN = """
import numpy as np
from gatelab import Layer, variants
layer = Layer(variants.get("rnn"), 2, 3, "float64")
params = layer.init(np.random.default_rng(0))
y, _, tape = layer.forward(params, np.ones((3, 2, 2)))
grads, _, _ = layer.backward(params, tape, np.ones_like(y))
print(y.sum(), *(g.sum() for g in grads.values()))
"""


def python(code, cache, **more):
    environment = {k: v for k, v in os.environ.items() if k != "GATELAB_KERNELS"}
    environment |= {"GATELAB_CACHE": str(cache), **more}
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A cache in which one cell was compiled, and what it printed."""
    cache = tmp_path_factory.mktemp("cache")
    run = python(RUN, cache)
    assert run.returncode == 0, run.stderr
    return cache, run.stdout


def kept(cache):
    return sorted(path for path in cache.rglob("*") if path.is_file())


def test_what_was_compiled_is_not_compiled_again(filled):
    cache, printed = filled
    before = {path: path.stat().st_mtime_ns for path in kept(cache)}
    assert [path for path in before if path.name.startswith("cell_")]
    assert [
        path for path in before if path.name.startswith("squashing.tanh64")
    ]  # helpers lie there too
    assert python(RUN, cache).stdout == printed
    assert {path: path.stat().st_mtime_ns for path in kept(cache)} == before


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[: len(content) // 2],
        lambda content: b"garbage" * 1000,
        lambda content: content[:-1] + bytes([content[-1] ^ 1]),
        lambda content: content[:2000] + bytes([content[2000] ^ 1]) + content[2001:],
    ],
    ids=["empty", "cut", "garbage", "last bit", "one bit"],
)
def test_damaged_files_are_made_again(filled, damage):
    cache, printed = filled
    whole = {path: path.read_bytes() for path in kept(cache)}
    for path, content in whole.items():
        path.write_bytes(damage(content))
    run = python(RUN, cache)
    assert (run.stdout, run.stderr) == (printed, "")
    for path in whole:
        if path.name.startswith("cell_"):
            assert sealed.read(path) is not None


def test_a_file_that_is_whole_but_makes_no_sense_is_made_again(filled):
    cache, printed = filled
    for path in kept(cache):
        sealed.write(path, b"cos\nnothing_of_the_kind\n.")
    run = python(RUN, cache)
    assert (run.stdout, run.stderr) == (printed, "")


def test_a_full_disk_is_no_fault(tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sealed.tempfile, "NamedTemporaryFile", full)
    sealed.write(tmp_path / "file", b"x")
    assert not [*tmp_path.iterdir()]


def test_folders_that_somebody_deleted_are_made_again_for_this_user_only(tmp_path):
    sealed.write(tmp_path / "kernels" / "generation" / "file", b"x")
    for folder in (tmp_path / "kernels", tmp_path / "kernels" / "generation"):
        assert folder.stat().st_mode & 0o777 == 0o700


def test_a_link_is_not_read(tmp_path):
    sealed.write(tmp_path / "file", b"x")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    assert sealed.read(tmp_path / "file") == b"x"
    assert sealed.read(tmp_path / "link") is None


def test_text_in_the_cache_is_never_run(filled, tmp_path):
    """A planted module under a name that everybody can compute."""
    cache, printed = filled
    from gatelab.kernels.backends import compiled
    from gatelab.kernels.layout.packing import Packing  # noqa: F401

    text = Layer(variants.get("rnn"), 2, 3, "float64").backend.source.text
    note = tmp_path / "note"
    for folder in {path.parent for path in kept(cache)} | {cache, cache / "kernels"}:
        (folder / f"{compiled.name(text)}.py").write_text(f"open({str(note)!r}, 'w')\n{text}")
    assert python(RUN, cache).stdout == printed
    assert not note.exists()


# Who may keep nothing where it would like to ------------------------------------------------------


NOBODY = """
import os, sys, tempfile
{run}
for name in ("HOME", "XDG_CACHE_HOME", "GATELAB_CACHE"):
    os.environ.pop(name, None)
os.environ["TMPDIR"], tempfile.tempdir = {folder!r}, None
if os.geteuid() == 0:
    os.setgroups([]), os.setgid(54321), os.setuid(54321)
else:
    os.environ["HOME"] = "/nonexistent"
{run}
"""


@pytest.fixture
def everybodys():
    """A folder that every user can write; pytest's own are closed to others."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o1777)
        yield Path(folder)


def test_a_user_who_owns_nothing_computes_all_the_same(filled, everybodys):
    """No home, no entry among the users, a package that is root's: a temporary folder serves."""
    cache, printed = filled
    # Once as root, so that all is imported: root's Python may be closed to others.
    again = RUN.replace("rnn", "gru")
    code = NOBODY.format(run="{run}", folder=str(everybodys))
    run = python(code.replace("{run}", RUN, 1).replace("{run}", again), cache)
    assert run.stderr == ""
    assert run.stdout.startswith(printed)
    assert run.stdout.count("\n") == 2
    assert [*everybodys.glob("gatelab-*/*/cell_*.nbc")]


# One name, one function ---------------------------------------------------------------------------


def cached_functions():
    for found in pkgutil.walk_packages(gatelab.__path__, "gatelab."):
        if ".kernels." in found.name or ".calculus" in found.name or ".language" in found.name:
            importlib.import_module(found.name)
    for name in variants.names():
        for dtype in ("float32", "float64"):
            Layer(variants.get(name), 2, 3, dtype).backend.module  # generated, not compiled
    ours = lambda name: name.startswith(("gatelab.kernels", "cell_", "gatelab.calculus"))
    modules = [m for name, m in list(sys.modules.items()) if ours(name)]
    found = {id(v): v for m in modules for v in vars(m).values() if isinstance(v, Dispatcher)}
    return [d for d in found.values() if isinstance(d._cache, KernelCache)]


def test_no_two_cached_functions_share_a_qualified_name():
    functions = cached_functions()
    names = Counter((d.py_func.__module__, d.py_func.__qualname__) for d in functions)
    assert len(functions) > 150
    assert set(names.values()) == {1}
    assert not [name for _, name in names if "<" in name]


def test_every_source_of_a_cached_function_is_part_of_the_generation():
    for dispatcher in cached_functions():
        module, file = dispatcher.py_func.__module__, dispatcher.py_func.__code__.co_filename
        inside = any(file.startswith(f"{folder}{os.sep}") for folder in generation.SOURCES)
        assert inside or module.startswith("cell_"), module


ORDERS = {"0": "exp tanh log relu", "1": "tanh exp relu log", "2": "relu log tanh exp"}
CALLS = """
from gatelab.kernels.primitives.scalar import FLOAT64 as F
for name in {names!r}.split():
    F[name](0.7)
"""
TOGETHER = """
import numpy as np
from numba import njit
from gatelab.kernels.primitives.scalar import FLOAT64 as F
exp, tanh, log, relu = F["exp"], F["tanh"], F["log"], F["relu"]
@njit
def four(x):
    return exp(x), tanh(x), log(x), relu(x)
np.testing.assert_allclose(four(0.7), (np.exp(0.7), np.tanh(0.7), np.log(0.7), 0.7), 1e-15)
compiled = [next(iter(f.overloads.values())) for f in (exp, tanh, log, relu)]
assert len({one.fndesc.mangled_name for one in compiled}) == 4
"""


def test_a_cache_filled_by_several_processes_in_other_orders_serves_all_of_them(tmp_path):
    for seed, names in ORDERS.items():
        for name in names.split()[: 1 + int(seed)]:
            assert python(CALLS.format(names=name), tmp_path, PYTHONHASHSEED=seed).returncode == 0
        assert python(CALLS.format(names=names), tmp_path, PYTHONHASHSEED=seed).returncode == 0
    run = python(TOGETHER, tmp_path)
    assert run.returncode == 0, run.stderr


# Generations --------------------------------------------------------------------------------------


def test_other_sources_and_another_processor_are_another_generation(monkeypatch, tmp_path):
    first = generation.fingerprint()
    prints = {first}
    for name, value in {
        "SOURCES": (tmp_path,), "processor": lambda: "another", "features": lambda: ("fewer",),
        "versions": lambda: {"numba": "1"}, "LAYOUT": -1,
    }.items():  # fmt: skip
        with monkeypatch.context() as patch:
            patch.setattr(generation, name, value)
            prints.add(generation.fingerprint.__wrapped__())
    assert len(prints) == 6
    assert generation.fingerprint.__wrapped__() == first


def test_a_generation_that_nobody_has_used_for_a_month_is_deleted(tmp_path):
    old, young = tmp_path / "old", tmp_path / "young"
    for folder in (old, young):
        folder.mkdir()
        (folder / "kernel.nbc").write_text("x")
    os.utime(old, (0, 0))
    assert generation._opened(tmp_path, "now").is_dir()
    assert young.exists()
    assert not old.exists()

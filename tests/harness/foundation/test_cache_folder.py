"""The folder of compiled kernels is this user's alone; what others may have written is not run."""

import os
import stat
import subprocess
import sys
import tempfile

import pytest

from gatelab.foundation import cache_folder

WHERE = "from gatelab.foundation.cache_folder import folder; print(folder())"


@pytest.fixture(autouse=True)
def forget(monkeypatch):
    monkeypatch.delenv(cache_folder.INHERITED, raising=False)
    monkeypatch.setattr(tempfile, "tempdir", None)
    yield
    os.environ.pop(cache_folder.INHERITED, None)
    cache_folder._folder.cache_clear()


@pytest.fixture
def kernels(tmp_path, monkeypatch):
    monkeypatch.setenv("GATELAB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path / "cache" / "kernels"


def mode(path):
    return stat.S_IMODE(path.lstat().st_mode)


def test_it_is_made_for_this_user_only_whatever_the_umask(kernels):
    before = os.umask(0)
    try:
        assert cache_folder.folder() == kernels
    finally:
        os.umask(before)
    assert mode(kernels) == 0o700


def test_without_a_home_that_can_be_written_it_is_under_the_temporary_folder(
    tmp_path, monkeypatch, capsys
):
    for name in ("GATELAB_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", "/proc")  # of which nobody can write, root included
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    assert cache_folder.folder() == tmp_path / f"gatelab-{os.geteuid()}"
    assert mode(cache_folder.folder()) == 0o700
    assert capsys.readouterr().err == ""


def test_one_that_others_can_read_is_closed_and_keeps_its_files(kernels):
    kernels.mkdir(parents=True, mode=0o755)
    (kernels / "file").write_text("x")
    assert cache_folder.folder() == kernels
    assert mode(kernels) == 0o700
    assert (kernels / "file").exists()


@pytest.mark.parametrize("writable", [0o777, 0o770, 0o702])
def test_one_that_others_can_write_is_emptied(kernels, writable):
    (kernels / "deep").mkdir(parents=True)
    (kernels / "deep" / "planted").write_text("x")
    kernels.chmod(writable)
    assert cache_folder.folder() == kernels
    assert mode(kernels) == 0o700
    assert not [*kernels.iterdir()]


def test_a_link_is_not_followed(kernels, tmp_path, capsys):
    (tmp_path / "elsewhere").mkdir()
    kernels.parent.mkdir()
    kernels.symlink_to(tmp_path / "elsewhere")
    assert cache_folder.folder() == tmp_path / f"gatelab-{os.geteuid()}"
    assert cache_folder.folder() == tmp_path / f"gatelab-{os.geteuid()}"
    worker = subprocess.run(
        [sys.executable, "-c", WHERE], check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert worker.stdout.decode().strip() == str(cache_folder.folder())  # and nothing said again
    said = capsys.readouterr().err
    assert said == f"gatelab: compiled kernels are not kept in {kernels}: it is a link\n"


def test_another_users_folder_is_not_used(kernels, tmp_path, monkeypatch, capsys):
    """The one under the temporary folder neither, whose name everybody knows."""
    kernels.mkdir(parents=True)
    known = tmp_path / f"gatelab-{os.geteuid()}"
    known.mkdir()
    monkeypatch.setattr(cache_folder, "_user", lambda: os.geteuid() + 1)
    (tmp_path / f"gatelab-{os.geteuid() + 1}").mkdir()
    found = cache_folder.folder()
    assert found.parent == tmp_path
    assert found.name not in (known.name, f"gatelab-{os.geteuid() + 1}")
    assert mode(found) == 0o700
    assert capsys.readouterr().err.count("it belongs to another user\n") == 2
    assert os.environ[cache_folder.INHERITED] == str(found)  # workers share it


def test_without_a_home_it_lies_in_the_temporary_folder(
    tmp_path,
):
    nobody = {k: v for k, v in os.environ.items() if k not in ("HOME", "XDG_CACHE_HOME")}
    nobody.pop("GATELAB_CACHE", None)
    code = f"import pwd\ndef none(*_): raise KeyError\npwd.getpwuid = none\n{WHERE}"
    run = subprocess.run(
        [sys.executable, "-c", code], env=nobody | {"TMPDIR": str(tmp_path)}, text=True,
        capture_output=True, check=True,
    )  # fmt: skip
    assert run.stdout.strip() == str(tmp_path / f"gatelab-{os.geteuid()}")


def test_size_and_clearing(kernels, tmp_path):
    (tmp_path / "other").write_text("not ours")
    home = cache_folder.folder()
    (home / "a").mkdir()
    (home / "a" / "b").write_bytes(bytes(1000))
    (home / "c").symlink_to(tmp_path / "other")
    assert 1000 <= cache_folder.size() < 1100
    assert cache_folder.clear() >= 1000
    assert not [*home.iterdir()]
    assert (tmp_path / "other").exists()

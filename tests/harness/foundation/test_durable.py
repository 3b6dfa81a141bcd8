"""Files that are old or new, and never in between."""

import os

import pytest

from gatelab.foundation import durable


def test_a_file_is_replaced_as_a_whole_and_leaves_no_draft(tmp_path):
    path = tmp_path / "new" / "a file"
    for content in (b"one", b"two"):
        durable.write(path, content)
        assert path.read_bytes() == content
        assert [*path.parent.iterdir()] == [path]


@pytest.mark.parametrize("at", ["os.fsync", "os.replace"])
def test_whatever_goes_wrong_the_old_file_is_still_there(at, tmp_path, monkeypatch):
    durable.write(tmp_path / "f", b"old")

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(at, fail)
    with pytest.raises(OSError, match="No space left"):
        durable.write(tmp_path / "f", b"new")
    assert (tmp_path / "f").read_bytes() == b"old"
    assert [*tmp_path.iterdir()] == [tmp_path / "f"]


def test_bytes_are_on_the_disk_before_the_name_and_the_name_before_the_return(
    tmp_path, monkeypatch
):
    done, fsync, replace = [], os.fsync, os.replace
    monkeypatch.setattr(os, "fsync", lambda file: (done.append("fsync"), fsync(file)))
    monkeypatch.setattr(os, "replace", lambda *names: (done.append("rename"), replace(*names)))
    durable.write(tmp_path / "f", b"new")
    assert done == ["fsync", "rename", "fsync"]


def test_others_may_read_what_the_user_lets_them_read(tmp_path):
    """A draft of the standard library's would be readable by its owner only."""
    old = os.umask(0o022)
    try:
        durable.write(tmp_path / "f", b"new")
    finally:
        os.umask(old)
    assert (tmp_path / "f").stat().st_mode & 0o777 == 0o644

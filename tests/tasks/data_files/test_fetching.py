"""Data files: found by checksum, in folders and in the cache, or named in a refusal."""

import hashlib
import os

import pytest
from helpers.downloads import BYTES, SHA256, SOURCES, kept, refusal

from gatelab import tasks
from gatelab.tasks.data_files import fetching
from gatelab.tasks.data_files.fetching import fetch, fetch_all
from gatelab.tasks.data_files.files import FILES, File
from gatelab.tasks.framework.errors import MissingData


def test_a_file_is_known_by_its_checksum_not_its_name(monkeypatch, network, tmp_path):
    mine = tmp_path / "mine" / "deep" / "called otherwise"
    mine.parent.mkdir(parents=True)
    mine.write_bytes(BYTES)
    (tmp_path / "mine" / "another.txt").write_bytes(BYTES[::-1])  # of the same size
    monkeypatch.setenv("GATELAB_DATA", str(tmp_path / "mine"))
    assert fetch("small.txt") == mine
    assert network.asked == []


def test_a_wrong_file_of_the_right_name_is_passed_over(monkeypatch, network, cache, tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "small.txt").write_bytes(BYTES[:-1])
    (tmp_path / "right.bin").write_bytes(BYTES)
    monkeypatch.setenv("GATELAB_DATA", str(tmp_path))
    assert fetch("small.txt") == tmp_path / "right.bin"


@pytest.mark.parametrize("name", ["small.txt", "numbers.txt"])  # ours, and its name at the source
@pytest.mark.parametrize("content", [BYTES[:-1], BYTES.swapcase()], ids=["truncated", "corrupt"])
def test_a_wrong_file_is_named_with_both_checksums(
    monkeypatch, network, cache, tmp_path, content, name
):
    (tmp_path / name).write_bytes(content)
    monkeypatch.setenv("GATELAB_DATA", str(tmp_path))
    message = refusal()
    found = hashlib.sha256(content).hexdigest()
    assert f"refused {tmp_path / name}: its sha256 is {found}, should be {SHA256}" in message
    assert kept(cache) == []


def test_a_file_that_changes_is_read_again(monkeypatch, network, tmp_path):
    mine = tmp_path / "small.txt"
    monkeypatch.setenv("GATELAB_DATA", str(tmp_path))
    mine.write_bytes(BYTES)
    assert fetch("small.txt") == mine
    mine.write_bytes(BYTES.swapcase())
    os.utime(mine, ns=(1, 1))
    assert f"refused {mine}" in refusal()


def test_without_a_network_it_says_what_to_put_where(monkeypatch, network, tmp_path):
    message = refusal()
    assert f"from {SOURCES[0]}, {len(BYTES)} bytes" in message
    assert "a folder named by the environment variable GATELAB_DATA" in message
    assert "nothing from first.example (ConnectionError)" in message
    monkeypatch.setenv("GATELAB_DATA", str(tmp_path))
    assert f"into {tmp_path};" in refusal()


def test_all_files_that_a_data_set_lacks_are_named_at_once(monkeypatch, network, cache):
    for name in ("other.txt", "third.txt"):
        file = File("0" * 63 + name[0].translate({111: "1", 116: "2"}), 5, SOURCES, "none")
        monkeypatch.setitem(FILES, name, file)
    cache.mkdir(parents=True, exist_ok=True)
    (cache / "small.txt").write_bytes(BYTES)
    with pytest.raises(MissingData) as caught:
        fetch_all("small.txt", "other.txt", "third.txt")
    message = str(caught.value)
    assert message.startswith("data not here: put other.txt (from")
    assert message.endswith("; nor are third.txt, see tasks/data_files/files.py")
    assert fetch_all("small.txt") == [fetch("small.txt")]


def test_a_tilde_is_the_home_folder(monkeypatch, network, cache, tmp_path):
    (tmp_path / "mine").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GATELAB_DATA", "~/mine")
    assert refusal().partition(" into ")[2].startswith(f"{tmp_path / 'mine'};")
    (tmp_path / "mine" / "small.txt").write_bytes(BYTES)
    assert fetch("small.txt") == tmp_path / "mine" / "small.txt"
    monkeypatch.setenv("GATELAB_CACHE", "~/kept")
    assert fetching.cache() == tmp_path / "kept" / "data"


def test_a_folder_that_is_named_and_not_there_is_said(monkeypatch, network, tmp_path):
    monkeypatch.setenv("GATELAB_DATA", str(tmp_path / "gone"))
    assert f"into {tmp_path / 'gone'} (GATELAB_DATA names it, but there is no such" in refusal()


def test_an_unknown_file_brings_close_matches(cache):
    with pytest.raises(tasks.TaskError, match=r"unknown data file 'ETTh1'; did you mean ETTh1.csv"):
        fetch("ETTh1")


def test_the_table_is_whole():
    assert len({file.sha256 for file in FILES.values()}) == len(FILES)
    for name, file in FILES.items():
        assert len(bytes.fromhex(file.sha256)) == 32, name
        assert file.size > 0
        assert file.licence
        assert file.sources
        assert all(source.startswith("https://") for source in file.sources)
        for requirement, member in file.packages.items():
            package, version = requirement.split("==")
            assert version
            assert member.startswith(f"{package}/")

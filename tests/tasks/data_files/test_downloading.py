"""Data files: downloaded from the first source that has them."""

import hashlib
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from helpers.downloads import BYTES, SHA256, SOURCES, kept, refusal

from gatelab.tasks.data_files import downloading
from gatelab.tasks.data_files.fetching import fetch, offline
from gatelab.tasks.data_files.files import FILES, File


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

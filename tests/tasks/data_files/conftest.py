"""A table of one data file, and what stands in for the network."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from helpers.downloads import BYTES, SHA256, SOURCES

from gatelab.tasks.data_files import fetching
from gatelab.tasks.data_files.files import FILES, File


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

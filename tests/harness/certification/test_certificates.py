"""Certificates that are kept: for one cell, until their file is torn."""

import json
import sys

import cloudpickle
import pytest
from helpers.certified import CHECKS, Cell, fresh
from oracles.own_backward import OwnPeephole, slipped

from gatelab.certification import cache as kept
from gatelab.certification import certificate_of, certified
from gatelab.errors import CertificationError
from gatelab.kernels.caching import sealed

cloudpickle.register_pickle_by_value(sys.modules[__name__])


def test_a_certificate_is_made_once_and_again_if_its_file_is_torn(cache, monkeypatch):
    first = certified(Cell())
    assert certificate_of(Cell()) == first
    (file,) = cache.iterdir()
    monkeypatch.setattr("gatelab.certification.certify", None)
    assert certified(Cell()) == first
    monkeypatch.undo()
    file.write_text(file.read_text()[:100])
    monkeypatch.setattr(kept, "home", lambda: cache.parent)
    assert certificate_of(Cell()) is None
    assert certified(Cell()) == first
    assert len(list(cache.iterdir())) == 1


@pytest.mark.parametrize(
    "happens", [lambda file: file.unlink(), lambda file: sealed.write(file, b"compiled otherwise")]
)
def test_a_certificate_is_dropped_when_a_kernel_of_the_cell_is_another(happens):
    variant = fresh()()
    assert certified(variant) == certificate_of(variant)
    file = kept.home() / min(json.loads(sealed.read(kept.path(variant)))["kernels"])
    whole = sealed.read(file)
    happens(file)
    try:
        assert certificate_of(variant) is None
    finally:
        sealed.write(file, whole)
    assert certificate_of(variant)


def test_a_certificate_of_another_processor_or_of_other_versions_is_none(cache, monkeypatch):
    first = kept.key(Cell())
    monkeypatch.setattr(kept, "fingerprint", lambda: "another")
    assert kept.key(Cell()) != first


def test_a_cell_that_fails_gets_none(cache):
    with pytest.raises(CertificationError):
        certified(slipped("(do * new)", "(do * c)")())
    assert not cache.exists()


def test_a_certificate_is_good_for_one_cell_only(cache):
    keys = [
        kept.key(cell)
        for cell in (
            Cell(),
            Cell(leak=0.2),
            type("Cell", (Cell,), {"b_i": 0.6})(),
            type("Cell", (Cell,), {"step": OwnPeephole.step, "_gates": OwnPeephole._gates})(),
        )
    ]
    assert len(set(keys)) == len(keys)
    assert kept.key(type("Other", (Cell,), {})()) == keys[0]  # a name changes nothing


def test_a_cell_with_a_backward_of_its_own_is_certified_every_time(cache, monkeypatch):
    """What that backward calls may change, and no hash would tell."""
    certified(OwnPeephole())
    assert kept.find(OwnPeephole()) is None
    monkeypatch.setattr("gatelab.certification.certify", None)
    with pytest.raises(TypeError):
        certified(OwnPeephole())


def test_a_certificate_can_be_read():
    text = str(certified(Cell()))
    assert text.startswith("Cell (leak = 0.1): certified\n  equations ")
    for name, check in CHECKS.items():
        assert check.own == (f"\n  {name} " not in text)

"""Paths of weights in records: relative to the study's folder, and never outside it."""

from types import SimpleNamespace

import pytest
from helpers.records import make_record

from gatelab.running import weights

NAME = "weights/adding/gru/trial-0003.npz"


def test_a_record_is_stored_with_a_path_relative_to_the_folder(tmp_path):
    for out in (tmp_path / "with #, ? and %", tmp_path / "ordinary"):
        stored = weights.named(make_record(weights=str(out / NAME)), out)
        assert stored.weights == NAME
        assert weights.named(stored, out) == stored
        assert weights.find(stored, out) == out / NAME
    assert weights.named(make_record(), tmp_path).weights is None


def test_an_old_absolute_path_is_read_inside_the_folder(tmp_path):
    old = make_record(weights=f"/home/someone/first/{NAME}")
    assert weights.find(old, tmp_path / "renamed") == tmp_path / "renamed" / NAME


@pytest.mark.parametrize("path", [
    "", "/etc/passwd", "trial-0003.npz", "weights/../../x.npz", "a/weights/adding/trial-0003.npz",
    "weights/adding/../trial.npz", "/weights/gru/trial-0003.npz",
])  # fmt: skip
def test_what_cannot_be_a_file_of_the_folder_is_none(path, tmp_path):
    assert weights.find(make_record(weights=path), tmp_path) is None


def test_the_weights_of_an_original_are_not_deleted_by_its_copy(tmp_path):
    original, copy = tmp_path / "first", tmp_path / "copy"
    for out in (original, copy):
        (out / NAME).parent.mkdir(parents=True)
        for slot in (3, 4):
            (out / NAME).with_name(f"trial-{slot:04d}.npz").touch()
    records = [
        make_record(slot=slot, weights=str((original / NAME).with_name(f"trial-{slot:04d}.npz")))
        for slot in (3, 4)
    ]
    search = SimpleNamespace(best=lambda: records[0])
    weights.keep_best(search, copy, [None, *records])
    assert sorted(p.name for p in copy.rglob("*.npz")) == ["trial-0003.npz"]
    assert len([*original.rglob("*.npz")]) == 2

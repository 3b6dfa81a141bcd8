"""Compiled helpers are forgotten when a source they are made from changes."""

from gatelab.kernels.backends import freshness


def test_caches_of_other_sources_are_deleted_and_of_these_kept(tmp_path):
    kept, stale = tmp_path / "other.f-1.py311.nbi", tmp_path / "tiled.product-22.py311.1.nbc"
    for file in (kept, stale):
        file.write_text("")
    freshness.forget_stale(tmp_path)
    assert kept.exists()
    assert not stale.exists()
    stale.write_text("")
    freshness.forget_stale(tmp_path)  # the note says that it is fresh
    assert stale.exists()
    (tmp_path / "helpers.sha256").write_text("made from something else")
    freshness.forget_stale(tmp_path)
    assert not stale.exists()


def test_the_fingerprint_covers_every_helper_there_is():
    files = {path.name for path in freshness.HERE.glob("*.py")}
    inlined = {
        "columns.py",
        "masks.py",
        "options.py",
        "reductions.py",
        "products.py",
        "registers.py",
        "tiled.py",
    }
    assert inlined | {n for n in files if n.startswith("scalar")} == set(freshness.HELPERS)

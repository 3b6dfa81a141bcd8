"""Compiled helpers are forgotten when a source they are made from changes."""

import inspect

from gatelab.kernels.backends import freshness
from gatelab.kernels.primitives import masks, products
from gatelab.variants.language import table


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


def test_the_fingerprint_covers_every_function_that_is_compiled():
    covered = {str(path) for path in freshness.helpers()}
    for function in (*table.SCALAR, *table.EXACT, products.product, masks.hold):
        assert inspect.getfile(getattr(function, "py_func", function)) in covered
    assert {"columns.py", "registers.py", "tiled.py"} <= {path.name for path in freshness.helpers()}

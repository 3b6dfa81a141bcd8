"""The bench of written cells: in torch and JAX they take the step that is timed here."""

import pytest
from helpers.rival_steps import TOY, assert_agree, toy

from gatelab import variants
from gatelab.standalone.writing import source
from gatelab.studies.bench import exported, rivals


@pytest.mark.parametrize(
    ("library", "build"), [("torch", exported.in_torch), ("jax", exported.in_jax)]
)
def test_a_step_of_the_written_file_is_ours(library, build):
    pytest.importorskip(library)
    one, space = toy(variants.get("peephole")()), {"__name__": "written"}
    exec(source(one.layer.variant, library), space)
    assert_agree(rivals.own(one), build(one, space))


def test_each_way_is_timed_beside_ours(monkeypatch):
    pytest.importorskip("torch")
    monkeypatch.setitem(exported.SHAPES, "toy", TOY)
    monkeypatch.setattr(exported, "WAYS", {"torch": {"torch": exported.in_torch}})
    monkeypatch.setattr(exported, "one_thread", lambda library: None)
    (row,) = exported.measure("gru", 1, "torch", "toy")
    assert (row["way"], row["times"] > 0, row["ours"] > 0) == ("torch", True, True)
    assert exported.markdown([row]).splitlines()[-1].startswith("| torch |")

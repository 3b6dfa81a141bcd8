"""The same trials on two kinds of processor: held to AVX2, and put side by side."""

import json
import os
import subprocess
import sys

import pytest

from gatelab.foundation.processor import processor
from gatelab.studies.bench import processors, tables

SAID = "from gatelab.foundation.processor import processor; print(processor())"


@pytest.mark.skipif(
    "avx" not in processor(), reason="only a processor with AVX can be held to AVX2"
)
def test_a_process_can_be_held_to_avx2():
    environment = {**os.environ, **processors.held_to_avx2()}
    said = subprocess.run([sys.executable, "-W", "error", "-c", SAID], env=environment, text=True,
                          capture_output=True)  # fmt: skip
    assert (said.stdout.strip(), said.stderr) == ("haswell, avx2", "")


def test_trials_are_measured_and_stand_side_by_side():
    here = list(processors.measure(2, {"hidden": 3, "updates": 2}))
    assert [row["seed"] for row in here] == [0, 1]
    assert here == list(processors.measure(2, {"hidden": 3, "updates": 2}))
    assert 0 <= here[0]["test"] <= 1
    other = [{**row, "processor": "haswell, avx2", "test": 0.125} for row in here]
    rows = json.loads(json.dumps([*here, *other]))
    assert [(a["seed"], b["test"]) for a, b in processors.pairs(rows)] == [(0, 0.125), (1, 0.125)]
    _, table = tables.processors(rows, None).renderables
    assert table.row_count == 2
    assert next(iter(table.columns[-1].cells)) == "0.125"


def test_seeds_are_paired_where_both_kinds_are_the_same():
    rows = [{"processor": "haswell, avx2", "seed": seed} for seed in (0, 1, 0, 1)]
    assert [(a["seed"], b["seed"]) for a, b in processors.pairs(rows)] == [(0, 0), (1, 1)]

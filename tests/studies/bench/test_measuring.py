"""Measurements at toy size: that each measures what it says, never how fast anything is."""

import io

import numpy as np
import pytest
from helpers.refusals import refused
from rich.console import Console

from gatelab.foundation import blas
from gatelab.studies.bench import (
    child,
    clock,
    cluster_cost,
    first_step,
    goals,
    memory,
    parts,
    tables,
    tracking_cost,
)


def test_pairs_are_interleaved_and_alternate():
    calls = []
    ratio = clock.interleaved(lambda: calls.append("a"), lambda: calls.append("b"), 3)
    firsts = "".join(calls).replace("ab", "a b").replace("ba", "b a").split()
    assert len(firsts) >= 4  # runs of a and of b take turns
    assert ratio > 0


def test_a_measuring_process_has_one_thread_and_no_chosen_kernels(monkeypatch):
    monkeypatch.setenv(blas.KERNELS, "Haswell")
    monkeypatch.setenv("OMP_NUM_THREADS", "8")
    assert blas.KERNELS not in child.environment()
    assert child.environment(keep_blas=True)[blas.KERNELS] == "Haswell"
    assert {child.environment()[name] for name in blas.THREADS} == {"1"}
    assert next(parts.remarks({blas.KERNELS: "Haswell"}, keep_blas=False)).startswith(
        "OPENBLAS_CORETYPE=Haswell was set; it is removed"
    )


def test_a_cell_made_up_now_is_a_new_one(tmp_path):
    texts = {
        first_step.write_fresh(tmp_path, np.random.default_rng(k)).read_text() for k in range(3)
    }
    assert len(texts) == 3


def test_the_first_step_is_measured_with_an_empty_and_a_filled_cache():
    row = first_step.both(first_step.FRESH)
    assert row["first"] > row["cached"] > 0


def test_a_workers_memory_is_its_own():
    rows = [*memory.measure(updates=1, tasks=("adding",), names=("rnn",))]
    assert [(row["task"], row["variant"]) for row in rows] == [("adding", "rnn")]
    assert 20 < rows[0]["megabytes"] < 2000


def test_search_and_tracking_at_toy_size():
    rows = [*tracking_cost.tracking_cost(trials=2, rounds=1, seconds=0.05, tutorials=0)]
    ways = {tracking_cost.BARE, tracking_cost.FULL, tracking_cost.LARGE}
    assert {row["way"] for row in rows} == ways
    verdicts = goals.Verdicts()
    assert tables.tracking(rows, verdicts)
    assert verdicts.counts["search and tracking"][1] == 1


def test_what_a_second_worker_gains_is_paired_by_round():
    row = lambda k, count, wall, own: {
        "workers": count, "round": k, "trials": 8, "seconds": 2.0, "wall": wall, "own": own
    }  # fmt: skip
    rows = [row(0, 2, 8.0, 0.1), row(0, 1, 16.0, 0.1), row(1, 1, 20.0, 0.1), row(1, 2, 10.0, 0.1)]
    assert cluster_cost.gain(rows) == 2.0
    assert cluster_cost.fed(rows, 10) == pytest.approx(100)
    verdicts = goals.Verdicts()
    assert "6,000 with trials of 10 min" in printed(tables.cluster(rows, verdicts))
    assert verdicts.counts == {"time on two workers": (1, 1)}


def printed(table):
    console = Console(width=200, file=io.StringIO())
    console.print(table)
    return console.file.getvalue()


def test_shares_are_paired_by_round_and_a_busy_machine_is_noticed():
    row = lambda way, k, wall: {"way": way, "round": k, "wall": wall, "cpu": 2.0}
    assert tracking_cost.of_longer(0.5, 3) == 0.25  # 1 of 2 seconds, then 1 of 4
    bare, full = tracking_cost.BARE, tracking_cost.FULL
    rows = [row(bare, 0, 2.0), row(full, 0, 2.5), row(bare, 1, 2.0), row(full, 1, 2.5)]
    assert tracking_cost.share(rows, full, "wall") == pytest.approx(0.2)
    assert not tracking_cost.was_busy(rows)
    assert tracking_cost.was_busy([*rows, row(bare, 2, 3.0), row(full, 2, 3.75)])


def test_a_failing_measurement_is_one_line():
    with refused(Exception, r"measuring steps failed: .*nonsense"):
        list(child.rows("steps", {"nonsense": 1}))

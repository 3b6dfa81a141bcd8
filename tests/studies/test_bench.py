"""The bench at toy sizes: that it measures what it says, never how fast anything is."""

import json
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from rich.console import Console

from gatelab import Layer, tasks, variants
from gatelab.calculus.program import derive
from gatelab.foundation import blas
from gatelab.studies.bench import (
    child,
    clock,
    drawing,
    first_step,
    goals,
    limits,
    memory,
    parts,
    rivals,
    shapes,
    step_tables,
    tables,
    tracking_cost,
)
from gatelab.studies.bench import results as kept
from gatelab.studies.bench.__main__ import main
from gatelab.tasks.framework.errors import MissingData
from gatelab.variants import Variant, layer_norm, mean

TOY = shapes.Shape(T=4, B=3, D=2, H=5)


def toy(variant):
    """A training step in the NumPy rendering: nothing to compile."""
    layer = Layer(variant, TOY.D, TOY.H, backend="numpy")
    return shapes.case(variant, TOY, np.random.default_rng(3), layer)


def assert_agree(own, rival, atol=1e-4):
    want, got = gradients(own()), gradients(rival())
    assert want.keys() == got.keys()
    for key, value in want.items():
        np.testing.assert_allclose(got[key], value, rtol=1e-3, atol=atol, err_msg=key)


def gradients(result):
    """{name: NumPy array} of what a rival returns."""
    grads, dx, states = result
    found = {**grads, "dx": dx} | {f"state {k}": s for k, s in enumerate(states)}
    return {name: np.asarray(value) for name, value in found.items()}


class Odd(Variant):
    """Everything a step may hold: hyperparameters, a scalar, sums of matrices, all operations."""

    beta = 0.7
    s_a = 0.5

    def step(self, p, x, h, c):
        a = p.W_a @ x + (p.R_a + p.R_b.T * self.beta) @ h - p.b_a
        u = variants.where(a > 0, a, variants.softplus(a)) + p.s_a * variants.relu(c)
        v = p.R_v @ (variants.maximum(a, 0.1) * c) + p.p_v * variants.abs(h)
        w = variants.softsign(v) + variants.log_sigmoid(u) / (1 + variants.exp(-a))
        w = w + variants.layer_norm(u) * variants.mean(v)
        c = variants.tanh(w) * variants.sqrt(variants.log(2 + a * a)) + variants.sigmoid(c)
        return variants.minimum(c, u) ** 2, c


@pytest.mark.parametrize("name", variants.names())
def test_torch_eager_takes_the_same_step(name):
    pytest.importorskip("torch", reason="torch is not installed: no rival to compare with")
    one = toy(variants.get(name)())
    assert_agree(rivals.own(one), rivals.torch_eager(one))


def test_torch_eager_knows_every_operation():
    pytest.importorskip("torch", reason="torch is not installed: no rival to compare with")
    one = toy(Odd())
    assert_agree(rivals.own(one), rivals.torch_eager(one), atol=1e-3)


@pytest.mark.parametrize("name", ["peephole", "layer_norm_lstm"])
def test_jax_takes_the_same_step(name):
    pytest.importorskip("jax", reason="jax is not installed: no rival to compare with")
    one = toy(variants.get(name)())
    assert_agree(rivals.own(one), rivals.jax_scan(one))


@pytest.mark.parametrize(
    ("name", "products"),
    [("standard", 4 * (2 + 5)), ("coupled", 3 * (2 + 5)), ("gru", 3 * (2 + 5)), ("rnn", 2 + 5)],
)
def test_multiply_adds_are_those_of_the_equations(name, products):
    program = derive(variants.get(name)())
    assert limits.multiply_adds(program, inputs=2, hidden=5) == 5 * products
    assert limits.flop(program, TOY) == 6 * 4 * 3 * 5 * products


@pytest.mark.parametrize(
    ("name", "products", "norms"),
    [("standard", 1, 0), ("gru", 2, 0), ("rhn:depth=5", 5, 0), ("layer_norm_lstm", 1, 9)],
)
def test_what_must_wait_is_counted(name, products, norms):
    program = derive(variants.get(name)())
    assert limits.chain(program) == products
    assert limits.reductions(program, "layer_norm") == norms


def test_the_limit_adds_products_and_all_else():
    class Norms(Variant):
        def step(self, p, x, h):
            return (layer_norm(p.W_h @ x) + mean(p.R_h @ h),)

    assert limits.limit(flop=3e9, elementwise=0.5, rate=1e9) == pytest.approx(3.5)
    seconds = [limits.elementwise(derive(v), TOY) for v in (variants.get("rnn")(), Norms())]
    units = TOY.T * TOY.B * TOY.H
    assert seconds == pytest.approx([units * 1e-9, units * (1 + 0.15 + 0.075) * 1e-9])


def test_elementwise_operations_beyond_an_lstms_count():
    """An LSTM's nine: three sigmoids, two tanh, three products, a sum; gains and norms add more."""
    programs = [derive(variants.get(name)()) for name in ("rnn", "standard", "layer_norm_lstm")]
    assert [limits.operations(p) for p in programs] == [1, 9, 27]
    ns = [1e9 * limits.elementwise(p, TOY) / (TOY.T * TOY.B * TOY.H) for p in programs]
    assert ns == pytest.approx([1, 1, 27 / 9 + 9 * 0.15])


def test_pairs_are_interleaved_and_alternate():
    calls = []
    taken = clock.interleaved(lambda: calls.append("a"), lambda: calls.append("b"), 3)
    firsts = "".join(calls).replace("ab", "a b").replace("ba", "b a").split()
    assert len(firsts) >= 4  # runs of a and of b take turns
    assert taken.ratio > 0


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
    assert {row["way"] for row in rows} == {tracking_cost.BARE, tracking_cost.FULL}
    verdicts = goals.Verdicts()
    assert tables.tracking(rows, verdicts)
    assert verdicts.counts["search and tracking"][1] == 1


def test_shares_are_paired_by_round_and_a_busy_machine_is_noticed():
    row = lambda way, k, wall: {"way": way, "round": k, "wall": wall, "cpu": 2.0}
    bare, full = tracking_cost.BARE, tracking_cost.FULL
    rows = [row(bare, 0, 2.0), row(full, 0, 2.5), row(bare, 1, 2.0), row(full, 1, 2.5)]
    assert tracking_cost.share(rows, full, "wall") == pytest.approx(0.2)
    assert not tracking_cost.was_busy(rows)
    assert tracking_cost.was_busy([*rows, row(bare, 2, 3.0), row(full, 2, 3.75)])


def test_drawing_is_a_share_of_an_update(monkeypatch):
    held = lambda name: tasks.make(name, valid_sequences=2, test_sequences=2)
    monkeypatch.setattr(drawing, "make", held)
    monkeypatch.setattr(drawing, "WARM", 1)
    monkeypatch.setattr(drawing, "POOL", 2)
    (row,) = drawing.measure(["adding"], updates=2)
    assert row["task"] == "adding"
    assert 0 < row["share"] < 1
    assert row["share"] == pytest.approx(row["microseconds"] / (row["microseconds"] + row["rest"]))


def test_what_is_slow_is_shown_and_what_is_missing_said(monkeypatch, tmp_path):
    def slow(rng, size):
        until = time.process_time() + 0.02
        while time.process_time() < until:
            pass
        return tasks.Batch(np.zeros((size, 3, 2), np.float32), np.zeros((size, 1), np.float32))

    class Slow(tasks.Task):
        inputs = 2

        def splits(self, rng):
            return tasks.Splits(tasks.Stream(slow), slow(rng, 3), slow(rng, 3))

    def missing(name):
        raise MissingData("data not here")

    monkeypatch.setattr(drawing, "WARM", 1)
    monkeypatch.setattr(drawing, "POOL", 2)
    monkeypatch.setattr(drawing, "make", lambda name: Slow() if name == "slow" else missing(name))
    rows = [*drawing.measure(["slow", "absent"], updates=2)]
    assert rows[0]["share"] > 0.5
    assert rows[0]["microseconds"] > 19_000
    verdicts = goals.Verdicts()
    console = Console(record=True, width=100)
    console.print(tables.drawing(rows, verdicts))
    shown = console.export_text()
    assert "✗" in shown
    assert "data not here" in shown
    assert verdicts.counts == {"drawing a batch": (0, 1)}


def test_misses_are_shown_as_misses():
    verdicts = goals.Verdicts()
    assert "✗" in verdicts.mark(goals.EAGER, 0.61, "0.61")
    assert "✗" not in verdicts.mark(goals.EAGER, 0.6, "0.60")
    assert verdicts.line() == "within goals: torch eager 1 of 2; 1 missed"


def timed(shape, ratio, limit, work=1.0, chain=1, normalisations=0, variant="a"):
    """A row of ``steps``."""
    return {
        "shape": shape, "variant": variant, "milliseconds": 2.0,
        "first": 1.0, goals.LSTM: ratio, goals.LIMIT: limit, "work": work, "chain": chain,
        "normalisations": normalisations, "means": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("row", "held_to", "met"),
    [
        (timed("S1", 1.0, 9.0), goals.LSTM, True),
        (timed("S1", 1.01, 1.0), goals.LSTM, False),  # nothing waits: no excuse
        (timed("S1", 1.7, 9.0, work=1.7), goals.LSTM, True),
        (timed("S1", 0.9, 1.0, work=0.5), goals.LSTM, True),  # less work is no duty
        (timed("S1", 1.01, 1.5, work=0.5, chain=2), goals.LIMIT, True),
        (timed("S1", 1.01, 1.51, normalisations=9), goals.LIMIT, False),
    ],
)
def test_a_cell_is_held_to_its_work_or_to_its_own_limit(row, held_to, met):
    assert goals.judged(row) == (held_to, met)


def test_the_table_says_what_a_cell_is_held_to_and_why():
    rows = [
        timed("S1", 0.8, 1.9), timed("S2", 0.9, 1.8),
        timed("S1", 1.6, 1.2, work=1.7, variant="b"), timed("S2", 1.75, 1.3, variant="b"),
        timed("S1", 0.9, 1.6, chain=3, normalisations=9, variant="c"),
        timed("S2", 1.2, 1.4, chain=3, normalisations=9, variant="c"),
    ]  # fmt: skip
    legend, _, *table = step_tables.markdown(rows, rate=240e9)
    assert "products at 240 GFLOP/s" in legend.replace("\n", " ")
    assert table == [
        "| | S1 | S2 | work | limit | held to |",
        "|---|---|---|---|---|---|",
        "| a | 0.80 | 0.90 | 1.00 | 1.80-1.90 | 1.0 |",
        "| b | 1.60 | 1.75 ✗ | 1.00-1.70 | 1.20-1.30 | work |",
        "| c | 0.90 | 1.20 L | 1.00 | 1.40-1.60 | "
        "1.0; limit 1.40: a chain of 3 products, 9 normalisations |",
    ]


def test_figures_that_are_kept_replace_older_ones(tmp_path):
    path = tmp_path / "speed.csv"
    kept.keep([timed("S1", 0.8, 1.9), timed("S2", 0.9, 1.8)], path)
    kept.keep([timed("S2", 0.7, 1.7)], path)
    assert path.read_text().splitlines() == [
        "variant,shape,milliseconds,ratio,work,limit",
        "a,S1,2,0.8,1,1.9",
        "a,S2,2,0.7,1,1.7",
    ]


def test_a_failing_measurement_is_one_line():
    with pytest.raises(Exception, match=r"measuring steps failed: .*nonsense") as error:
        list(child.rows("steps", {"nonsense": 1}))
    assert "\n" not in str(error.value)


def test_what_is_measured_is_printed_and_written(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(kept, "FILE", tmp_path / "speed.csv")
    options = "--shapes S1 --variants rnn rhn:depth=1 --pairs 1 --parts steps --out".split()
    keep = ["--keep"] * parts.present("torch")
    assert main([*options, str(tmp_path), *keep]) == 0
    said = capsys.readouterr().out
    assert "OpenBLAS kernels:" in said
    assert "First step of each cell" in said
    assert "within goals:" in said
    assert "S1,rhn:depth=1" in (tmp_path / "steps.csv").read_text()
    if keep:
        assert "| rhn:depth=1 | " in said
        assert "rhn:depth=1,S1," in kept.FILE.read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--shapes", "S7"], "unknown shape 'S7'; known: S1"),
        (["--variants", "gruu"], "gru"),
        (["--parts", "step"], "unknown part 'step'"),
        (["--pairs", "0"], "pairs is 0"),
        (["--import", "nowhere.py"], "no file nowhere.py"),
        (["--out", "/proc/nowhere"], "cannot write to /proc/nowhere"),
        (["--keep", "--parts", "memory"], "--keep writes ratios to torch.nn.LSTM"),
    ],
)
def test_bad_input_is_one_line(arguments, message, capsys):
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert message in said.err
    assert said.err.count("\n") == 1


def test_without_torch_the_rest_is_measured(tmp_path):
    code = (
        "import sys, json; sys.modules['torch'] = sys.modules['jax'] = None\n"
        "from gatelab.studies.bench import steps, shapes\n"
        "steps.SHAPES['S1'] = shapes.Shape(3, 2, 2, 4)\n"
        "for row in steps.measure('S1', ['rnn'], ['rnn'], 1): print(json.dumps(row))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    rate, row = map(json.loads, done.stdout.splitlines())
    assert rate["gemm_rate"] > 0
    assert row["milliseconds"] > 0
    assert not {"torch.nn.LSTM", "torch eager", "jax.lax.scan"} & {*row}


def test_what_is_missing_is_said(monkeypatch):
    monkeypatch.setattr(parts, "present", lambda name: False)
    assert [*parts.remarks({}, keep_blas=False)] == [
        "torch is not installed: goals against it are left out",
        "jax is not installed: its column is left out",
    ]
    names, both = ["rnn", "gru", "lem"], ["rnn", "gru"]
    options = {"pairs": 1, "files": [], "parts": ["steps", "first"]}
    options = SimpleNamespace(shapes=["S1"], variants=names, beside=both, **options)
    assert parts.work(options) == 3 + 3
    monkeypatch.setattr(parts, "present", lambda name: True)
    assert parts.work(options) == 3 + 2 + 3

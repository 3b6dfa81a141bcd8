"""Rivals: torch and JAX take the same step as we do, so that times may be compared."""

import json

import numpy as np
import pytest
from helpers.packages import needs
from helpers.processes import printed
from helpers.rival_steps import TOY, assert_agree, toy

from gatelab import variants
from gatelab.calculus.blocks import reachable
from gatelab.studies.bench import rivals
from gatelab.studies.bench.gathered import Gathered, Library, functions
from gatelab.variants import Variant
from gatelab.variants.language.table import TABLE


class Odd(Variant):
    """Everything a step may hold: hyperparameters, a scalar, sums of matrices, all operations."""

    beta = 0.7
    s_a = 0.5

    def step(self, p, x, h, c):
        a = p.W_a @ x + (p.R_a + p.R_b.T * self.beta) @ h - p.b_a
        u = variants.where(a > 0, a, variants.softplus(a)) + p.s_a * variants.relu(c)
        v = p.R_v @ (variants.maximum(a, 0.1) * c) + p.p_v * variants.abs(h)
        w = variants.softsign(v) + variants.log_sigmoid(u) / (1 + variants.exp(-a))
        w = w + variants.layer_norm(u) * variants.mean(v) + variants.erf(a) * variants.gelu(u)
        w = w + variants.cumsum(variants.softmax(a)) * variants.sin(v) * variants.cos(u)
        c = variants.tanh(w) * variants.sqrt(variants.log(2 + a * a)) + variants.sigmoid(c)
        return variants.minimum(c, u) ** 2, c


def test_a_gathered_cell_computes_what_the_cell_computes():
    one = toy(Odd())
    library = Library(functions({}), np.concatenate, np.split, lambda a, z, W: a + z @ W)
    cell, states = Gathered(one.layer, library, one.params), one.state
    y, final, _ = one.layer.forward(one.params, one.x, one.state)
    ahead = cell.ahead(one.x)
    for t in range(TOY.T):
        states = cell.step([None if a is None else a[t] for a in ahead], states)
        np.testing.assert_allclose(states[0], y[t], rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(states, final, rtol=1e-4, atol=1e-5)


def test_the_odd_cell_calls_every_operation():
    used = {node.op for node in reachable(toy(Odd()).layer.program.blocks.outputs)}
    assert {name for name, o in TABLE.items() if o.public and o.called} <= used


@pytest.mark.parametrize("name", variants.names())
def test_torch_eager_takes_the_same_step(name):
    needs("torch")
    one = toy(variants.get(name)())
    assert_agree(rivals.own(one), rivals.torch_eager(one))


def test_torch_eager_knows_every_operation():
    needs("torch")
    one = toy(Odd())
    assert_agree(rivals.own(one), rivals.torch_eager(one), atol=1e-3)


@pytest.mark.parametrize("name", ["peephole", "layer_norm_lstm"])
def test_jax_takes_the_same_step(name):
    needs("jax")
    one = toy(variants.get(name)())
    assert_agree(rivals.own(one), rivals.jax_scan(one))


def test_without_torch_the_rest_is_measured(tmp_path):
    code = (
        "import sys, json; sys.modules['torch'] = sys.modules['jax'] = None\n"
        "from gatelab.studies.bench import steps, shapes\n"
        "steps.SHAPES['S1'] = shapes.Shape(3, 2, 2, 4)\n"
        "for row in steps.measure('S1', ['rnn'], ['rnn'], 1): print(json.dumps(row))"
    )
    row = json.loads(printed(code))
    assert row["gemm_rate"] > 0
    assert row["milliseconds"] > 0
    assert not {"torch.nn.LSTM", "torch eager", "jax.lax.scan"} & {*row}

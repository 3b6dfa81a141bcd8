"""What bounds a step from below: multiply-adds, products that must wait, everything elementwise."""

import pytest

from gatelab import variants
from gatelab.calculus.program import derive
from gatelab.studies.bench import limits, shapes
from gatelab.variants import Variant, layer_norm, mean

TOY = shapes.Shape(T=4, B=3, D=2, H=5)


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
    assert limits.reductions(program) == norms


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

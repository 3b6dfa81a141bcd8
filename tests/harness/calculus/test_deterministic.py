"""A step that answers twice differently is refused, with its line."""

import itertools

import numpy as np
import pytest

from gatelab import Layer, certify
from gatelab.variants import Variant, sigmoid, tanh
from gatelab.variants.language.errors import TraceError


class Gumbel(Variant):
    def step(self, p, x, h):
        u = np.random.default_rng().uniform(0.01, 0.99)
        noise = float(np.log(u))
        return sigmoid(p.W_i @ x + p.R_i @ h + noise)


class Path(Variant):
    count = itertools.count()

    def step(self, p, x, h):
        a = p.W_h @ x + p.R_h @ h
        return tanh(a) if next(self.count) % 2 else sigmoid(a)


class Swapped(Variant):
    count = itertools.count()

    def step(self, p, x, h, c):
        a, b = tanh(p.W_h @ x + p.R_h @ c), tanh(p.W_c @ x + p.R_c @ h)
        return (a, b) if next(self.count) % 2 else (b, a)


PLACE = r"test_deterministic.py:\d+: `return .*`: the step is not deterministic: "


@pytest.mark.parametrize(
    ("cls", "said"),
    [
        (Gumbel, PLACE + r"the same line computed with -[\d.]+ and then with -[\d.]+; use no "),
        (Path, PLACE + "it took another way the second time"),
        (Swapped, "the step is not deterministic: it returns other values"),
    ],
)
def test_it_is_refused_at_once_with_its_line(cls, said):
    for use in (certify, lambda cls: Layer(cls, 2, 3)):
        with pytest.raises(TraceError, match=said):
            use(cls)


def test_a_path_taken_one_time_in_four_is_seen_by_certify():
    class Seldom(Path):
        count = itertools.count()

        def step(self, p, x, h):
            a = p.W_h @ x + p.R_h @ h
            return tanh(a) if next(self.count) % 4 == 3 else sigmoid(a)

    Layer(Seldom, 2, 3)
    with pytest.raises(TraceError, match="not deterministic: it took another way"):
        certify(Seldom)

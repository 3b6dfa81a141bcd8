"""Numbers on the page, and tables for LaTeX."""

import math

import pandas as pd
import pytest

from gatelab.reporting.page.exports import latex
from gatelab.reporting.page.numbers import count, listed, number, percent, short, spread


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.000171, "1.71e-4"), (0.0312, "0.0312"), (0.0, "0"), (-0.0005, "-5e-4"),
        (12400, "12,400"), (1234.5, "1,234"), (2.5e7, "2.5e7"), (math.nan, "–"), (None, "–"),
        (math.inf, "∞"), (-math.inf, "-∞"), (True, "True"), ("standard", "standard"),
    ],
)  # fmt: skip
def test_a_number_has_few_digits_and_a_short_exponent(value, said):
    assert number(value) == said


def test_words_around_numbers():
    assert [count(n, "trial") for n in (0, 1, 1200)] == ["no trials", "1 trial", "1,200 trials"]
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert [listed([]), listed(["a"])] == ["", "a"]
    assert [percent(0.42), percent(0.0312), percent(math.nan)] == ["42%", "3.1%", "–"]
    assert spread(0.000211, 0.00013) == "2.11e-4 ± 1.3e-4"
    assert spread(0.5, math.nan) == "0.5"
    assert short("standard") == "standard"
    assert len(short("odyssey:peepholes=False,forget_gate=coupled")) == 28


def test_latex_finds_no_commands_in_names():
    made = latex(pd.DataFrame({"cell": ["a_b&c\\d%"], "test": ["1 ± 2"]}), "50% of #1", "tab:x")
    assert r"a\_b\&c\textbackslash{}d\% & 1 $\pm$ 2 \\" in made
    assert r"\caption{50\% of \#1}" in made

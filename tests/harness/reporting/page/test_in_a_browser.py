"""The page in Chromium, on a desk and on a phone."""

import pytest
from helpers.made_up import make_forecasts, make_ledger
from helpers.pages import measured

from gatelab.reporting.page.view import View
from gatelab.reporting.page.writing import html

LONG = "odyssey:peepholes=False,forget_gate=coupled,input_gate=True"


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    cells = ("standard", "gru", "peephole", LONG)
    folder = tmp_path_factory.mktemp("study")
    long = "electric load of the whole city, in the long form"
    make_forecasts(folder, "adding", cells, (long,), units={long: "thousands of megawatts"})
    odd = {"failing": {LONG: 0.3}, "dynamics": True}
    return html(View(make_ledger(folder, ("adding",), cells, 12, **odd)))


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_overlaps_and_nothing_is_cut(text, width, tmp_path):
    found = measured(text, width, tmp_path)
    assert found["width"] == width
    assert found["scroll"] <= width
    assert found["cut"] == []
    assert found["over"] == []

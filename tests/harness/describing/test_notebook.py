"""How a notebook shows a cell."""

from types import MethodType
from xml.etree import ElementTree

import pytest

from gatelab import variants
from gatelab.variants import Variant, tanh


@pytest.mark.parametrize("cell", ["gru", "slstm", "rhn:depth=2", "lstm_activations"])
def test_a_cell_shows_its_name_and_equations(cell):
    cls = variants.get(cell)
    text = cls()._repr_html_()
    root = ElementTree.fromstring(text)
    assert root.find("p/b").text == cell
    assert "<math" in text
    assert "<script" not in text
    assert isinstance(cls._repr_html_, MethodType)  # IPython calls nothing else of a class
    assert cls._repr_html_() == text


def test_settings_of_the_instance_are_shown():
    assert "beta = 0.25" in variants.get("janet")(beta=0.25)._repr_html_()


def test_a_docstring_is_text_and_a_missing_one_is_no_matter():
    class Plain(Variant):
        def step(self, p, x, h):
            return (tanh(p.W_h @ x + h),)

    class Marked(Plain):
        """Keeps ``h`` if a < b & c."""

    assert "<b>Plain</b>" in Plain()._repr_html_()
    assert "Keeps <code>h</code> if a &lt; b &amp; c." in Marked()._repr_html_()


def test_a_step_that_cannot_be_traced_shows_why():
    class Broken(Variant):
        def step(self, p, x, h):
            return (h if h > 0 else -h,)

    text = Broken()._repr_html_()
    assert "where(condition, a, b)" in text
    assert "<math" not in text


def test_a_class_that_is_no_cell_yet_shows_why():
    assert "has no step" in Variant._repr_html_()

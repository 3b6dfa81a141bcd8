"""Registering a class: what no cell can be is refused at once."""

import numpy as np
import pytest

from gatelab import variants
from gatelab.calculus.program import derive
from gatelab.variants import Variant, VariantError, register


def step_with(signature):
    space = {"Variant": Variant}
    exec(f"class Odd(Variant):\n    def step({signature}):\n        return h", space)
    return space["Odd"]


def attributes(**values):
    return type("Odd", (Variant,), {"step": lambda self, p, x, h, c: (h, c), **values})


class NoStep(Variant):
    pass


class StaticStep(Variant):
    @staticmethod
    def step(p, x, h, c):
        return h, c


ODD_CLASSES = {
    "no states": (
        step_with("self, p, x"),
        "does not name self, p, x and its states; write def step(self, p, x, h)",
    ),
    "no p": (step_with("self, x, h, c"), "and its states; write def step(self, p, x, h, c)"),
    "no self": (step_with("p, x, h, c"), "and its states; write def step(self, p, x, h, c)"),
    "*args": (step_with("self, p, x, *h"), "and its states; write def step(self, p, x, h)"),
    "**kwargs": (step_with("self, p, x, h, **more"), "write def step(self, p, x, h)"),
    "a default": (
        step_with("self, p, x, h, a=0.9"),
        "write a=0.9 in the class, and self.a in step",
    ),
    "keyword only": (step_with("self, p, x, *, h"), "and its states; write"),
    "no step": (NoStep, "has no step; write def step(self, p, x, h)"),
    "static": (StaticStep, "step is not a plain method; write def step(self, p, x, h)"),
    "not a variant": (int, "is not a class derived from Variant; write class X(Variant)"),
    "an instance": (NoStep(), "is not a class derived from Variant; write class X(Variant)"),
    "search": (attributes(beta=0.5, search={"bta": (0, 1)}), "'bta'; did you mean beta?"),
    "search of nothing": (attributes(search={"beta": (0, 1)}), "'beta'; known: none"),
    "array as start": (attributes(b_f=np.ones(3)), "b_f is array([1., 1., 1.]); give one number"),
    "word as start": (attributes(c="one"), "c is 'one'; give one number"),
    "infinite": (attributes(beta=float("inf")), "beta is inf; give a finite number"),
    "state called x": (step_with("self, p, u, x"), "'x' cannot name a state, equations call the"),
    "state called h_": (step_with("self, p, x, h_"), "call it h_0, say"),
    "setting called x": (attributes(x=0.5), "'x' cannot name a hyperparameter"),
    "a keyword": (attributes(**{"lambda": 0.5}), "'lambda' cannot name a hyperparameter"),
}


@pytest.mark.parametrize("case", ODD_CLASSES)
def test_classes_are_refused_when_they_are_registered(case):
    cls, said = ODD_CLASSES[case]
    before = variants.names()
    with pytest.raises(VariantError) as caught:
        register("odd")(cls)
    message = str(caught.value)
    assert message.startswith("odd") or "odd.search" in message
    assert said in message
    assert "\n" not in message
    assert variants.names() == before


@pytest.mark.parametrize("case", ["no states", "static", "array as start", "setting called x"])
def test_classes_that_are_not_registered_are_refused_when_traced(case):
    with pytest.raises(VariantError, match=r"Odd|StaticStep"):
        derive(ODD_CLASSES[case][0]())


@pytest.mark.parametrize("name", ["my-cell", "", "two words", "1st", None, 3, NoStep])
def test_names_are_words(name):
    with pytest.raises(VariantError, match=r"is not a word; write register\('my_variant'\)"):
        register(name)


@pytest.mark.parametrize(
    ("name", "meant"),
    [("lstm", "standard"), ("LSTM", "standard"), ("NFG", "no_forget_gate or original")],
)
def test_other_names_of_the_literature_lead_to_ours(name, meant):
    with pytest.raises(VariantError, match=rf"unknown variant '{name}'; did you mean {meant}\?$"):
        variants.get(name)


def test_unknown_variants_list_close_matches():
    with pytest.raises(VariantError, match=r"unknown variant 'peephol'; did you mean peephole"):
        variants.get("peephol")


@pytest.mark.parametrize("name", ["gru,rnn", "gru, rnn", "gru rnn"])
def test_several_names_in_one_are_told_apart(name):
    with pytest.raises(VariantError, match=rf"variant '{name}'; give several apart: gru rnn$"):
        variants.get(name)

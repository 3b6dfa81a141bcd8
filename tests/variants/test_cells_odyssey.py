"""The Odyssey's cells against the paper, against each other, and against their family."""

import itertools

import numpy as np
import pytest
from helpers.layers import H, case_of, layer_of
from helpers.refusals import refused
from oracles import odyssey_by_hand
from oracles.comparison import assert_close, measure
from oracles.identities import OPEN

from gatelab import variants
from gatelab.variants import VariantError


def forward(name, case):
    """Outputs and the final h and c."""
    y, final, _ = layer_of(name).forward(case.params, case.x, case.state)
    return {"y": y, "final 0": final[0], "final 1": final[1]}


def recurrences(params):
    """Those of full gate recurrence: R_ii, R_fi and so on."""
    return {k: v for k, v in params.items() if k[0] == "R" and len(k) == len("R_ii")}


# The named cells

ABLATIONS = {
    "peephole": (),
    "standard": ("NP",),
    "no_input_gate": ("NIG",),
    "no_forget_gate": ("NFG",),
    "no_output_gate": ("NOG",),
    "no_input_activation": ("NIAF",),
    "no_output_activation": ("NOAF",),
    "coupled_peephole": ("CIFG",),
    "coupled": ("CIFG", "NP"),
}


@pytest.mark.parametrize("name", ABLATIONS)
def test_outputs_by_hand(name):
    case = case_of(name, (4, 4, 4))
    assert_close(forward(name, case), odyssey_by_hand.run(case, ABLATIONS[name]), 1e-12)


@pytest.mark.parametrize(
    ("name", "gate"), [("no_input_gate", "i"), ("no_forget_gate", "f"), ("no_output_gate", "o")]
)
def test_no_gate_is_a_gate_held_open(name, gate):
    """Outputs and all gradients of what is left."""
    case = case_of(name)
    held = {f"{k}_{gate}": np.zeros_like(case.params[f"{k}_g"]) for k in "WRb"}
    held |= {f"p_{gate}": np.zeros(H), f"b_{gate}": np.full(H, OPEN)}
    got = measure(layer_of("peephole"), case._replace(params=case.params | held))
    got = {k: v for k, v in got.items() if k[2:] not in held}
    assert_close(got, measure(layer_of(name), case), 1e-12)


def test_gate_recurrence_through_zeros_is_the_peephole_lstm():
    case = case_of("full_gate_recurrence")
    zeros = {k: 0 * v for k, v in recurrences(case.params).items()}
    assert len(zeros) == 9
    unused = tuple(map(np.zeros_like, case.dfinal[2:]))
    case = case._replace(params=case.params | zeros, dfinal=(*case.dfinal[:2], *unused))
    params = {k: v for k, v in case.params.items() if k not in zeros}
    plain = case._replace(params=params, state=case.state[:2], dfinal=case.dfinal[:2])
    got = measure(layer_of("full_gate_recurrence"), case)
    want = measure(layer_of("peephole"), plain)
    assert_close({k: got[k] for k in want}, want, 1e-12)
    assert all(got[f"d {k}"].any() for k in zeros)


@pytest.mark.parametrize(("source", "target"), list(itertools.product("ifo", repeat=2)))
def test_gate_recurrence_carries_each_gate_to_each(source, target):
    """One matrix alone, one step: it moves its target's bias by R times the old source."""
    case, name = case_of("full_gate_recurrence", (1,)), f"R_{source}{target}"
    alone = {k: v if k == name else 0 * v for k, v in recurrences(case.params).items()}
    old = case.state["hcifo".index(source)]
    moved = {f"b_{target}": case.params[f"b_{target}"] + alone[name] @ old[0]}
    params = {k: v for k, v in case.params.items() if k not in alone} | moved
    plain = case._replace(params=params, state=case.state[:2])
    recurrent = case._replace(params=case.params | alone)
    assert_close(forward("full_gate_recurrence", recurrent), forward("peephole", plain), 1e-12)


# The family

SETTINGS = {
    "peephole": "odyssey",
    "standard": "odyssey:peepholes=False",
    "no_input_gate": "odyssey:input_gate=False",
    "no_forget_gate": "odyssey:forget_gate=none",
    "no_output_gate": "odyssey:output_gate=False",
    "no_input_activation": "odyssey:input_activation=False",
    "no_output_activation": "odyssey:output_activation=False",
    "coupled_peephole": "odyssey:forget_gate=coupled",
    "coupled": "odyssey:forget_gate=coupled,peepholes=False",
    "full_gate_recurrence": "odyssey:gate_recurrence=True",
}
GATES = {
    "input_gate": (True, False),
    "forget_gate": ("own", "coupled", "none"),
    "output_gate": (True, False),
    "peepholes": (True, False),
}
ACTIVATIONS = {"input_activation": (True, False), "output_activation": (True, False)}
RECURRENCE = {"gate_recurrence": (True, False)}


def combinations(choices):
    """{name: setting} of all combinations that make sense."""
    found = {}
    for values in itertools.product(*choices.values()):
        setting = dict(zip(choices, values, strict=True))
        try:
            found[variants.configured(variants.get("odyssey"), **setting).name] = setting
        except VariantError:
            continue
    return found


def turned(params, old, new):
    """Gate ``old`` renamed, and its signs: sigmoid(-a) = 1 - sigmoid(a)."""
    rename = lambda k: k[:-1] + new if k[0] in "WRpb" and k.endswith(old) else k
    return {rename(k): v if rename(k) == k else -v for k, v in params.items()}


@pytest.mark.parametrize("name", SETTINGS)
def test_a_named_cell_is_a_setting_of_the_family(name):
    """Outputs and all gradients; coupled gates are written the other way round there."""
    case = case_of(name)
    ours, missing = case, 5 - len(case.state)
    if missing:  # gate states, which nobody reads
        idle, nothing = (np.ones_like(case.state[0]),), (np.zeros_like(case.state[0]),)
        state, dfinal = case.state + missing * idle, case.dfinal + missing * nothing
        ours = case._replace(state=state, dfinal=dfinal)
    if "coupled" in name:
        ours = ours._replace(params=turned(ours.params, "i", "f"))
    want, got = measure(layer_of(name), case), measure(layer_of(SETTINGS[name]), ours)
    if "coupled" in name:
        got = {f"d {k}": v for k, v in turned(_gradients(got), "f", "i").items()} | _others(got)
    assert_close({k: got[k] for k in want}, want, 1e-12)


def _gradients(result):
    return {k[2:]: v for k, v in result.items() if k[:2] == "d " and k[3:4] == "_"}


def _others(result):
    return {k: v for k, v in result.items() if k[2:] not in _gradients(result)}


def missing_parts(setting):
    """The paper's abbreviations for a setting of the family."""
    parts = {"input_gate": "NIG", "output_gate": "NOG", "peepholes": "NP"}
    parts |= {"input_activation": "NIAF", "output_activation": "NOAF"}
    forget = {"own": (), "coupled": ("CIFG",), "none": ("NFG",)}[setting["forget_gate"]]
    return (*forget, *(parts[k] for k, there in setting.items() if there is False))


def test_every_combination_without_gate_recurrence_by_hand():
    found = combinations(GATES | ACTIVATIONS)
    # Of 96, 16 have coupled gates without an input gate, 4 peepholes without a gate.
    assert len(found) == 96 - 16 - 4
    for name, setting in found.items():
        case, parts = case_of(name, (3, 3, 3)), missing_parts(setting)
        params = turned(case.params, "f", "i") if "CIFG" in parts else case.params
        by_hand = case._replace(params=params, state=case.state[:2])
        assert_close(forward(name, case), odyssey_by_hand.run(by_hand, parts), 1e-12)


def test_every_combination_of_gates_is_full_gate_recurrence_with_parts_shut():
    """Outputs, and the gradients that both have: what is missing is 0, or a gate held open."""
    shapes, full = layer_of("full_gate_recurrence").shapes, layer_of("full_gate_recurrence")
    for name, setting in combinations(GATES | RECURRENCE).items():
        case = case_of(name)
        params = {k: case.params.get(k, np.zeros(shape)) for k, shape in shapes.items()}
        if setting["forget_gate"] == "coupled":
            forget = {k: v for k, v in params.items() if k.endswith("f")}
            params |= turned(forget, "f", "i")
        there = {"i": setting["input_gate"], "o": setting["output_gate"]}
        there["f"] = setting["forget_gate"] != "none"
        params |= {f"b_{k}": np.full(H, OPEN) for k, own in there.items() if not own}
        unused = tuple(map(np.zeros_like, case.dfinal[2:]))
        case = case._replace(dfinal=(*case.dfinal[:2], *unused))
        got, want = measure(layer_of(name), case), measure(full, case._replace(params=params))
        both = ["y", "final 0", "final 1", "d x", "d state 0", "d state 1", "d W_g", "d R_g"]
        assert_close({k: got[k] for k in both}, {k: want[k] for k in both}, 1e-12)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("forget_gate=copled", "forget_gate is 'copled'; give one of own, coupled, none"),
        ("forget_gate=coupled,input_gate=False", "coupled gates include an input gate"),
        ("forget_gate=none,input_gate=False,output_gate=False", "no gate is left to have inputs"),
    ],
)
def test_a_combination_without_sense_is_refused_in_one_line(options, message):
    with refused(VariantError, message):
        variants.get(f"odyssey:{options}")

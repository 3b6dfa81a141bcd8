"""Studies that fix the number of parameters: each cell gets the units that come nearest."""

import numpy as np
import pytest
from helpers.refusals import refused

from gatelab import Study, tasks, variants
from gatelab.errors import StudyError
from gatelab.trials.settings import DEFAULTS, complete
from gatelab.trials.space import SPACE, resolve
from gatelab.trials.trial import build, completed, run_trial, splits_of

CELLS = ("rnn", "gru", "standard", "peephole", "full_gate_recurrence")


def task(**options):
    sizes = {"length": 6, "valid_sequences": 8, "test_sequences": 8}
    return tasks.make("adding", **sizes | options)


def size(cell, hidden, given):
    settings = complete(given) | {"hidden": hidden}
    return build(task(), cell, settings).size


@pytest.mark.parametrize(
    "given",
    [{}, {"layers": 3, "residual": True}, {"layers": 2, "bidirectional": True, "projection": 10}],
    ids=["flat", "deep", "wide"],
)
@pytest.mark.parametrize("parameters", [700, 20_000, 123_456])
@pytest.mark.parametrize("name", CELLS)
def test_no_other_number_of_units_comes_nearer(name, parameters, given):
    cell = variants.get(name)()
    hidden = completed(task(), cell, {**given, "parameters": parameters})["hidden"]
    off = lambda hidden: abs(size(cell, hidden, given) - parameters)
    assert off(hidden) <= min(off(hidden + 1), off(hidden - 1) if hidden > 1 else np.inf)
    if parameters > 100_000:
        assert off(hidden) < 0.02 * parameters


def test_exactly_reachable_numbers_are_reached():
    for name in CELLS:
        cell = variants.get(name)()
        for hidden in (1, 2, 17):
            asked = {"parameters": size(cell, hidden, {})}
            assert completed(task(), cell, asked)["hidden"] == hidden


def test_a_record_tells_the_units_and_the_search_leaves_them_alone(tmp_path):
    given = {"parameters": 500, "updates": 3, "batch": 4}
    record = run_trial(task(), variants.get("gru"), given, 0, 0, splits_of(task(), 0))
    assert record.params["parameters"] == 500
    assert record.params["hidden"] == 11
    assert record.cost["parameters"] == size(variants.get("gru")(), 11, {})
    study = Study([task()], ["gru", "rnn"], settings=given, out=tmp_path)
    assert all("hidden" not in c.space and "lr" in c.space for c in study.comparisons)


def test_hidden_and_parameters_exclude_each_other():
    assert "hidden" not in resolve(DEFAULTS, {"hidden": (8, 32)}, fixed={"parameters": 100})
    assert "hidden" in resolve(DEFAULTS, fixed={"parameters": None})
    for asked in (
        {"study": {"hidden": (4, 8)}, "fixed": {"parameters": 100}},
        {"study": {"parameters": [100, 200]}, "fixed": {"hidden": 4}},
        {"study": {"parameters": [100, 200], "hidden": (4, 8)}},
        {"fixed": {"parameters": 100, "hidden": 4}},
    ):
        with refused(StudyError, "parameters solves hidden"):
            resolve(DEFAULTS, **asked)


def test_a_number_that_no_network_is_small_enough_for_is_refused_before_the_study():
    with pytest.raises(
        StudyError, match=r"parameters is 6; a network of standard .* at least 18 on adding"
    ):
        Study([task()], ["rnn", "standard"], settings={"parameters": 6})


def test_chrono_and_a_forget_bias_exclude_each_other():
    assert "forget_bias" in SPACE
    assert "forget_bias" in resolve(DEFAULTS, fixed={"init": "orthogonal"})
    assert "forget_bias" not in resolve(DEFAULTS, fixed={"init": "chrono"})
    either = resolve(DEFAULTS, study={"init": ["uniform", "chrono"]})
    assert "forget_bias" in either  # drawn with uniform only
    fixed, study = {"init": "chrono"}, {"forget_bias": (0.0, 1.0)}
    for both in ({"fixed": fixed, "study": study}, {"fixed": fixed | {"forget_bias": 1.0}}):
        with pytest.raises(StudyError, match="init chrono sets the forget biases; drop forget"):
            resolve(DEFAULTS, **both)

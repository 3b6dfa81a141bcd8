"""The search space: entries, overrides, draws."""

import json
import math

import numpy as np
import pytest
from helpers.processes import printed

from gatelab.errors import StudyError
from gatelab.trials.space import SPACE, check, draw, resolve

KNOWN = [*SPACE, "optimizer", "input_dropout", "epochs"]


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        ((3, 2), "low > high"),
        ((0.0, math.inf), "finite"),
        ((math.nan, 1.0), "finite"),
        ((0.0, 1.0, "log"), "low > 0"),
        ((-1, 4, "log"), "low > 0"),
        ([], "nothing to choose"),
        ([1.0, math.nan], "not finite"),
        ([1, (2, 3)], "numbers or words"),
        (("a", "b"), "numbers at both ends"),
        ((True, False), "numbers at both ends"),
        ((1, 2, "linear"), "is not"),
        ((1,), "is not"),
        (0.5, "is not"),
    ],
)
def test_a_malformed_entry_is_refused_in_one_line(entry, complaint):
    with pytest.raises(StudyError, match=complaint) as caught:
        check("lr", entry)
    assert "lr" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_study_overrides_the_task_which_overrides_the_shared_space():
    space = resolve(KNOWN, task={"hidden": (8, 32), "lr": (0.1, 0.2)}, study={"lr": (0.3, 0.4)})
    assert space["hidden"] == (8, 32)
    assert space["lr"] == (0.3, 0.4)
    assert space["batch"] == SPACE["batch"]


def test_values_that_are_given_are_not_searched():
    assert resolve(KNOWN, fixed=SPACE) == {}
    assert "lr" not in resolve(KNOWN, fixed=["lr"])


def test_a_variant_adds_its_own_hyperparameters_and_the_study_may_move_them():
    own = {"beta": (0.0, 2.0)}
    assert resolve(KNOWN, own=own)["beta"] == (0.0, 2.0)
    assert resolve(KNOWN, own=own, study={"beta": (0.0, 1.0)})["beta"] == (0.0, 1.0)
    # Another variant of the same study has none, and is not disturbed.
    assert "beta" not in resolve(KNOWN, study={"beta": (0.0, 1.0)}, elsewhere=["beta"])


def test_a_variants_hyperparameter_may_not_take_the_name_of_a_setting():
    with pytest.raises(StudyError, match="'lr': rename"):
        resolve(KNOWN, own={"lr": (0.0, 2.0)})


def test_unknown_names_come_with_close_matches():
    with pytest.raises(StudyError, match="'hiden'; did you mean hidden"):
        resolve(KNOWN, study={"hiden": (8, 32)})
    with pytest.raises(StudyError, match="'optimiser'; did you mean optimizer"):
        resolve(KNOWN, fixed=["optimiser"])


@pytest.mark.parametrize("name", SPACE)
def test_draws_cover_the_range_and_stay_inside(name):
    values = [draw(SPACE[name], 0, slot, name) for slot in range(400)]
    if isinstance(SPACE[name], list):
        counts = [values.count(each) for each in SPACE[name]]
        assert sum(counts) == 400
        assert min(counts) > 100
        return
    low, high = SPACE[name][:2]
    assert low <= min(values)
    assert max(values) <= high
    assert all(type(value) is type(low) for value in values)
    position = np.log(values) if SPACE[name][2:] else np.array(values)
    ends = np.log([low, high]) if SPACE[name][2:] else np.array([low, high])
    # The mean of 400 uniform draws: a standard error of 0.0144 around one half.
    assert abs((position.mean() - ends[0]) / (ends[1] - ends[0]) - 0.5) < 0.06


def test_integers_are_equally_likely_at_the_ends():
    values = [draw((1, 4), 7, slot, "layers") for slot in range(800)]
    assert min(values.count(k) for k in (1, 2, 3, 4)) > 150


def test_a_draw_depends_on_seed_slot_and_name_only():
    here = [draw((0.0, 1.0), 3, slot, name) for slot in range(3) for name in ("a", "b")]
    assert len(set(here)) == 6
    assert draw((0.0, 1.0), 4, 0, "a") != here[0]
    code = (
        "from gatelab.trials.space import draw; import json; print(json.dumps("
        "[draw((0.0, 1.0), 3, slot, name) for slot in range(3) for name in ('a', 'b')]))"
    )
    assert json.loads(printed(code)) == here

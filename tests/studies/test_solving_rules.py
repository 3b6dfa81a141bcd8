"""When a task counts as solved."""

from dataclasses import replace

import numpy as np

from gatelab import tasks
from gatelab.tasks import Batch
from gatelab.tasks.framework.stopping import Recent, Tally, errors, judge

RULE = Recent(within=0.04, mean=0.01, of=3)


def judged(kind, within, outputs, y, lengths=None):
    outputs, y = np.asarray(outputs, np.float64), np.asarray(y)
    steps = y.shape[1] if y.ndim > 1 else 1
    x = np.zeros((len(y), steps, 1), np.float32)
    return judge(Recent(within), kind, outputs, Batch(x, y, lengths))


def tally(rule, *errors):
    found = Tally(rule)
    for error in errors:
        found.add(judged("regression", rule.within, [[error]], [[0.0]]))
    return found


def test_a_value_is_right_below_the_bound_and_not_at_it():
    found = judged("regression", 0.25, [[0.75], [1.24], [0.0], [np.nan]], [[1.0]] * 3 + [[0.0]])
    assert found.right.tolist() == [False, True, False, False]
    np.testing.assert_allclose(found.error[:3], [0.25, 0.24, 1])


def test_classes_err_by_their_probabilities():
    """Three to one for the right class: every one of two units errs by a quarter."""
    logits = np.log([[3.0, 1.0], [1.0, 3.0]])
    error, asked = errors("classification", logits, np.array([0, 0]))
    np.testing.assert_allclose(error[:, 0], [[0.25, 0.25], [0.75, 0.75]])
    assert asked.all()
    assert judged("classification", 0.26, logits, [0, 0]).right.tolist() == [True, False]


def test_labels_err_by_their_probabilities():
    logits = np.log([[[3.0, 1 / 3], [1 / 3, 1 / 3]]])
    y = np.array([[[1, 0], [1, 0]]], np.float32)
    found = judged("multilabel", 0.26, logits, y)
    assert (found.right[0], found.until[0]) == (False, 2)
    np.testing.assert_allclose(found.error, [(0.25 * 3 + 0.75) / 4])
    assert judged("multilabel", 0.26, logits, y, np.array([1])).right[0]  # the slip is past its end


def test_steps_that_ask_for_nothing_do_not_count():
    y = np.array([[[np.nan], [1.0], [np.nan], [0.0]]], np.float32)
    found = judged("series", 0.5, [[[9], [1], [9], [0.5]]], y)
    assert (found.right[0], found.until[0], found.error[0]) == (False, 4, 0.25)
    logits = np.full((1, 3, 2), 0.0)
    logits[0, 2] = 30, -30
    assert judged("labelling", 0.1, logits, [[-1, -1, 0]]).right[0]
    assert not judged("labelling", 0.1, logits, [[-1, 0, 0]]).right[0]
    assert judged("labelling", 0.1, logits, [[-1, -1, -1]]).error[0] == 0


def test_met_at_the_last_of_them_and_not_one_short():
    assert not tally(RULE, 0, 0).met
    assert tally(RULE, 0, 0, 0).met


def test_a_wrong_sequence_has_the_count_begin_anew():
    assert not tally(RULE, 0, 0, 0.05).met
    assert not tally(RULE, 0, 0, 0.05, 0, 0).met
    assert tally(RULE, 0, 0, 0.05, 0, 0, 0).met


def test_the_mean_must_be_below_its_bound():
    assert not tally(RULE, 0, 0, 0.03).met  # .01 itself
    assert tally(RULE, 0, 0, 0.029).met


def test_some_may_be_wrong_where_the_paper_lets_them():
    rule = replace(RULE, mean=np.inf, wrong=1)
    assert tally(rule, 1, 0, 0).met
    assert not tally(rule, 1, 1, 0).met
    assert (tally(rule, 1).lost, tally(rule, 1, 1).lost) == (False, True)
    assert tally(rule, 1, 1, 0, 0).met  # the first has dropped out


def test_options_change_the_rule():
    make = tasks.make
    assert make("adding_ragged").stop == Recent(0.04, mean=0.01, of=2000)
    assert make("temporal_order", classes=8).stop == Recent(0.3, mean=0.1)
    assert [make("long_lag", form=f).stop.within for f in ("2a", "2b", "2c")] == [0.25, 0.25, 0.2]
    assert [make("two_sequence", form=f).stop.wrong for f in ("3a", "3b", "3c")] == [0, 5, 0]
    assert make("counting", train_n=7).stop.of == 7
    assert make("adding").stop is None
    assert "stop" not in make("adding_ragged").options()

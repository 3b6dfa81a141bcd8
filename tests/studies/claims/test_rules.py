"""The rules on made-up draws: each can come out in all three ways, never more than they say."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from gatelab.studies.claims import explaining
from gatelab.studies.claims.differences import Difference
from gatelab.studies.claims.explaining import Explains
from gatelab.studies.claims.numbers import Number
from gatelab.studies.claims.outcomes import (
    CONTRADICTED,
    NOT_DECIDED,
    REPRODUCED,
    Outcome,
    together,
)
from gatelab.studies.claims.reaching import Oftener, Reach
from gatelab.tasks import METRICS

N = 20
WOBBLE = 0.005 * (-1.0) ** np.arange(N) * (1 + np.arange(N) / N)  # from draw to draw


def frame(failed=0, task="t", **tests):
    """Draws of arms with these test scores; the first ``failed`` of arm "a" have failed."""
    return pd.DataFrame(
        {
            "arm": arm, "task": task, "draw": k, "valid": k, "test": score,
            "state": "failed" if arm == "a" and k < failed else "complete", "parameters": 100,
        }
        for arm, scores in tests.items()
        for k, score in enumerate(scores)
    )  # fmt: skip


def claim(*statements, metric="accuracy"):
    return SimpleNamespace(statements=statements, metric=lambda task: METRICS[metric])


def state(statement, draws, metric="accuracy", beside=()):
    return statement.decide(claim(statement, *beside, metric=metric), draws).state


# One arm against another --------------------------------------------------------------------------

BETTER, WORSE = ({"a": 0.8 + sign * 0.1 + WOBBLE, "b": np.full(N, 0.8)} for sign in (1, -1))
EQUAL = {"a": 0.8 + WOBBLE / 5, "b": np.full(N, 0.8)}
VAGUE = {"a": 0.8 + 10 * WOBBLE, "b": np.full(N, 0.8)}
SLIGHT = {"a": 0.808 + WOBBLE / 5, "b": np.full(N, 0.8)}  # better, by less than the margin


@pytest.mark.parametrize(
    ("says", "better", "worse", "equal", "slight"),
    [
        ("better", REPRODUCED, CONTRADICTED, CONTRADICTED, REPRODUCED),
        ("worse", CONTRADICTED, REPRODUCED, CONTRADICTED, CONTRADICTED),
        ("equal", CONTRADICTED, CONTRADICTED, REPRODUCED, NOT_DECIDED),
        ("no worse", REPRODUCED, CONTRADICTED, REPRODUCED, REPRODUCED),
        ("no better", CONTRADICTED, REPRODUCED, REPRODUCED, REPRODUCED),
    ],
)
def test_a_difference_comes_out_in_all_ways(says, better, worse, equal, slight):
    statement = Difference("a", "t", says, "b", 0.01)
    found = [state(statement, frame(**scores)) for scores in (BETTER, WORSE, EQUAL, SLIGHT)]
    assert found == [better, worse, equal, slight]
    assert state(statement, frame(**VAGUE)) == NOT_DECIDED


def test_of_errors_less_is_better():
    statement = Difference("a", "t", "better", "b", 0.01)
    assert state(statement, frame(**WORSE), "mse") == REPRODUCED
    assert state(statement, frame(**BETTER), "mse") == CONTRADICTED


def test_failed_draws_count_as_worst():
    statement = Difference("a", "t", "worse", "b", 0.01)
    assert state(statement, frame(**BETTER)) == CONTRADICTED
    draws = frame(failed=N, **BETTER)
    assert state(statement, draws) == REPRODUCED
    why = statement.decide(claim(statement), draws).why
    assert "20 of 20 trials failed" in why


def test_statements_beside_each_other_share_holm_s_adjustment():
    """Six kept pairs, all better: p = 2/64 alone, twice that beside an arm that differs less."""
    one, other = (Difference(arm, "t", "better", "b", 0.01) for arm in "ac")
    draws = frame(a=BETTER["a"][:12], b=BETTER["b"][:12], c=VAGUE["a"][:12])
    assert state(one, draws) == REPRODUCED
    assert state(one, draws, beside=[other]) == NOT_DECIDED


@pytest.mark.parametrize(("learned", "found"), [(0.8, CONTRADICTED), (0.9, NOT_DECIDED)])
def test_two_arms_that_learn_nothing_decide_nothing(learned, found):
    statement = Difference("a", "t", "better", "b", 0.01, learned)
    outcome = statement.decide(claim(statement), frame(**EQUAL))
    assert outcome.state == found
    assert ("neither arm reached 0.9" in outcome.why) == (found == NOT_DECIDED)


def test_an_undecided_difference_says_what_could_have_been_seen():
    statement = Difference("a", "t", "better", "b", 0.01)
    assert "could have seen" in statement.decide(claim(statement), frame(**VAGUE)).why
    few = frame(a=BETTER["a"][:4], b=BETTER["b"][:4])
    assert "4 shared draws can never show" in statement.decide(claim(statement), few).why


# Reaching a score ---------------------------------------------------------------------------------

NONE, ONE = np.full(N, 0.5), np.r_[0.995, np.full(N - 1, 0.5)]


@pytest.mark.parametrize(
    ("says", "one", "none"),
    [("can reach", REPRODUCED, CONTRADICTED), ("cannot reach", CONTRADICTED, REPRODUCED)],
)
def test_one_success_decides_and_none_only_within_the_bound(says, one, none):
    statement = Reach("a", "t", says, 0.99, 0.2)
    assert state(statement, frame(a=ONE)) == one
    assert state(statement, frame(a=NONE)) == none
    assert state(statement, frame(a=NONE[:13])) == NOT_DECIDED  # 1 - .05 ** (1 / 13) = .206
    assert state(statement, frame(a=NONE[:14])) == none  # .193
    assert state(statement, frame(failed=1, a=ONE)) == none  # its score is no success


def test_reaching_an_error_means_falling_to_it():
    statement = Reach("a", "t", "can reach", 0.01, 0.2)
    assert state(statement, frame(a=np.r_[0.01, NONE]), "mse") == REPRODUCED
    assert state(statement, frame(a=NONE), "mse") == CONTRADICTED


def test_that_none_was_seen_is_said_as_such():
    statement = Reach("a", "t", "cannot reach", 0.99, 0.2)
    why = statement.decide(claim(statement), frame(a=NONE)).why
    assert "none of 20 draws reached accuracy 0.99" in why
    assert "best 0.5" in why
    assert "at most 14% would, at 95% (the rule: less than 20%)" in why


@pytest.mark.parametrize(
    ("only", "not_mine", "found"),
    [(6, 0, REPRODUCED), (0, 6, CONTRADICTED), (5, 0, NOT_DECIDED), (9, 5, NOT_DECIDED)],
)
def test_more_often_is_mcnemar_s_test(only, not_mine, found):
    """6 : 0 has p = 2/64, 5 : 0 has p = 2/32; draws with which both or none do say nothing."""
    a = np.r_[np.ones(only), np.zeros(not_mine), [1, 0]]
    b = np.r_[np.zeros(only), np.ones(not_mine), [1, 0]]
    assert state(Oftener("a", "t", "more often reaches", "b", 1.0), frame(a=a, b=b)) == found


# A published number -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tests", "found"),
    [
        ([8.4, 8.42, 8.44], REPRODUCED),
        ([8.9, 8.92, 8.94], CONTRADICTED),
        ([8.5, 8.52, 8.54], NOT_DECIDED),  # the interval crosses 8.55
        ([8.42], NOT_DECIDED),
    ],
)
def test_a_number_is_reproduced_if_its_interval_is_within_the_tolerance(tests, found):
    statement = Number("a", "t", "scores", 8.45, 0.1)
    assert state(statement, frame(a=tests), "nll") == found
    assert state(statement, frame(failed=1, a=tests), "nll") == NOT_DECIDED


# A share of the variance --------------------------------------------------------------------------


SPACE = {"lr": (0.0, 1.0), "clip": (0.0, 1.0)}
EXPLAINS = Explains("a", "t", "explains at least", "lr", 0.5)


def explained(draws):
    return EXPLAINS.decide(SimpleNamespace(**vars(claim(EXPLAINS)), search=SPACE), draws)


@pytest.mark.parametrize(
    ("low", "high", "known", "found"),
    [
        (0.5, 0.8, 0.9, REPRODUCED),
        (0.1, 0.4, 0.9, CONTRADICTED),
        (0.4, 0.6, 0.9, NOT_DECIDED),
        (0.5, 0.8, 0.2, NOT_DECIDED),  # the forest cannot predict new draws
    ],
)
def test_a_share_of_the_variance_is_decided_by_its_interval(low, high, known, found, monkeypatch):
    main = pd.DataFrame([{"name": "lr", "share": (low + high) / 2, "low": low, "high": high}])
    said = SimpleNamespace(main=main, explained=known, draws=N)
    monkeypatch.setattr(explaining, "importance", lambda *given: said)
    outcome = explained(frame(a=WOBBLE))
    assert outcome.state == found
    assert ("it explains only 20%" in outcome.why) == (known == 0.2)


def test_a_setting_that_decides_explains_the_variance(rng):
    lr, clip = rng.random((2, 40))
    draws = frame(a=3 * lr + clip).assign(**{"params.lr": lr, "params.clip": clip})
    assert explained(draws).state == REPRODUCED


def test_a_claim_is_reproduced_if_all_its_statements_are():
    yes, no, unknown = (Outcome(s, "") for s in (REPRODUCED, CONTRADICTED, NOT_DECIDED))
    assert together([yes, yes]) == REPRODUCED
    assert together([yes, unknown]) == NOT_DECIDED
    assert together([yes, unknown, no]) == CONTRADICTED

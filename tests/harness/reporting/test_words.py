"""The answer in words: numbers in one form, one sentence per comparison."""

import math
from dataclasses import replace

import pandas as pd
import pytest
from helpers.ledgers import ledger, row, task

from gatelab.reporting import words


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ((1.7e-4, 0.9e-4, 2.6e-4), "1.70e-4 [0.90e-4, 2.60e-4]"),
        ((0.0831, 0.0579, 0.1239), "0.083 [0.058, 0.124]"),
        ((-0.05, -0.126, 0.022), "-0.050 [-0.126, 0.022]"),
        ((12.3, 8.1, 19.7), "12.3 [8.1, 19.7]"),
        ((1.5, -math.inf, math.inf), "1.5 [-∞, ∞]"),
        ((0.0, 0.0, 0.0), "0.0 [0.0, 0.0]"),
    ],
)
def test_three_numbers_of_one_interval_have_one_form(numbers, said):
    assert words.interval(*numbers) == said


@pytest.mark.parametrize(
    ("size", "said"), [(1.7e-4, "1.7e-4"), (0.0213, "0.021"), (3.0, "3.0"), (math.nan, "unknown")]
)
def test_a_size_has_two_digits(size, said):
    assert words.quantity(size) == said


LOW = [0.1 + 0.01 * k for k in range(16)]


def answers(variant, metric="mse", **costs):
    about = task(metric=metric)
    rows = [row(about, "standard", LOW), row(about, "other", variant, **costs)]
    return next(ledger(rows).verdicts().itertuples())


def test_better_and_worse_follow_the_direction_of_the_metric():
    less = [score - 0.05 - 0.001 * k for k, score in enumerate(LOW)]
    assert words.sentence(answers(less)).startswith("other against standard on adding: better by ")
    assert words.body(answers(less, "accuracy")).startswith("worse by ")
    assert " mse, p = .0078 (Holm)" in words.sentence(answers(less))
    assert "[-" not in words.sentence(answers(less))  # better by so much, not by minus so much


def test_what_a_cell_costs_is_said_beside_the_verdict():
    less = [score - 0.05 for score in LOW]
    assert words.body(answers(less, parameters=75)).endswith(", 25% fewer weights")
    assert words.body(answers(less, parameters=230)).endswith(", 2.3 times the weights")
    assert words.body(answers(less, seconds=0.5)).endswith(", 2.0 times as fast")
    assert words.body(answers(less, seconds=1.5)).endswith(", takes 1.5 times as long")


def test_failures_are_counted_for_both():
    said = words.body(answers([None] * 3 + LOW[3:]))
    assert "3 of 16 trials failed (standard: 0; p = .25, McNemar)" in said


def test_not_significant_is_not_decided_and_says_what_could_have_been_seen():
    mixed = [score + 0.02 * (-1) ** k for k, score in enumerate(LOW)]
    said = words.body(answers(mixed))
    assert said.startswith("not decided: difference ")
    assert "could have seen" in said


def test_draws_that_would_show_the_difference_are_few_beside_those_that_decide_in_any_case():
    row = answers(LOW)._replace(
        verdict="not decided", difference=0.053, low=0.021, high=0.076, p=0.0625, smallest=0.067,
        to_show=26.0, needed=512.0, reason="",
    )  # fmt: skip
    both = " (about 26 draws would show a difference this large, 520 decide in any case)"
    assert both in words.body(row)
    within = row._replace(to_show=math.nan, needed=42.0)
    assert " (about 42 draws would decide it)" in words.body(within)
    assert "draws would" not in words.body(within._replace(needed=math.nan))


def test_draws_are_rounded_up_to_two_digits():
    assert [words._rounded(n) for n in (7, 16, 172, 2431)] == [7, 16, 180, 2500]


def test_a_series_of_the_frame_is_said_like_its_row():
    about = task()
    frame = ledger([row(about, "standard", LOW), row(about, "gru", LOW)]).verdicts()
    assert isinstance(frame, pd.DataFrame)
    assert words.sentence(frame.iloc[0]) == words.sentence(next(frame.itertuples()))


def test_without_a_search_every_seed_counts():
    about = task()
    rows = [row(about, "standard", LOW), row(about, "gru", [score - 0.05 for score in LOW])]
    searched = ledger(rows).verdicts().iloc[0]
    seeds = ledger([replace(each, searched=False) for each in rows], sampler="fixed").verdicts()
    assert (searched.pairs, seeds.pairs[0]) == (8, 16)
    assert seeds.p[0] < searched.p
    assert seeds.noise[0] == pytest.approx(pd.Series(LOW).std())

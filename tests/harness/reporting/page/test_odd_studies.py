"""Studies that have little to say: a page without a traceback, and a sentence that says why."""

import pytest
from helpers.made_up import make_ledger
from helpers.pages import Tree, figures

from gatelab.reporting.page import answers
from gatelab.reporting.page.view import View
from gatelab.reporting.page.writing import html

EVIL = '<script>alert("x")</script>&$x_1$'


def words(folder, **study):
    return Tree(html(View(make_ledger(folder, **{"tasks": ("adding",), "draws": 6} | study)))).words


CMAES = {"class": "optuna.samplers.CmaEsSampler", "settings": {"popsize": 8, "lr_adapt": False}}
HYPERBAND = {"class": "optuna.pruners.HyperbandPruner", "settings": {"reduction_factor": 3}}


@pytest.mark.parametrize(
    ("study", "said"),
    [
        ({"names": ("gru",)}, "there is nothing to compare it with"),
        ({"failing": {"standard": 1, "gru": 1, "rnn": 1}}, "All trials failed"),
        ({"broken": True}, "not decided"),
        ({"draws": 2}, "not decided"),
        ({"done": 0.5}, "Unfinished: 9 of 18 trials."),
        ({"done": 0.0}, "Unfinished: 0 of 18 trials."),
        ({"looked": True}, "after 12 trials had been seen"),
        ({"sampler": "tpe"}, "No tuning curves"),
        ({"sampler": CMAES}, "by CmaEsSampler (popsize 8) with 6 trials per cell"),
        ({"sampler": CMAES}, "CmaEsSampler's trials depend on each other"),
        ({"sampler": CMAES}, "Trials of CmaEsSampler are neither shared"),
        ({"sampler": "tpe", "pruner": HYPERBAND}, "early, by HyperbandPruner (reduction_factor 3)"),
        ({"sampler": "fixed"}, "nothing was searched"),
        ({"failing": {"standard": 1}, "draws": 24}, "better: most trials of standard"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_what_cannot_be_said_is_said(tmp_path, study, said):
    assert said in words(tmp_path, **study)


def test_ties_everywhere(tmp_path):
    assert "not decided" in words(tmp_path, tie=True)


def test_names_are_text_never_markup(tmp_path):
    made = html(View(make_ledger(tmp_path, (f"adding:{EVIL}",), ("standard", EVIL), draws=6)))
    assert "<script" not in made
    assert EVIL in Tree(made).words  # also checks that all that is opened is closed


def test_more_cells_than_a_figure_holds(tmp_path):
    cells = ("standard", *(f"cell{k}" for k in range(11)))
    made = html(View(make_ledger(tmp_path, ("adding",), cells, draws=4)))
    learning = figures(made)["learning-adding"]
    assert "the best 7 of 11 others" in learning
    assert learning.count("<tr>") == 1 + len(cells)  # the table has them all
    assert "11 other cells" in made


def test_many_answers_are_folded_behind_a_glance(tmp_path, monkeypatch):
    monkeypatch.setattr(answers, "FEW", 3)
    made = html(View(make_ledger(tmp_path, ("adding", "memory"), draws=4)))
    assert "At a glance" in made
    assert "<details><summary>Against standard" in made

"""The study of activations: what it searches, how it judges, and a run of toy size."""

import matplotlib.image
import numpy as np
import pandas as pd
import pytest
from helpers.command import command

from gatelab import tasks
from gatelab.studies import activations
from gatelab.studies.verdicts import paired, score, verdict
from gatelab.tasks.framework.metrics import METRICS

TOY = tasks.make("digits", order="rows", epochs=1, name="toy")


def test_each_activation_in_both_places_and_only_p_is_searched():
    cells = activations.lstms(["squish", "tanh", "sigmoid", "relu"])
    assert [(activations.functions(c), list(c.search)) for c in cells] == [
        (("tanh", "sigmoid"), []),
        (("squish", "sigmoid"), ["squish_p"]),
        (("sigmoid", "sigmoid"), []),
        (("relu", "sigmoid"), []),
        (("tanh", "squish"), ["squish_p"]),
        (("tanh", "tanh"), []),
        (("tanh", "relu"), []),
    ]
    assert len(activations.lstms(activations.ACTIVATIONS)) == 13


@pytest.mark.parametrize(("name", "sign"), [("mse", 1), ("accuracy", -1)])
def test_pairs_by_hand(name, sign):
    """Better, better, worse, failed, equal, better; then both failed."""
    states = {"new": "cccfccf", "old": "ccccccf"}
    scores = {"new": [1, 2, 6, 0, 5, 7, 0], "old": [3, 3, 5, 5, 5, 9, 9]}
    full = {"c": "complete", "f": "failed"}
    trials = pd.DataFrame(
        {"trial": k, "variant": v, f"valid_{name}": sign * scores[v][k], "state": full[state]}
        for v in scores
        for k, state in enumerate(states[v])
    )
    found = paired(trials, "new", "old", METRICS[name])
    assert found == (3, 2, -sign)  # of -2 -1 1 0 -2


def row(mean, std, metric="accuracy", failed=0):
    return pd.Series({"test_mean": mean, "test_std": std, "metric": metric, "seeds_failed": failed})


@pytest.mark.parametrize(
    ("new", "said"),
    [
        (row(0.94, 0.01), "better"),
        (row(0.92, 0.01), "no difference"),
        (row(0.94, 0.03), "no difference"),
        (row(0.86, 0.01), "worse"),
        (row(0.94, 0.01, "mse"), "worse"),
        (row(0.86, 0.01, "mse"), "better"),
        (row(0.94, 0.01, failed=1), "FAILS"),
        (row(np.nan, np.nan), "FAILS"),
    ],
)
def test_a_difference_counts_if_it_is_larger_than_both_spreads(new, said):
    assert verdict(new, row(0.9, 0.02)) == said


def test_what_is_no_activation_is_refused_in_one_line(capsys):
    assert command("activations")(["--activations", "squash"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("error: ")
    assert "'squash'" in said
    assert said.count("\n") == 1


@pytest.mark.starts_workers
def test_at_toy_size(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(activations, "TASKS", [TOY])
    monkeypatch.setattr(activations, "FINALS", 2)
    words = ["--activations", "squish", "--trials", "2", "--out", str(tmp_path)]
    assert command("activations")(words) == 0
    trials = pd.read_csv(tmp_path / "trials.csv").set_index(["variant", "trial"])
    assert len(trials) == 3 * 2
    assert (trials.groupby("trial")["params.lr"].nunique() == 1).all()  # so they are pairs
    assert (trials["params.squish_p"].loc["lstm_activations"] == 0).all()  # not searched
    assert trials["params.squish_p"].drop("lstm_activations").between(0, 0.95).all()
    written = (tmp_path / "activations.md").read_text()
    assert capsys.readouterr().out.endswith(written)
    table = [line[2:].split(" | ") for line in written.splitlines() if line.startswith("| ")]
    assert [tuple(line[:2]) for line in table[2:3]] == [("tanh", "sigmoid")]
    assert {tuple(line[:2]) for line in table[3:]} == {("squish", "sigmoid"), ("tanh", "squish")}
    board = pd.read_csv(tmp_path / "leaderboard.csv").set_index("variant")
    assert table[2][5] == score(board.loc["lstm_activations"])
    assert written.count("squish in the cell ") == written.count("squish in the gates ") == 1
    assert matplotlib.image.imread(tmp_path / "activations.png").std() > 0.01

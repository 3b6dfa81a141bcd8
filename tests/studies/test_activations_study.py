"""The study of activations: what it searches, how it judges, and a run of toy size."""

from types import SimpleNamespace

import matplotlib.image
import pandas as pd
import pytest
from helpers.command import command

from gatelab import tasks
from gatelab.studies import activations
from gatelab.studies.activations import score

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


def test_what_is_no_activation_is_refused_in_one_line(capsys):
    assert command("activations")(["--activations", "squash"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("error: ")
    assert "'squash'" in said
    assert said.count("\n") == 1


@pytest.mark.in_process
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
    table = [line[2:-2].split(" | ") for line in written.splitlines() if line.startswith("| ")]
    assert [tuple(line[:2]) for line in table[2:3]] == [("tanh", "sigmoid")]
    assert {tuple(line[:2]) for line in table[3:]} == {("squish", "sigmoid"), ("tanh", "squish")}
    board = pd.read_csv(tmp_path / "leaderboard.csv").set_index("variant")
    assert table[2][-1] == score(board.loc["lstm_activations"])
    assert {line[2] for line in table[3:]} == {"not decided"}  # two draws never decide
    for where in ("cell", "gates"):
        assert written.count(f"squish in the {where}: not decided: 2 shared draws can never") == 1
    assert matplotlib.image.imread(tmp_path / "activations.png").std() > 0.01


def test_verdicts_are_those_of_the_study():
    """Better and worse by as much as can be, and numbers in the metric's own size."""
    cells = activations.lstms(["squish", "relu"])
    names = [c.name for c in cells]
    board = pd.DataFrame({"task": "t", "variant": names, "seeds_failed": 0, "test_mean": 0.5,
                          "test_std": 0.1})  # fmt: skip
    verdicts = pd.DataFrame(
        {"task": "t", "variant": names[1:], "verdict": ["better", "worse", "equal", "not decided"],
         "difference": [-2e-5, 0.1, 0.0, 0.0], "low": [-3e-5, 0.05, -0.1, -1], "high": [-1e-5, 0.2,
         0.1, 1], "p": [0.001, 0.02, 1, 1], "smallest": 0.01, "failed": 0, "draws": 30}
    )  # fmt: skip
    result = SimpleNamespace(leaderboard=board, verdicts=verdicts)
    ((task, lines),) = activations.rows(result, cells)
    assert task == "t"
    assert [line[2] for line in lines] == ["", *verdicts.verdict]
    assert lines[1][3] == "-2.00e-5 [-3.00e-5, -1.00e-5]"
    assert lines[2][-2:] == ("0 of 30", "0.5 ± 0.1")

"""The Odyssey's study: a run of toy size, and what its page says of made-up draws."""

import matplotlib.image
import numpy as np
import pandas as pd
import pytest
from helpers.command import command

from gatelab import tasks
from gatelab.studies import drawn, odyssey, odyssey_page
from gatelab.trials.space import draw

TOY = tasks.make("copy_memory", length=2, items=2, symbols=2, name="toy")
NO_RUNS = pd.DataFrame(columns=["task", "variant", "part", "configuration", "test"])


def made_up(draws, changed):
    """Trials in the form of ``Result.trials``; ``changed`` is what a cell adds to V's score."""
    rng = np.random.default_rng(0)
    rows = []
    for k in range(draws):
        given = {name: draw(entry, 0, k, name) for name, entry in odyssey.SEARCH.items()}
        for variant in odyssey.CELLS.values():
            score = 8.5 + given["input_noise"] + changed.get(variant, 0) + 0.02 * rng.normal()
            rows.append(
                {"task": "chorales", "variant": variant, "trial": k, "state": "complete",
                 "valid_nll": score, "test_nll": score + 0.05, "parameters": 900, "seconds": 1.23,
                 "params.batch": 1} | {f"params.{name}": value for name, value in given.items()}
            )  # fmt: skip
    return pd.DataFrame(rows)


def draws_of(trials):
    return drawn.draws_of(trials, NO_RUNS, {"chorales": "nll"}, [*odyssey.CELLS.values()])


def rows(text):
    return [line[2:-2].split(" | ") for line in text.splitlines() if line.startswith("| ")]


def test_the_cells_are_the_papers_with_v_first():
    assert [*odyssey.CELLS] == ["V", "NIG", "NFG", "NOG", "NIAF", "NOAF", "CIFG", "NP", "FGR"]
    assert {*odyssey_page.PAPER} == {*odyssey.CELLS} - {"V"}
    momenta = 1 - np.array(odyssey.SEARCH["momentum"])
    steps = np.diff(np.log10(momenta))
    np.testing.assert_allclose(steps, -0.2, atol=0.01)  # even on the paper's scale


def test_verdicts_stand_beside_the_papers():
    text = odyssey_page.tables(
        draws_of(made_up(30, {"no_forget_gate": 0.4, "standard": 0.4, "no_input_gate": -0.4}))
    )
    found = {row[0]: (row[2], row[-1]) for row in rows(text) if row[1] in odyssey.CELLS.values()}
    assert found["NFG"] == ("**worse**", "yes")
    assert found["NP"] == ("**worse**", "differs")
    assert found["NIG"] == ("**better**", "differs")
    assert found["FGR"][0] in ("**equal**", "**not decided**")
    assert "Better than V, against the paper's abstract: NIG." in text
    assert ["input_noise", *rows(text)[-4][1:]] == rows(text)[-4]  # what the scores depend on


def test_too_few_draws_say_that_they_can_decide_nothing():
    text = odyssey_page.tables(draws_of(made_up(4, {"no_forget_gate": 9.0})))
    assert {row[2] for row in rows(text) if row[1] in odyssey.CELLS.values()} == {"**not decided**"}
    assert "4 shared draws can never show a difference; 18 could" in text


def test_draws_survive_their_file_and_an_interrupted_study_keeps_what_all_share(tmp_path):
    trials = made_up(3, {})
    kept = draws_of(trials.drop(index=trials.index[-1]))  # the last cell lacks the last draw
    assert sorted(kept.draw.unique()) == [0, 1]
    assert [*kept.columns] == [*drawn.COLUMNS, *sorted(odyssey.SEARCH)]
    assert [*kept.variant.unique()] == [*odyssey.CELLS.values()]
    drawn.write(kept, tmp_path / "draws.csv")
    pd.testing.assert_frame_equal(drawn.read(tmp_path / "draws.csv"), kept, check_dtype=False)


def test_a_draw_that_was_trained_twice_has_both_scores():
    runs = pd.DataFrame(
        [
            {"task": "chorales", "variant": "peephole", "part": "again", "configuration": 1,
             "test": 9.25},
            {"task": "chorales", "variant": "peephole", "part": "final", "configuration": 0,
             "test": 1.0},
        ]
    )  # fmt: skip
    kept = drawn.draws_of(made_up(2, {}), runs, {"chorales": "nll"}, [*odyssey.CELLS.values()])
    again = kept[kept.again.notna()]
    assert [*zip(again.variant, again.draw, again.again, strict=True)] == [("peephole", 1, 9.25)]


@pytest.mark.in_process
def test_at_toy_size(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(odyssey, "TASK", TOY)
    monkeypatch.setattr(odyssey, "CELLS", {"V": "peephole", "NP": "standard"})
    monkeypatch.setattr(odyssey, "SETTINGS", odyssey.SETTINGS | {"updates": 3, "epochs": 1})
    out, page = tmp_path / "study", tmp_path / "docs" / "odyssey.md"
    words = ["--trials", "2", "--workers", "1", "--out", str(out)]
    assert command("odyssey")(words) == 0
    assert "2 shared draws can never show a difference" in capsys.readouterr().out
    assert command("odyssey")([*words, "--write", str(page)]) == 0
    assert page.read_text() == capsys.readouterr().out.removesuffix("\n")
    assert len(drawn.read(page.with_suffix(".csv"))) == 4
    assert matplotlib.image.imread(page.with_suffix(".png")).std() > 0.01


def test_a_folder_without_a_study_is_refused_in_one_line(tmp_path, capsys):
    words = ["--out", str(tmp_path / "none"), "--write", str(tmp_path / "page.md")]
    assert command("odyssey")(words) == 2
    said = capsys.readouterr().err
    assert said.startswith("error: ")
    assert said.count("\n") == 1

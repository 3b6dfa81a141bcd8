"""The survey of cells over tasks: a run of toy size, and what its page says of made-up draws."""

import matplotlib.image
import numpy as np
import pandas as pd
import pytest
from helpers.command import command

from gatelab import tasks, variants
from gatelab.studies import drawn, survey, survey_answers, survey_page
from gatelab.tasks.shared.generated import Generated

TOYS = [
    tasks.make("adding", length=5, valid_sequences=16, test_sequences=16, name="toy_adding"),
    tasks.make("parity", length=4, test_length=6, valid_sequences=16, test_sequences=16,
               name="toy_parity"),
]  # fmt: skip


def made_up(draws=20, noise=0.02, worse=()):
    """Draws of all cells on all tasks; ``worse`` cells lose by ten noise SDs on each."""
    rng = np.random.default_rng(0)
    rows = []
    for task, metric in survey_answers.metrics().items():
        sign = 1 if metric.direction == "minimize" else -1
        for name in survey.CELLS:
            for k in range(draws):
                score = 0.5 + sign * (10 * noise * (name in worse) + noise * rng.normal())
                again = score + noise * rng.normal() if name == "standard" and k < 10 else np.nan
                rows.append((task, name, k, "complete", score, score, 900, 1.0, again))
    return pd.DataFrame(rows, columns=[*drawn.COLUMNS, "again"])


def rows(text):
    return [line[2:-2].split(" | ") for line in text.splitlines() if line.startswith("| ")]


def test_nine_registered_cells_and_ten_tasks_of_which_five_are_made():
    assert len(survey.CELLS) == 9
    assert {*survey.CELLS} <= {*variants.names()}
    names = [task.name for task in survey.chosen()]
    assert len({*names}) == 10
    rng = np.random.default_rng(0)
    assert all(isinstance(task.splits(rng).train, tasks.Stream) for task in survey.chosen()[:5])
    assert not any(isinstance(task, Generated) for task in survey.chosen()[5:])


def test_a_cell_that_loses_everywhere_loses_over_all_tasks():
    text = survey_page.decisions(made_up(worse=["rnn"]))
    over = {row[0]: row[1:] for row in rows(text) if row[1].startswith("**")}
    assert over["rnn"][0] == "**worse**"
    assert over["rnn"][3] == "0 : 10"
    assert over["rnn"][4] == "9.00"  # of nine cells, everywhere the last
    assert "(Nemenyi): standard and rnn" in text
    assert {said for name, (said, *_) in over.items() if name != "rnn"} <= {
        "**equal**", "**not decided**",
    }  # fmt: skip
    within = [row for row in rows(text) if row[0] in survey_answers.metrics()]
    assert len(within) == 10
    assert all(row[3].startswith("▼ +") for row in within)  # above 0 is worse, whatever the metric


def test_before_the_noise_is_measured_lost_draws_are_the_scale():
    draws = made_up(worse=["rnn"]).drop(columns="again")
    text = survey_page.decisions(draws)
    assert "share of the kept draws that it loses" in text
    assert {row[0]: row[1] for row in rows(text)}["rnn"] == "**worse**"
    within = [row for row in rows(text) if row[0] in survey_answers.metrics()]
    assert [row[2:4] for row in within] == [["-", "▼ +1.0"]] * 10  # all draws are lost


@pytest.mark.in_process
def test_at_toy_size(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(survey, "chosen", lambda: TOYS)
    monkeypatch.setattr(survey, "CELLS", {"standard": "reference", "gru": "another"})
    monkeypatch.setattr(survey, "SETTINGS", survey.SETTINGS | {"updates": 3, "epochs": 1})
    out, page = tmp_path / "study", tmp_path / "docs" / "survey.md"
    words = ["--trials", "4", "--workers", "1", "--out", str(out)]
    assert command("survey")(words) == 0
    capsys.readouterr()
    assert command("survey")([*words, "--write", str(page)]) == 0
    assert page.read_text() == capsys.readouterr().out.removesuffix("\n")
    draws = drawn.read(page.with_suffix(".csv"))
    assert len(draws) == 2 * 2 * 4
    assert draws.again.notna().sum() == 2 * 2  # of the reference: the better half
    assert matplotlib.image.imread(page.with_suffix(".png")).std() > 0.01

"""Where a cell stands on the leaderboard: seeds that failed count as worst."""

from types import SimpleNamespace

import pandas as pd
import pytest
from helpers.records import make_record

from gatelab.reporting import figures, screen, standing
from gatelab.reporting.facts import TaskFacts
from gatelab.reporting.rows import Row
from gatelab.tasks.framework.metrics import METRICS

TASK = TaskFacts("adding", METRICS["mse"], {"always 1": 0.167})


def record(slot, test=None):
    best = {} if test is None else {"valid/mse": 0.2, "test/mse": test}
    cost = {"parameters": 10, "seconds": 1.0}
    return make_record("failed" if test is None else "complete", slot=slot, best=best, cost=cost)


def board(finals):
    """Of these cells: {name: test scores of the final seeds, None for a failed one}."""
    rows = [
        Row(TASK, name, [record(0, 0.01)], finals=[record(k, test) for k, test in enumerate(tests)])
        for name, tests in finals.items()
    ]
    return standing.ranked(pd.DataFrame(map(standing.of_row, rows)), TASK.metric)


FINALS = {
    "rnn": (0.009, None, None),
    "gru": (0.010, 0.011, 0.012),
    "janet": (None, None, None),
    "mut1": (0.001, 0.001, None),
    "standard": (0.020, 0.021, 0.022),
}


def test_a_cell_with_failed_seeds_stands_below_all_whose_seeds_finished():
    found = board(FINALS)
    assert list(found.variant) == ["gru", "standard", "mut1", "rnn", "janet"]
    assert list(found.seeds_failed) == [0, 0, 1, 2, 3]
    assert list(found.beats_baseline) == [True, True, False, False, False]


def test_a_cell_without_a_finished_trial_has_no_size_and_no_time():
    found = pd.DataFrame([standing.of_row(Row(TASK, "gru", [], finals=[]))])
    shown = {column.header: column._cells[0] for column in screen.table(found, TASK).columns}
    assert shown["parameters"] == shown["s/trial"] == "none"


@pytest.mark.parametrize(("metric", "better"), [("mse", "low"), ("accuracy", "high")])
def test_the_better_mean_comes_first_among_equals(metric, better):
    rows = pd.DataFrame(
        {"variant": ["high", "low"], "test_mean": [0.9, 0.1], "seeds_failed": [0, 0]}
    )
    assert standing.ranked(rows, METRICS[metric]).variant.iloc[0] == better


def test_the_table_and_the_picture_say_how_many_seeds_failed(monkeypatch, tmp_path):
    found = board(FINALS)
    table = screen.table(found, TASK)
    cells = dict(zip(table.columns[0]._cells, table.columns[2]._cells, strict=True))
    assert cells["rnn"] == "0.009 (2 of 3 seeds failed)"
    assert "failed" not in cells["gru"]
    assert table.columns[2].header == "test, 3 seeds"
    drawn = []
    monkeypatch.setattr(figures, "save", lambda figure, path: drawn.append(figure))
    figures.leaderboard([(found, TASK.baselines)], tmp_path / "board.png")
    (ax,) = drawn[0].axes
    named = [text.get_text() for text in ax.get_yticklabels()]
    assert named == [
        "gru", "standard", "mut1\n1 of 3 seeds failed", "rnn\n2 of 3 seeds failed",
        "janet\n3 of 3 seeds failed",
    ]  # fmt: skip


@pytest.mark.parametrize(("ratios", "said"), [([1.26, 1.0], True), ([1.1, 0.9], False)])
def test_where_sizes_differ_it_says_what_compares_at_equal_size(ratios, said):
    row = SimpleNamespace(variant="gru", best=SimpleNamespace(cost={"parameters": 4513.0}))
    verdicts = lambda: pd.DataFrame({"weights_ratio": ratios})
    line = screen.equal_size(SimpleNamespace(verdicts=verdicts, rows=[row], reference="gru"))
    wanted = "cells of equal size: --set parameters=4513 in place of hidden, and another --out"
    assert line == (wanted if said else "")

"""Where a cell stands on the leaderboard: seeds that failed count as worst."""

from types import SimpleNamespace

import pandas as pd
import pytest
from helpers.records import make_record

from gatelab import tasks, variants
from gatelab.reporting import figures, screen, standing
from gatelab.reporting.report import Report
from gatelab.running.comparison import Comparison
from gatelab.tasks.framework.metrics import METRICS

BASELINES = {"always 1": 0.167}


class Ended:
    """A search whose trials have ended."""

    def __init__(self, records):
        self.all = records

    def records(self):
        return self.all

    def best(self):
        return next((record for record in self.all if record.state == "complete"), None)


def record(slot, test=None):
    best = {} if test is None else {"valid/mse": 0.2, "test/mse": test}
    cost = {"parameters": 10, "seconds": 1.0}
    return make_record("failed" if test is None else "complete", slot=slot, best=best, cost=cost)


def report(finals):
    """Of a study of these cells: {name: test scores of the final seeds, None for a failed one}."""
    task = tasks.make("adding")
    study = SimpleNamespace(sampler="random", finals=3, trials=1, tasks=[task], comparisons=[])
    for name, scores in finals.items():
        made = Comparison(task, variants.get(name), {}, {}, (0, 0), study)
        made.search = Ended([record(0, 0.01)])
        made.finals = Ended([record(slot, test) for slot, test in enumerate(scores)])
        study.comparisons.append(made)
    return Report(study, [BASELINES], [{}])


FINALS = {
    "rnn": (0.009, None, None),
    "gru": (0.010, 0.011, 0.012),
    "janet": (None, None, None),
    "mut1": (0.001, 0.001, None),
    "standard": (0.020, 0.021, 0.022),
}


def test_a_cell_with_failed_seeds_stands_below_all_whose_seeds_finished():
    board = report(FINALS).leaderboard()
    assert list(board.variant) == ["gru", "standard", "mut1", "rnn", "janet"]
    assert list(board.seeds_failed) == [0, 0, 1, 2, 3]
    assert list(board.beats_baseline) == [True, True, False, False, False]


@pytest.mark.parametrize(("metric", "better"), [("mse", "low"), ("accuracy", "high")])
def test_the_better_mean_comes_first_among_equals(metric, better):
    rows = pd.DataFrame(
        {"variant": ["high", "low"], "test_mean": [0.9, 0.1], "seeds_failed": [0, 0]}
    )
    assert standing.ranked(rows, METRICS[metric]).variant.iloc[0] == better


def test_the_table_and_the_picture_say_how_many_seeds_failed(monkeypatch, tmp_path):
    board = report(FINALS).leaderboard()
    table = screen.table(board, BASELINES, {})
    cells = dict(zip(table.columns[0]._cells, table.columns[2]._cells, strict=True))
    assert cells["rnn"] == "0.009 (2 of 3 seeds failed)"
    assert "failed" not in cells["gru"]
    assert table.columns[2].header == "test, 3 seeds"
    drawn = []
    monkeypatch.setattr(figures, "save", lambda figure, path: drawn.append(figure))
    figures.leaderboard([(board, BASELINES)], tmp_path / "board.png")
    (ax,) = drawn[0].axes
    named = [text.get_text() for text in ax.get_yticklabels()]
    assert named == [
        "gru", "standard", "mut1\n1 of 3 seeds failed", "rnn\n2 of 3 seeds failed",
        "janet\n3 of 3 seeds failed",
    ]  # fmt: skip

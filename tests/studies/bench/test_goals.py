"""What a cell is held to, and how tables show it."""

import pytest

from gatelab.studies.bench import goals, step_tables
from gatelab.studies.bench import results as kept


def test_misses_are_shown_as_misses():
    verdicts = goals.Verdicts()
    assert "✗" in verdicts.mark(goals.EAGER, 0.61, "0.61")
    assert "✗" not in verdicts.mark(goals.EAGER, 0.6, "0.60")
    assert verdicts.line() == "within goals: torch eager 1 of 2; 1 missed"


def timed(shape, ratio, limit, work=1.0, chain=1, over_units=0, variant="a"):
    """A row of ``steps``."""
    return {
        "shape": shape, "variant": variant, "milliseconds": 2.0,
        "first": 1.0, goals.LSTM: ratio, goals.LIMIT: limit, "work": work, "chain": chain,
        "over_units": over_units,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("row", "held_to", "met"),
    [
        (timed("S1", 1.0, 9.0), goals.LSTM, True),
        (timed("S1", 1.01, 1.0), goals.LSTM, False),  # nothing waits: no excuse
        (timed("S1", 1.7, 9.0, work=1.7), goals.LSTM, True),
        (timed("S1", 0.9, 1.0, work=0.5), goals.LSTM, True),  # less work is no duty
        (timed("S1", 1.01, 1.5, work=0.5, chain=2), goals.LIMIT, True),
        (timed("S1", 1.01, 1.51, over_units=9), goals.LIMIT, False),
    ],
)
def test_a_cell_is_held_to_its_work_or_to_its_own_limit(row, held_to, met):
    assert goals.judged(row) == (held_to, met)


def test_the_table_says_what_a_cell_is_held_to_and_why():
    rows = [
        timed("S1", 0.8, 1.9), timed("S2", 0.9, 1.8),
        timed("S1", 1.6, 1.2, work=1.7, variant="b"), timed("S2", 1.75, 1.3, variant="b"),
        timed("S1", 0.9, 1.6, chain=3, over_units=9, variant="c"),
        timed("S2", 1.2, 1.4, chain=3, over_units=9, variant="c"),
    ]  # fmt: skip
    legend, _, table = step_tables.markdown(rows, rate=240e9)
    assert "products at 240 GFLOP/s" in legend.replace("\n", " ")
    assert table.split("\n") == [
        "|  | S1 | S2 | work | limit | held to |",
        "| --- | --- | --- | --- | --- | --- |",
        "| a | 0.80 | 0.90 | 1.00 | 1.80-1.90 | 1.0 |",
        "| b | 1.60 | 1.75 ✗ | 1.00-1.70 | 1.20-1.30 | work |",
        "| c | 0.90 | 1.20 L | 1.00 | 1.40-1.60 | "
        "1.0; limit 1.40: a chain of 3 products, 9 functions of all units |",
    ]


def test_figures_that_are_kept_replace_older_ones(tmp_path):
    path = tmp_path / "speed.csv"
    kept.keep([timed("S1", 0.8, 1.9), timed("S2", 0.9, 1.8)], path)
    kept.keep([timed("S2", 0.7, 1.7)], path)
    assert path.read_text().splitlines() == [
        "variant,shape,milliseconds,ratio,work,limit",
        "a,S1,2,0.8,1,1.9",
        "a,S2,2,0.7,1,1.7",
    ]

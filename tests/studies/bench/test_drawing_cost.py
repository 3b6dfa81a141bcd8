"""What drawing batches costs beside an update."""

import time

import numpy as np
import pytest
from rich.console import Console

from gatelab import tasks
from gatelab.studies.bench import drawing, goals, tables
from gatelab.tasks.framework.errors import MissingData


def test_drawing_is_a_share_of_an_update(monkeypatch):
    held = lambda name: tasks.make(name, valid_sequences=2, test_sequences=2)
    monkeypatch.setattr(drawing, "make", held)
    monkeypatch.setattr(drawing, "WARM", 1)
    monkeypatch.setattr(drawing, "POOL", 2)
    (row,) = drawing.measure(["adding"], updates=2)
    assert row["task"] == "adding"
    assert 0 < row["share"] < 1
    assert row["share"] == pytest.approx(row["microseconds"] / (row["microseconds"] + row["rest"]))


def test_what_is_slow_is_shown_and_what_is_missing_said(monkeypatch, tmp_path):
    def slow(rng, size):
        until = time.process_time() + 0.02
        while time.process_time() < until:
            pass
        return tasks.Batch(np.zeros((size, 3, 2), np.float32), np.zeros((size, 1), np.float32))

    class Slow(tasks.Task):
        inputs = 2

        def splits(self, rng):
            return tasks.Splits(tasks.Stream(slow), slow(rng, 3), slow(rng, 3))

    def missing(name):
        raise MissingData("data not here")

    monkeypatch.setattr(drawing, "WARM", 1)
    monkeypatch.setattr(drawing, "POOL", 2)
    monkeypatch.setattr(drawing, "make", lambda name: Slow() if name == "slow" else missing(name))
    rows = [*drawing.measure(["slow", "absent"], updates=2)]
    assert rows[0]["share"] > 0.5
    assert rows[0]["microseconds"] > 19_000
    verdicts = goals.Verdicts()
    console = Console(record=True, width=100)
    console.print(tables.drawing(rows, verdicts))
    shown = console.export_text()
    assert "✗" in shown
    assert "data not here" in shown
    assert verdicts.counts == {"drawing a batch": (0, 1)}

"""What a study's folder says about its tasks comes back from it."""

import json
from types import SimpleNamespace

from gatelab.reporting.facts import TaskFacts
from gatelab.reporting.page import made
from gatelab.tasks.framework.metrics import METRICS

PLAIN = TaskFacts("plain", METRICS["mse"], {"always 1": 0.2}, kind="regression")
NOTED = TaskFacts("noted", METRICS["accuracy"], notes=("labels are named", "3 rows were left out"))


def test_notes_on_the_data_come_back_and_older_folders_have_none():
    written = json.loads(json.dumps(NOTED.to_json()))
    assert [*TaskFacts.from_json("noted", written).notes] == [*NOTED.notes]
    del written["notes"]
    assert TaskFacts.from_json("noted", written).notes == ()


def test_the_page_says_what_was_done_to_the_data_on_reading():
    table = made._tasks(SimpleNamespace(tasks=[PLAIN, NOTED]))
    assert [row[-1] for row in table.rows][1] == "labels are named; 3 rows were left out"
    assert len(made._tasks(SimpleNamespace(tasks=[PLAIN])).heads) == len(table.heads) - 1

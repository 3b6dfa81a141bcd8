"""A study that is made long by copying reads like one that was trained."""

import pytest
from helpers.searches import make, record

from gatelab.searching import reading
from gatelab.searching.storage import open_storage
from gatelab.studies.bench import copies, memory, scale
from gatelab.tracking.tracker import Tracker


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("copies")
    storage, tracker = open_storage(folder), Tracker(folder).start()
    search, parent = make(storage), tracker.start_parent("adding", "gru")
    for slot in range(3):
        asked = search.ask(slot)
        run = tracker.start_trial(parent, slot, asked.number)
        tracker.finish_trial(run, search.tell(asked, record(0.1 + slot, params=asked.params)))
    assert tracker.close() == 0
    storage.engine.dispose()
    assert copies.multiply(folder, 4, "mse") == 12
    return folder


def test_every_copy_has_a_slot_and_a_score_of_its_own(out):
    (records,) = reading.read(out).values()
    assert [r.slot for r in records] == [r.trial for r in records] == [*range(12)]
    assert len({r.score("valid", "mse") for r in records}) == 12
    assert records[4].curves == records[1].curves


def test_a_search_opens_with_them(out):
    storage = open_storage(out)
    search = make(storage)
    assert search.next_slot(range(13)) == 12
    assert search.best().slot == 0
    assert search.study.best_value == search.best().score("valid", "mse")
    storage.engine.dispose()


def test_the_log_has_a_run_of_each(out):
    from mlflow import MlflowClient

    client = MlflowClient(f"sqlite:///{out}/mlflow.db")
    (found,) = [e for e in client.search_experiments() if e.name == "adding"]
    runs = client.search_runs([found.experiment_id], "tags.kind = 'trial'")
    assert sorted(int(run.data.tags["slot"]) for run in runs) == [*range(12)]
    assert {len(run.data.metrics) for run in runs} == {len(runs[0].data.metrics)}


def test_each_measurement_is_told_with_its_peak(out, capsys):
    scale.measure("nothing", out)
    said = capsys.readouterr().out
    assert '"what": "nothing"' in said
    assert memory.peak_megabytes() > 10

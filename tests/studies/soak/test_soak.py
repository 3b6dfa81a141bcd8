"""A short soak, and that a soak sees what it looks for; docs/results/soak.md has the long ones."""

import signal
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest
from helpers.ends import counts

from gatelab.__main__ import main
from gatelab.foundation import origin
from gatelab.studies.soak import places, victims
from gatelab.studies.soak.counts import Counts, told
from gatelab.studies.soak.outcome import Outcome
from gatelab.studies.soak.soak import Soak, soak

pytestmark = pytest.mark.starts_workers
SHORT = (
    "--tasks", "adding:length=20,valid_sequences=16,test_sequences=16", "--variants", "gru",
    "--trials", "2", "--finals", "0", "--noise-draws", "0", "--no-page", "--workers", "1",
    "--checkpoint-seconds", "0.2", "--set", "updates=1000", "hidden=8", "batch=8",
)  # fmt: skip


class Scripted(places.Files):
    """Kills a worker as soon as there is one, then everything."""

    counts = Counts()

    @property
    def victims(self):
        return ("everything",) if self.counts.kills else ("worker",)


@pytest.fixture(scope="module")
def soaked(tmp_path_factory):
    folder = tmp_path_factory.mktemp("soak")
    lines = []
    place = Scripted()
    short = Soak(place, folder, kills=2, words=SHORT, every=1.5, said=lines.append)
    place.counts = short.counts
    return short.run(), folder, lines


def test_a_study_whose_processes_are_killed_is_as_if_nothing_had_been(soaked):
    found, folder, lines = soaked
    assert found.wrong == []
    assert found.kills == Counter({"worker": 1, "everything": 1})
    assert found.studies >= 1
    assert found.starts == found.studies + 1
    assert found.records == 2 * found.studies
    assert counts(folder / "study-1")[1] == {"FINISHED": 3}
    assert f"study {found.studies} is over" in lines


def test_the_counts_are_told_with_what_is_wrong(soaked):
    found = soaked[0]
    page = told("sqlite", found)
    assert "| everything | 1 |" in page
    assert "\nNothing differs.\n" in page
    assert origin.LINE.search(page)
    assert "WRONG: study 1 hangs" in told("sqlite", replace(found, wrong=["study 1 hangs"]))
    assert "Nothing differs" not in told("sqlite", replace(found, wrong=["study 1 hangs"]))


def test_a_folder_with_something_in_it_is_refused(tmp_path, capsys):
    (tmp_path / "study-1").mkdir()
    assert main(["soak", "--out", tmp_path]) == 2
    assert (
        capsys.readouterr().err == f"error: {tmp_path} is not empty: name another folder (--out)\n"
    )


@pytest.mark.parametrize("wrong", [[], ["study-1: a traceback"]])
def test_what_went_wrong_is_kept_to_be_looked_at(wrong, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(Soak, "run", lambda self: Counts(wrong=wrong))
    assert soak("sqlite").wrong == wrong
    assert len([*tmp_path.iterdir()]) == len(wrong)


def test_a_missing_package_is_named(monkeypatch, capsys):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert main(["soak", "--on", "dask"]) == 2
    assert "pip install 'gatelab[cluster]'" in capsys.readouterr().err


@pytest.fixture
def outcome(soaked):
    return Outcome.of(soaked[1] / "undisturbed")


def test_a_changed_number_is_seen(outcome):
    record = outcome.records["adding/gru#1"]
    curves = record["curves"] | {"train/loss": [np.nextafter(record["curves"]["train/loss"][0], 1)]}
    other = replace(
        outcome, records=outcome.records | {"adding/gru#1": record | {"curves": curves}}
    )
    found = Counts()
    found.compared(other, outcome)
    assert found.wrong == ["study 1, records: adding/gru#1 is changed"]


def test_weights_files_and_runs_too_many_are_seen(outcome):
    more = {"weights/adding/gru/trial-0009.npz": "0"}
    other = replace(
        outcome, weights=outcome.weights | more, files=[*outcome.files, "checkpoints/a.draft"],
        runs=outcome.runs | {"RUNNING": 1},
    )  # fmt: skip
    assert other.differences(outcome) == [
        "weights: weights/adding/gru/trial-0009.npz is too many",
        "runs: RUNNING is too many",
        "files: checkpoints/a.draft is too many",
    ]
    assert outcome.differences(other)[0].endswith("is lacking")


def test_a_study_in_a_database_on_a_server_has_no_file_of_trials(outcome):
    assert "study.json" in outcome.files
    assert not any(".db" in name for name in outcome.files)


def test_a_run_left_running_in_mlflow_is_seen(soaked, outcome):
    out = soaked[1] / "undisturbed"
    with closing(sqlite3.connect(out / "mlflow.db")) as log, log:
        log.execute("UPDATE runs SET status = 'RUNNING' WHERE name = 'gru#0001'")
    found = Outcome.of(out).differences(outcome)
    assert len(found) == 1
    assert "RUNNING is too many" in found[0]


class Stands:
    """Stands for a session with processes that train."""

    def __init__(self, *training):
        self.training = [*training]

    def trainers(self):
        return self.training

    def all(self):
        return ["itself", *self.training]


@pytest.mark.parametrize(
    ("victim", "struck"),
    [
        ("all workers", ["a", "b", "c"]),
        ("everything", ["conductor", "itself", "a", "a", "b", "c"]),
        ("conductor (SIGTERM)", ["conductor"]),
        ("scheduler", ["scheduler"]),
    ],
)
def test_a_victim_stands_for_processes_wherever_they_are(victim, struck, rng):
    conductor, scheduler, worker = Stands("a"), Stands(), Stands("b", "c")
    machines = {"scheduler": scheduler, "worker-0": worker}
    names = {conductor: "conductor", scheduler: "scheduler"}
    found = victims.targets(victim, conductor, machines, rng)
    assert [names.get(each, each) for each in found] == struck


def test_one_of_several_is_drawn_and_nobody_where_nobody_is(rng):
    conductor, scheduler, worker = Stands("a", "b"), Stands(), Stands("c")
    machines = {"scheduler": scheduler, "worker-0": worker}
    drawn = {victims.targets("worker", conductor, machines, rng)[0] for _ in range(50)}
    assert drawn == {"a", "b", "c"}
    assert victims.targets("Dask worker (SIGTERM)", conductor, machines, rng) == [worker]
    assert victims.targets("worker", Stands(), {}, rng) == []
    assert victims.signal_of("worker (SIGTERM)") == signal.SIGTERM
    assert victims.signal_of("worker") == signal.SIGKILL

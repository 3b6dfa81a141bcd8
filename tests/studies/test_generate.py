"""Samples of a study: logged with it, and what `gatelab generate` draws from it."""

from pathlib import Path

import pytest
from helpers.command import command
from helpers.drawing import rng
from helpers.studies import toy_study
from helpers.written import LETTERS, Letters, Scales

from gatelab import Network, tasks
from gatelab.networks.generating import generate
from gatelab.reporting import midi
from gatelab.tasks.shared.writers import Symbols

pytestmark = [pytest.mark.in_process]
main = command("generate")


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    out = tmp_path_factory.mktemp("study")
    toy_study(out, tasks=[Letters(), Scales()]).run()
    return out


def weights(out, task):
    return out / "weights" / task / "standard" / "trial-0000.npz"


def test_the_best_trials_sample_is_logged(study):
    from mlflow import MlflowClient

    client = MlflowClient(f"sqlite:///{study}/mlflow.db")
    logged = {}
    for task in ("letters", "scales"):
        home = client.get_experiment_by_name(task).experiment_id
        (parent,) = client.search_runs([home], "tags.kind = 'study'")
        logged |= {a.path: parent.info.run_id for a in client.list_artifacts(parent.info.run_id)}
    suffixes = {"txt", "png"} | ({"mid"} if midi.available() else set())
    assert {n.partition(".")[2] for n in logged if n.startswith("sample-0000")} == suffixes
    text = client.download_artifacts(logged["sample-0000.txt"], "sample-0000.txt", str(study))
    head, written = Path(text).read_text().split("\n\n")
    assert "40 steps of a test sequence" in head
    assert written[:40] in 9 * LETTERS
    assert len(written.strip()) == 40 + Symbols.steps


def test_a_study_that_is_continued_has_the_same_sample(study):
    kept = study / "samples" / "letters" / "standard" / "sample-0000.txt"
    before = kept.read_text()
    kept.unlink()
    toy_study(study, tasks=[Letters()]).run()
    assert kept.read_text() == before


# The command line --------------------------------------------------------------------------------


@pytest.fixture
def known():
    for task in (Letters, Scales):
        tasks.register(task.name)(task)


@pytest.mark.usefixtures("known")
def test_the_command_prints_text(study, capsys):
    asked = ["--task", "letters", "--length", "30", "--opening", "fed", "--seed", "4"]
    assert main([str(study), *asked, "--temperature", "0.5"]) == 0
    made = Network.load(weights(study, "letters"))
    sample = generate(made, Letters(), 30, rng(4), "fed", 0.5)
    assert capsys.readouterr().out == Letters().writer().shown(sample.x) + "\n"
    assert main([str(weights(study, "letters")), *asked, "--out", str(study / "mine.txt")]) == 0
    assert (study / "mine.txt").read_text().startswith("fed")


@pytest.mark.usefixtures("known")
def test_the_command_writes_music(study, capsys):
    asked = [str(study), "--task", "scales", "--from-test", "5", "--length", "8"]
    assert main([*asked, "--out", str(study / "mine.png")]) == 0
    said = capsys.readouterr()
    assert (study / "mine.png").exists()
    assert (study / "mine.mid").exists() == midi.available()
    assert ("mido" in said.err) != midi.available()


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("--task letters --opening xyz", "'x', which is none of the task's 6 symbols"),
        ("--task letters --temperature -1", "temperature of 0 or more"),
        ("--task letters --length 0", "at least 1 step"),
        ("--task letters --variant gru", "no weights of gru"),
        ("--task letters --from-test 3 --sequence 99", "9 test sequences"),
        ("--task adding", "no weights in"),
        ("--task leters", "did you mean letters"),
    ],
)
def test_the_command_refuses_in_one_line(study, words, complaint, capsys):
    assert main([str(study), *words.split()]) == 2
    said = capsys.readouterr().err
    assert complaint in said
    assert said.count("\n") == 1


@pytest.mark.usefixtures("known")
def test_the_command_refuses_a_network_of_another_task(study, capsys):
    assert main([str(weights(study, "letters")), "--task", "scales"]) == 2
    assert "does not fit scales" in capsys.readouterr().err
    assert main([str(study), "--task", "letters", "--seed", "-1"]) == 2
    assert capsys.readouterr().err == "error: --seed: -1 is not in the range x>=0\n"

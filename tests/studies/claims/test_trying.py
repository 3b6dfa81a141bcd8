"""The studies of claims: what they hold, that arms are paired, and runs of toy size."""

import json
from dataclasses import replace

import pandas as pd
import pytest
from helpers.command import command
from helpers.refusals import refused

from gatelab.errors import ClaimError
from gatelab.studies.claims import draws, larger, reading, telling, trying
from gatelab.tasks import Splits
from gatelab.trials import space
from gatelab.trials.trial import run_trial, splits_of

TINY = {"updates": 2, "batch": 4}
OWN = [name for name in reading.names() if not reading.find(name).study]


def toy(name, trials, **sizes):
    """A claim with a tiny budget."""
    claim = reading.find(name)
    tasks = {task: f"{text},{','.join(f'{k}={v}' for k, v in sizes.items())}" if sizes else text
             for task, text in claim.tasks.items()}  # fmt: skip
    return replace(claim, draws=trials, tasks=tasks, settings={**claim.settings, **TINY})


def few(splits):
    """The same training data, and four sequences to validate and test on."""
    return Splits(splits.train, *(part.rows(slice(0, 4)) for part in (splits.valid, splits.test)))


@pytest.mark.parametrize("name", OWN)
def test_the_first_draw_of_every_study_can_be_trained(name, tmp_path):
    """One arm of each study on each task; the cells are certified elsewhere."""
    for _, study in trying.studies(toy(name, 1), tmp_path, workers=1, quiet=True):
        for task in study.tasks:
            first = next(c for c in study.comparisons if c.task is task)
            drawn = {n: space.draw(e, study.seed, 0, n) for n, e in first.space.items()}
            given, data = first.fixed | drawn, few(splits_of(task, study.seed))
            record = run_trial(task, first.variant, given, study.seed, 0, data)
            assert record.state == "complete"
            assert record.score("test", task.metric) is not None
    assert not [*tmp_path.iterdir()]  # nothing is written before a study runs


def test_arms_with_the_same_settings_share_a_study():
    names = [[arm.name for arm in arms] for arms in trying.groups(reading.find("forget_bias"))]
    assert names == [["bias_0", "gru"], ["bias_1"]]


@pytest.mark.in_process
def test_at_toy_size(tmp_path):
    claim = toy("forget_bias", 2, length=8, valid_sequences=16, test_sequences=16)
    found = trying.run(claim, tmp_path, workers=1, quiet=True)
    assert len(found) == claim.trials == 6
    assert set(found.arm) == {"bias_0", "bias_1", "gru"}
    sizes = found.pivot(index="draw", columns="arm", values="parameters")
    assert (sizes.bias_0 == sizes.bias_1).all()  # drawn alike, though in two studies
    assert len(set(sizes.bias_0)) == 2
    scores = found.pivot(index="draw", columns="arm", values="test")
    assert (scores.bias_0 != scores.bias_1).all()
    kept = draws.read(claim, tmp_path)
    pd.testing.assert_frame_equal(kept.draws, found.round({"seconds": 2}), check_dtype=False)
    assert "2 shared draws can never show" in telling.said(claim, found)
    written = (tmp_path / "forget_bias.csv").read_bytes()
    trying.run(claim, tmp_path, workers=1, quiet=True)  # it has been run
    assert (tmp_path / "forget_bias.csv").read_bytes() == written
    with refused(ClaimError, "forget_bias was changed after its study began"):
        trying.run(replace(claim, draws=3), tmp_path, workers=1, quiet=True)


def published(cells, tests):
    """The draws of a study on chorales, as it publishes them."""
    return pd.DataFrame(
        {
            "task": "chorales", "variant": cell, "draw": k, "state": "complete",
            "valid": 9 - 0.01 * k, "test": tests[cell] + 0.001 * k, "parameters": 100,
            "seconds": 1.0, "lr": 0.1 + k,
        }
        for cell in cells
        for k in range(20)
    )  # fmt: skip


def test_a_claim_may_rest_on_a_larger_study(tmp_path, monkeypatch):
    monkeypatch.setattr(larger, "RESULTS", tmp_path)
    claim, out = reading.find("odyssey_critical"), tmp_path / "claims" / "odyssey_critical"
    with refused(ClaimError, "rests on the study odyssey: run it first, for .*odyssey.csv"):
        trying.run(claim, out)
    assert not out.exists()
    tests = {"peephole": 8.5, "no_forget_gate": 8.9, "standard": 8.5, "no_output_activation": 8.8}
    published(tests, tests).to_csv(tmp_path / "odyssey.csv", index=False)
    found = trying.run(claim, out)
    assert set(found.arm) == {"V", "NFG", "NOAF"}
    assert telling.state(claim, draws.read(claim, out).draws) == "reproduced"
    trying.run(claim, out)
    more = pd.concat([published(tests, tests)] * 2)
    more.to_csv(tmp_path / "odyssey.csv", index=False)
    with refused(ClaimError, "was decided on 60 trials; on more it would be a second look"):
        trying.run(claim, out)
    with refused(ClaimError, "needs full_gate_recurrence on chorales, which is not in"):
        trying.run(reading.find("odyssey_recurrence"), out.parent / "odyssey_recurrence")


def test_the_settings_of_a_larger_study_come_with_its_draws(tmp_path, monkeypatch):
    monkeypatch.setattr(larger, "RESULTS", tmp_path)
    claim = replace(reading.find("odyssey_rate"), search={"lr": (0.1, 30.0, "log")})
    published(["peephole"], {"peephole": 8.5}).to_csv(tmp_path / "odyssey.csv", index=False)
    assert [*trying.run(claim, tmp_path / "claims" / "rate")["params.lr"][:2]] == [0.1, 1.1]


# What is fixed stays fixed ------------------------------------------------------------------------


def test_a_claim_is_noted_before_its_study_and_kept(tmp_path):
    claim = reading.find("parity")
    trying.note(claim, tmp_path / "parity")
    noted = json.loads((tmp_path / "parity" / trying.NOTE).read_text())
    assert noted["digest"] == claim.digest
    trying.refuse_changed(replace(claim, said="In other words."), tmp_path / "parity")
    with refused(ClaimError, "changed after its study began"):
        trying.refuse_changed(replace(claim, seed=2), tmp_path / "parity")


def test_draws_of_another_claim_are_refused(tmp_path):
    claim = reading.find("parity")
    assert draws.read(claim, tmp_path) is None
    draws.write(claim, pd.DataFrame(columns=draws.COLUMNS), tmp_path)
    assert draws.read(claim, tmp_path).origin.startswith("Made by `")
    with refused(ClaimError, "draws of another claim than parity is today"):
        draws.read(replace(claim, draws=17), tmp_path)


def test_with_all_a_claim_that_cannot_be_run_is_left_out(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(larger, "RESULTS", tmp_path)
    monkeypatch.setattr(reading, "names", lambda: ["odyssey_best", "odyssey_critical"])
    assert command("claims")(["--all", "--out", str(tmp_path / "claims")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert all(line.startswith("left out: odyssey_") for line in lines)


# The command --------------------------------------------------------------------------------------


def test_without_a_name_all_are_listed(tmp_path, capsys):
    trying.note(reading.find("parity"), tmp_path / "parity")
    assert command("claims")(["--out", str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[:-1]] == reading.names()
    assert next(line for line in lines if line.startswith("parity ")).split()[1] == "begun"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["paritty"], "unknown claim 'paritty'; did you mean parity?"),
        (["no/such.toml"], "cannot use no/such.toml: No such file or directory"),
        (["parity", "--all"], "give names, --all or --write, one of them"),
        (["--all", "--write", "x.md"], "--write is not allowed with --all"),
        (["--write", "x.html"], "the page is Markdown; write x.md"),
    ],
)
def test_a_wrong_command_is_refused_in_a_line(words, said, tmp_path, capsys):
    assert command("claims")([*words, "--out", str(tmp_path / "out")]) == 2
    complaint = capsys.readouterr().err
    assert said in complaint
    assert complaint.count("\n") == 1
    assert not (tmp_path / "out").exists()

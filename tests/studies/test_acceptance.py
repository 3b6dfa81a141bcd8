"""The table of promises: names that exist, settings that studies take, verdicts both ways."""

from types import SimpleNamespace

import pandas as pd
import pytest
from helpers.command import command

from gatelab import tasks
from gatelab.studies import acceptance
from gatelab.studies.promises import PROMISES, Promise
from gatelab.trials.settings import complete


def promise(**changes):
    given = {"name": "mine", "task": "digits", "variant": "a", "target": 2.0, "reference": "me"}
    return Promise(**{**given, "settings": {}, **changes})


def result(metric="nll", mean=1.0, failed=0, roc_auc=(0.5, 0.5)):
    row = {"variant": "a", "metric": metric, "test_mean": mean, "test_std": 0.1}
    row |= {"seeds_failed": failed, "baseline": 3.0, "baseline_name": "guess"}
    trials = pd.DataFrame({"variant": "a", "test_roc_auc": roc_auc})
    return SimpleNamespace(leaderboard=pd.DataFrame([row]), trials=trials)


@pytest.mark.parametrize("mean", [1.0, 2.0, 3.0])
@pytest.mark.parametrize(("metric", "bound"), [("nll", "at most 2.0"), ("solved", "at least 2.0")])
def test_the_direction_is_the_metrics_and_the_target_itself_is_reached(metric, bound, mean):
    row = acceptance.verdict(promise(), result(metric, mean), {})
    assert len(row) == len(acceptance.HEAD)
    assert row[3] == bound
    assert row[4] == f"{mean:.4g} ± 0.1"
    assert row[5] == "3 (guess)"
    held = mean <= 2 if metric == "nll" else mean >= 2
    assert row[-1] == ("reached" if held else "MISSED")


def test_a_seed_that_failed_is_a_miss():
    assert acceptance.verdict(promise(), result(failed=1), {})[-1] == "MISSED"


def test_another_score_of_the_test_split_may_be_promised():
    further = {"guess": {"roc_auc": 0.5, "other": 1.0}, "better guess": {"roc_auc": 0.7}}
    runs = {(0.9, 1.0): "reached", (0.8, 1.0): "MISSED", (1.0, float("nan")): "MISSED"}
    for found, expected in runs.items():
        one, ran = promise(score="roc_auc", target=0.95), result(roc_auc=found)
        row = acceptance.verdict(one, ran, further)
        assert (row[2], row[3], row[-1]) == ("roc_auc", "at least 0.95", expected)
        assert row[5] == "0.7 (better guess)"


@pytest.mark.parametrize("one", PROMISES, ids=lambda p: f"{p.name} {p.variant}")
def test_every_promise_is_a_study_that_can_be_made(one, tmp_path):
    made = acceptance.study([one], tmp_path, 1)
    assert made.tasks[0].name == one.name
    assert {*complete(one.settings)} >= {*one.settings}
    assert made.trials == (one.trials or one.seeds)
    assert isinstance(made.tasks[0], tasks.get(one.task))
    assert not list(tmp_path.iterdir())


def test_promises_that_share_a_study_share_all_but_the_cell(tmp_path):
    """They are neighbours in the table and agree in task, settings and budget."""
    by_name = {}
    for place, one in enumerate(PROMISES):
        by_name.setdefault(one.name, []).append((place, one))
    for several in by_name.values():
        places, promises = zip(*several, strict=True)
        assert list(places) == list(range(places[0], places[0] + len(places)))
        shared = {(p.task, repr(p.settings), repr(p.options), p.seeds, p.trials) for p in promises}
        assert len(shared) == 1
        assert len({(p.variant, p.score) for p in promises}) == len(promises)


def test_unknown_promises_are_refused_in_one_line(tmp_path, capsys):
    assert command("acceptance")(["--only", "digit", "--out", str(tmp_path / "a")]) == 2
    err = capsys.readouterr().err
    assert err.startswith("error: unknown promise 'digit'; did you mean digits_rows")
    assert err.count("\n") == 1


def test_a_promise_is_run_and_kept_as_markdown(tmp_path, monkeypatch, capsys):
    toy = promise(task="adding", variant="rnn", settings={"updates": 4, "hidden": 4}, seeds=2,
                  options={"length": 6})  # fmt: skip
    monkeypatch.setattr(acceptance, "PROMISES", (toy,))
    assert command("acceptance")(["--out", str(tmp_path), "--workers", "1"]) == 0
    table = (tmp_path / "acceptance.md").read_text()
    assert table in capsys.readouterr().out
    *_, row, _, made = table.splitlines()
    assert row.startswith("| mine | rnn | mse | at most 2.0 | ")
    assert made.startswith("Made by `")

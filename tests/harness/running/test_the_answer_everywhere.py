"""One small study from trials to the answer: right, and the same words wherever people look."""

import html
import re
import sys

import cloudpickle
import pytest
from helpers import forgetting
from helpers.forgetting import Latest

from gatelab import Study, variants
from gatelab.reporting import words

pytestmark = pytest.mark.in_process
cloudpickle.register_pickle_by_value(forgetting)


@pytest.fixture(scope="module")
def answered(tmp_path_factory):
    """(folder, result, what the terminal showed) of the LSTM, itself renamed, and a cell that
    cannot forget."""
    out = tmp_path_factory.mktemp("answered") / "runs"
    standard = variants.get("standard")
    renamed = variants.register("renamed")(type("Renamed", (standard,), {}))
    with pytest.MonkeyPatch.context() as patched:
        lines = []
        patched.setattr(sys.stdout, "write", lambda text: lines.append(text) or len(text))
        result = Study(
            [Latest()], [standard, renamed, "no_forget_gate"], trials=14, noise_draws=4,
            confirm=0, finals=1, workers=2, out=out, search={"lr": (0.01, 0.03, "log")},
            settings={"updates": 250, "hidden": 8, "batch": 16, "clip": 1.0, "output_dropout": 0.0},
        ).run()  # fmt: skip
    return out, result, "".join(lines)


def test_a_renamed_cell_is_not_better_and_one_that_cannot_forget_is_worse(answered):
    _, result, _ = answered
    verdicts = result.verdicts.set_index("variant")
    assert verdicts.verdict["renamed"] in ("equal", "not decided")
    assert verdicts.difference["renamed"] == 0
    assert verdicts.verdict["no_forget_gate"] == "worse"
    assert verdicts.low["no_forget_gate"] > 0


def test_terminal_page_csv_and_log_say_the_same(answered):
    out, result, terminal = answered
    page = html.unescape(re.sub(r"<[^>]+>", "", (out / "report.html").read_text()))
    log = described(out)
    for row in result.verdicts.itertuples():
        assert flat(words.sentence(row)) in flat(terminal)
        assert flat(words.sentence(row)) in flat(page)
        assert flat(words.body(row)) in flat(log)
        assert words.sentence(row) in (out / "verdicts.csv").read_text().replace('""', '"')


def flat(text):
    """The text with single spaces, without Markdown's backslashes and colours."""
    return " ".join(re.sub(r"\x1b\[[0-9;]*m|\\", "", text).split())


def described(out):
    """The description of the task's experiment in MLflow."""
    from mlflow import MlflowClient

    client = MlflowClient(f"sqlite:///{out}/mlflow.db")
    return client.get_experiment_by_name("latest").tags["mlflow.note.content"]

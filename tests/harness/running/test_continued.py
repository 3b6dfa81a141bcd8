"""Workers that are killed or told to end in the middle of a trial: it continues where it was."""

import os
import signal
import sys
from functools import partial

import cloudpickle
import pytest
from helpers.ends import counts
from helpers.studies import SETTINGS, SIZES, toy_study

from gatelab.reporting.ledger import Ledger
from gatelab.tasks.adding import Adding
from gatelab.tasks.framework.batches import Stream

pytestmark = [pytest.mark.starts_workers]
cloudpickle.register_pickle_by_value(sys.modules[__name__])
UPDATES, TRIALS = 40, 4
HARMLESS = int(signal.SIGCONT)
COSTS = ("cost", "over", "weights", "trial")  # and its number in Optuna


def in_training():
    frame = sys._getframe()
    while frame and frame.f_code.co_name != "_update":
        frame = frame.f_back
    return frame is not None


def ending(rng, size, draw, sent, log, at):
    """Draw a batch; the process that draws the one with number ``at`` gets a signal."""
    if in_training():
        with open(log, "a") as file:
            file.write("x")
            if file.tell() == at:
                os.kill(os.getpid(), sent)
    return draw(rng, size)


class Ending(Adding):
    sent = int(signal.SIGTERM)
    log = "none"
    at = UPDATES * 3 // 2

    def splits(self, rng):
        splits = super().splits(rng)
        more = {"sent": self.sent, "log": self.log, "at": self.at}
        return splits._replace(train=Stream(partial(ending, draw=splits.train.draw, **more)))


def study(out, task):
    settings = SETTINGS | {"updates": UPDATES, "input_dropout": 0.2}
    given = {"variants": ["gru"], "trials": TRIALS, "workers": 2, "settings": settings}
    return toy_study(out, tasks=[task], search={"lr": (1e-3, 1e-2, "log")},
                     checkpoint_seconds=1e-3, **given)  # fmt: skip


def numbers(out):
    """The records of all trials without what they cost, which includes the time."""
    records = [record for row in Ledger.read(out).rows for record in row.records]
    assert len(records) == TRIALS
    return [{k: v for k, v in r.to_json().items() if k not in COSTS} for r in records]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    out = tmp_path_factory.mktemp("whole")
    study(out, Ending(**SIZES, sent=HARMLESS, log=str(out / "log"))).run()
    return numbers(out)


@pytest.mark.parametrize(("sent", "repeated"), [("TERM", 0), ("KILL", 8)])
def test_a_worker_that_ends_costs_no_more_than_the_time_since_its_checkpoint(
    sent, repeated, whole, tmp_path
):
    """SIGTERM costs nothing. SIGKILL costs the updates since, and ends the other worker, too."""
    out, log = tmp_path / "out", tmp_path / "log"
    task = Ending(**SIZES, sent=int(signal.Signals[f"SIG{sent}"]), log=str(log))
    study(out, task).run()
    drawn = len(log.read_text())
    assert UPDATES * TRIALS <= drawn <= UPDATES * TRIALS + repeated
    assert numbers(out) == whole
    assert counts(out)[0] == {"COMPLETE": TRIALS}
    assert "RUNNING" not in counts(out)[1]
    assert not (out / "checkpoints").exists()

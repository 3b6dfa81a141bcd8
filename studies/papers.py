"""The numbers of sequences that the papers report, as data, and the runs to compare with them.

Hochreiter, Schmidhuber (1997), Neural Computation 9(8), tables 1, 2, 4, 5, 6, 7, 8 and 9, means of
10 to 30 runs each; Weiss, Goldberg, Yahav (2018), ACL, arXiv:1805.04908.
"""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from gatelab import Network, tasks, variants
from gatelab.tasks.counting import LETTERS, strings
from gatelab.tasks.framework.stopping import judge
from gatelab.trials.solving import solve
from gatelab.trials.trial import run_trial, splits_of

TIMES = 3  # multiple of the paper's number up to which an experiment is reached
PATIENCE = 5  # multiple of the paper's number after which a run is given up
CHRONO = {"init": "chrono", "hidden": 8, "lr": 3e-3}
KEEPING = {"hidden": 16, "lr": 3e-3}


@dataclass(frozen=True)
class Protocol:
    """An experiment of a paper: a task with its stop rule, and a cell with settings found for it.

    Attributes:
        name: of the experiment.
        task, options: of the task.
        paper: number of training sequences that the paper reports.
        tested: the paper's errors on test sequences after training, if it reports them.
        cell, settings: what is trained.
    """

    name: str
    task: str
    paper: int
    tested: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    cell: str = "standard"
    settings: Mapping[str, Any] = field(default_factory=lambda: CHRONO)

    @property
    def rule(self):
        """The task's stop rule."""
        return tasks.make(self.task, **self.options).stop

    @property
    def given(self):
        """The arguments of ``sequences``, without the seed."""
        return {
            "task": self.task, "options": dict(self.options), "cell": self.cell,
            "settings": dict(self.settings), "budget": PATIENCE * self.paper,
        }  # fmt: skip


PROMISED = (
    Protocol("adding, T = 100", "adding_ragged", 74_000, "1 of 2,560, error below 0.01"),
    Protocol("temporal order 6a", "temporal_order", 31_390, "1 of 2,560, error below 0.1"),
    Protocol("long lag 2a, p = 100", "long_lag", 5_040, cell="no_forget_gate", settings=KEEPING),
    Protocol(
        "embedded Reber", "embedded_reber", 8_440, "none",
        settings={"hidden": 16, "lr": 1e-2},
    ),
)  # fmt: skip
BESIDE = (
    Protocol("long lag 2a, p = 100", "long_lag", 5_040),
    Protocol("long lag 2a, p = 100", "long_lag", 5_040, cell="original", settings=KEEPING),
    Protocol(
        "long lag 2b, p = 100", "long_lag", 5_680, options={"form": "2b"},
        cell="no_forget_gate", settings=KEEPING,
    ),
    Protocol("two sequences 3a", "two_sequence", 39_850, "0.5 of 2,560"),
    Protocol("two sequences 3b", "two_sequence", 43_250, "21 of 2,560", {"form": "3b"}),
    Protocol(
        "two sequences 3c", "two_sequence", 269_650, "14 of 2,560, error 0.014", {"form": "3c"},
        settings=CHRONO | {"lr": 1e-3},
    ),
    Protocol(
        "multiplication, n = 140", "multiplication", 482_000, "139 of 2,560, error below 0.026"
    ),
    Protocol("temporal order 6b", "temporal_order", 571_100, "2 of 2,560", {"classes": 8}),
)  # fmt: skip

READING = {"hidden": 32, "lr": 1e-2, "batch": 32, "updates": 6000}
COUNTING = {"init": "chrono", "hidden": 20, "lr": 1e-2, "batch": 1, "updates": 20_000}
LSTMS = ("standard", "peephole", "original", "no_forget_gate")
#: Cells that learn a^n b^n up to ``TRAINED``, and their settings. LSTMs should count beyond that.
COUNTERS = dict.fromkeys((*LSTMS, "gru"), COUNTING)
TRAINED, BEYOND, LONGEST = 50, 100, 1000


def sequences(task, options, cell, settings, budget, seed):
    """Train until the task is solved or the budget is spent; returns the record of ``solve``."""
    task = tasks.make(task, **options)
    return solve(task, variants.get(cell), settings, seed, budget=budget)


def legal_symbols(cell, settings, seed):
    """How well a cell predicts unseen strings of the embedded Reber grammar after a fixed budget.

    Returns:
        {"legal": share of steps with exactly the legal symbols, "strings": number of strings}.
    """
    task = tasks.make("embedded_reber", valid_sequences=256)
    splits = splits_of(task, seed)
    record = run_trial(task, variants.get(cell), settings, seed, 0, splits)
    return {"legal": record.best["test/legal"], "strings": len(splits.test.x)}


def counted(cell, settings, trained, longest, seed):
    """How far a cell counts that was trained on a^n b^n with n up to ``trained``.

    Returns:
        {"accepted": the largest n, at most ``longest``, up to which every string is accepted}.
    """
    task = tasks.make("counting", train_n=trained, test_n=2 * trained)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "weights.npz"
        run_trial(
            task, variants.get(cell), settings, seed, 0, splits_of(task, seed), weights=path
        )  # fmt: skip
        return {"accepted": reach(Network.load(path), task, longest)}


def reach(network, task, longest, at_once=50):
    """The largest n up to which every string is accepted: all predicted sets are exactly right."""
    for first in range(1, longest + 1, at_once):
        n = np.arange(first, min(first + at_once, longest + 1))
        batch = strings(n, LETTERS[task.language])
        outputs = network.predict(batch.x, batch.lengths)
        right = judge(task.stop, task.kind, outputs, batch).right
        if not right.all():
            return int(n[right.argmin()]) - 1
    return longest

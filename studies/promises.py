"""What a correct implementation should reach, as data: protocols, settings, targets and sources.

The targets on real data are scores of torch's own layers under the same protocol, minus a margin
for the seed. The protocols are in the tasks' docstrings.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Promise:
    """A task with options, a cell with settings, and the test score that they should reach.

    Attributes:
        name: of the task in the table, and of the study's folder.
        task, options: of the task.
        variant: of the cell.
        target: the test score to reach.
        reference: where the target comes from.
        settings: fixed settings.
        seeds: number of runs with these settings, if nothing is searched.
        trials: number of trials of a search, whose best settings are trained with fresh seeds; None
            for no search.
        score: a score of the test split, if it is not the task's metric.
        up: whether more of ``score`` is better.
    """

    name: str
    task: str
    variant: str
    target: float
    reference: str
    settings: Mapping[str, Any]
    options: Mapping[str, Any] = field(default_factory=dict)
    seeds: int = 4
    trials: int | None = None
    score: str | None = None
    up: bool = True


FALLING = {"schedule": "linear", "lr": 3e-3}  # the learning rate falls to 0 at the last update
WHOLE = {"validation": "none", "patience": None}  # nothing is held out or selected
DIGITS = {**FALLING, "hidden": 64, "batch": 32, "epochs": 60}
CHORALES = {
    "hidden": 128, "batch": 1, "output_dropout": 0.25, "clip": 5.0, "epochs": 50,
    "schedule": "constant",
}  # fmt: skip
SHAKESPEARE = {**FALLING, "lr": 5e-3, "hidden": 128, "batch": 32, "clip": 1.0, "epochs": 8}

PROMISES = (
    Promise(
        "adding_100", "adding", "standard", 0.01, "always 1: .167",
        {"updates": 6000}, {"length": 100}, trials=20,
    ),
    Promise(
        "adding_100", "adding", "gru", 0.01, "always 1: .167",
        {"updates": 6000}, {"length": 100}, trials=20,
    ),
    Promise("reber", "embedded_reber", "standard", 1.0, "the paper: all legal", {}, trials=10),
    Promise(
        "digits_rows", "digits", "standard", 0.89, "torch LSTM .911",
        DIGITS, {"order": "rows", **WHOLE},
    ),
    Promise(
        "digits_pixels", "digits", "standard", 0.78, "torch LSTM .869",
        DIGITS, {"order": "pixels", **WHOLE},
    ),
    Promise(
        "santa_fe", "santa_fe", "standard", 0.03, "torch LSTM .0067; AR(50) .196",
        {**FALLING, "lr": 5e-3, "hidden": 32, "batch": 16, "epochs": 40},
    ),
    Promise(
        "japanese_vowels", "japanese_vowels", "standard", 0.94, "torch LSTM .951 to .965",
        {**FALLING, "hidden": 64, "batch": 30, "epochs": 60}, WHOLE,
    ),
    Promise(
        "spoken_digits", "spoken_digits", "standard", 0.96, "torch LSTM .973",
        {**FALLING, "hidden": 64, "batch": 50, "epochs": 30}, WHOLE,
    ),
    Promise(
        "chorales_lstm", "chorales", "standard", 8.5, "torch LSTM 8.33 to 8.38; Bai 2018: 8.45",
        {**CHORALES, "lr": 2e-3}, {"patience": None}, seeds=2,
    ),
    Promise(
        "chorales_gru", "chorales", "gru", 8.7, "torch GRU 8.51; Bai 2018: 8.43",
        {**CHORALES, "lr": 3e-3}, {"patience": None}, seeds=2,
    ),
    Promise(
        "chorales_rnn", "chorales", "rnn", 8.85, "torch tanh 8.66; Bai 2018: 8.91",
        {**CHORALES, "lr": 5e-4}, {"patience": None}, seeds=2,
    ),
    Promise(
        "shakespeare", "shakespeare", "standard", 1.80, "torch LSTM 1.712",
        SHAKESPEARE, {"validation": "none"}, seeds=2,
    ),
    Promise(
        "etth1_24", "etth1", "standard", 0.46, "torch LSTM .422; the last day again: .424",
        {"lr": 1e-3, "hidden": 64, "batch": 64, "epochs": 5, "schedule": "constant"},
        {"history": "before"}, seeds=2,
    ),
    Promise(
        "surnames", "surnames", "standard", 0.78, "torch LSTM .799",
        {**FALLING, "hidden": 128, "batch": 64, "epochs": 20}, WHOLE,
    ),
    Promise(
        "ucr_anomaly", "ucr_anomaly", "standard", 0.99, "torch LSTM .998",
        {**FALLING, "hidden": 32, "batch": 16}, score="roc_auc",
    ),
    Promise(
        "ucr_anomaly", "ucr_anomaly", "standard", 1.0, "the peak falls in the anomaly",
        {**FALLING, "hidden": 32, "batch": 16}, score="peak_inside",
    ),
)  # fmt: skip

"""Anomalies ranked by a forecast's error."""

import numpy as np
import pytest

from gatelab.tasks import Batch
from gatelab.tasks.shared import anomalies
from gatelab.tasks.shared.anomalies import Anomalies


class Tiny(Anomalies):
    """Seven steps, of which the first is only read and the fourth and fifth are anomalous."""

    name = "tiny"
    smoothing = 1

    def anomalous(self):
        return np.array([0, 0, 0, 1, 1, 0, 0], bool)


def tiny(errors):
    """Outputs with these errors, either side, against targets of which the first is missing."""
    y = np.array([np.nan, 3, 1, 4, 1, 5, 9], np.float32)[None, :, None]
    outputs = np.nan_to_num(y)
    outputs[0, 1:, 0] += errors
    return outputs, Batch(np.zeros_like(y), y)


def test_scores_by_hand():
    # Of 2 x 4 pairs one is the wrong way round: .5 of a false step above .4 of a true one.
    scores = Tiny().further_scores(*tiny([0.1, -0.5, -0.8, 0.4, 0.3, -0.2]))
    assert scores == pytest.approx(
        {"roc_auc": 7 / 8, "average_precision": (1 + 2 / 3) / 2, "peak_inside": 1}
    )
    # A tie counts half; the highest score is outside.
    scores = Tiny().further_scores(*tiny([0.0, 1.0, 0.5, 0.5, 0.5, 0.0]))
    assert scores == pytest.approx(
        {"roc_auc": (2 + 0.5 + 2 + 0.5) / 8, "average_precision": 2 / 4, "peak_inside": 0}
    )


def test_errors_are_averaged_around_each_step():
    assert anomalies.smoothed(np.array([0.0, 3, 0, 6, 9]), 3).tolist() == [1, 1, 3, 5, 8]
    lone_peak = tiny([0.0, 0, 0.6, 0.6, 0, 0.9])
    assert Tiny(smoothing=1).further_scores(*lone_peak)["peak_inside"] == 0
    assert Tiny(smoothing=2).further_scores(*lone_peak)["peak_inside"] == 1


def test_only_numbers_on_the_test_split_are_ranked():
    outputs, batch = tiny([0.1, 0.2, 0.3, np.nan, 0.1, 0.1])
    assert np.isnan([*Tiny().further_scores(outputs, batch).values()]).all()
    assert [*Tiny().further_scores(outputs, batch)] == [*Tiny().further_scores(*tiny([0.1] * 6))]
    assert Tiny().further_scores(outputs[:, 1:], Batch(batch.x[:, 1:], batch.y[:, 1:])) == {}

"""Anomaly detection by the error of a forecast that was trained on data without anomalies."""

from abc import abstractmethod
from collections.abc import Mapping

import numpy as np

from ..framework.batches import Batch, Splits
from ..framework.panels import Values
from ..framework.task import Task
from .forecasts import forecasts
from .rows import of_numbers

SCORES = ("roc_auc", "average_precision", "peak_inside")


class Anomalies(Task):
    """Forecast the next value of a series; a large error on the test series suggests an anomaly.

    The anomaly score is the absolute error, averaged over the ``smoothing`` steps around each step.
    Anomalies are used neither in training nor in selection: the metric is that of the forecast.
    """

    kind = "series"
    next_step = True
    metric = "nmse"
    outputs = 1
    patience = None

    smoothing = 11
    lags = 50

    @abstractmethod
    def anomalous(self) -> np.ndarray:
        """Whether the value after each step of the test series is an anomaly, (T,) bool."""

    @abstractmethod
    def training_series(self) -> np.ndarray:
        """The series (T,) that baselines are fitted on, standardised like the splits."""

    def further_scores(self, outputs: np.ndarray, batch: Batch) -> Mapping[str, float]:
        """How well the anomaly score separates anomalous steps of the test series from the others.

        Returns:
            roc_auc, average_precision, and peak_inside: 1 if the highest score is within an
            anomaly, else 0. NaN if outputs are not finite; {} for splits other than the test.
        """
        truth = self.anomalous()
        if batch.y.shape[:2] != (1, len(truth)):
            return {}
        on = ~np.isnan(batch.y[0, :, 0])
        error = np.abs(np.subtract(outputs, batch.y, dtype=np.float64))[0, on, 0]
        return ranking(smoothed(error, self.smoothing), truth[on])

    def answers(self, splits: Splits) -> Mapping[str, np.ndarray]:
        """{baseline: its outputs (1, T, 1) on the test split}."""
        test = splits.test.x[0, :, 0].astype(np.float64)
        found = forecasts(self.training_series(), test, self.lags)
        return {name: forecast[None, :, None] for name, forecast in found.items()}

    def baselines(self, splits):
        return self.scores(self.answers(splits), splits.test)

    def further_baselines(self, splits):
        answers, test = self.answers(splits), splits.test
        return {name: self.further_scores(answer, test) for name, answer in answers.items()}

    def panels(self, batch):
        truth = self.anomalous()
        if batch.y.shape[:2] != (1, len(truth)):
            return super().panels(batch)
        start = max(int(truth.argmax()) - 250, 0)
        part = slice(start, start + 500)
        x, y = batch.x[0, part, 0], batch.y[0, part, 0]
        return [
            Values("read", x, first=start + 1),
            Values("to predict, anomalies in grey", y, True, truth[part], start + 1),
        ]

    def sketch(self, batch):
        truth = self.anomalous()
        if batch.y.shape[:2] != (1, len(truth)):
            return of_numbers(batch)
        part = slice(max(int(truth.argmax()) - 6, 0), int(truth.argmax()) + 10)
        x, y = (
            (f"{v:6.2f}" for v in batch.x[0, part, 0]),
            (f"{v:6.2f}" for v in batch.y[0, part, 0]),
        )
        marks = (f"{'!' if anomalous else '':>6}" for anomalous in truth[part])
        lines = (
            f"{name}  {'  '.join(row)}" for name, row in zip("xy ", (x, y, marks), strict=True)
        )
        return "\n".join(lines)


def smoothed(score: np.ndarray, steps: int) -> np.ndarray:
    """A score (T,) averaged over the ``steps`` around each step; the ends are repeated."""
    from scipy.ndimage import uniform_filter1d

    return uniform_filter1d(score, steps, mode="nearest")


def ranking(score: np.ndarray, truth: np.ndarray) -> dict[str, float]:
    """How well a score (T,) separates the steps where ``truth`` (T,) holds from the others."""
    from sklearn.metrics import average_precision_score, roc_auc_score

    if not np.isfinite(score).all():
        return dict.fromkeys(SCORES, np.nan)
    figures = (
        roc_auc_score(truth, score),
        average_precision_score(truth, score),
        truth[score.argmax()],
    )
    return dict(zip(SCORES, map(float, figures), strict=True))

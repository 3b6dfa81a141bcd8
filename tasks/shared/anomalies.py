"""Anomalies of a series, found by the error of a forecast that was learned where there are none."""

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
    """Forecasts a series' next value; where it errs on the test series, something is unusual.

    A score of anomaly is the absolute error, averaged over the ``smoothing`` steps around each.
    No anomaly is ever trained on or selected by: the metric is the forecast's.
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
        """(T,) bool: whether the value after each step of the test series is an anomaly."""

    @abstractmethod
    def training_series(self) -> np.ndarray:
        """(T,) what baselines are fitted on, standardised as the splits are."""

    def further_scores(self, outputs: np.ndarray, batch: Batch) -> Mapping[str, float]:
        """How well errors on the test series rank its steps by whether they are anomalous.

        roc_auc and average_precision; peak_inside, 1 if the highest score is within an anomaly,
        else 0. NaN for outputs that are no numbers; nothing of another split than the test.
        """
        truth = self.anomalous()
        if batch.y.shape[:2] != (1, len(truth)):
            return {}
        on = ~np.isnan(batch.y[0, :, 0])
        error = np.abs(np.subtract(outputs, batch.y, dtype=np.float64))[0, on, 0]
        return ranking(smoothed(error, self.smoothing), truth[on])

    def answers(self, splits: Splits) -> Mapping[str, np.ndarray]:
        """{what it is in words: its outputs (1, T, 1) on the test split}."""
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
    """(T,) means over the ``steps`` around each; the ends are continued as they are."""
    from scipy.ndimage import uniform_filter1d

    return uniform_filter1d(score, steps, mode="nearest")


def ranking(score: np.ndarray, truth: np.ndarray) -> dict[str, float]:
    """How well a score (T,) tells the steps where truth (T,) holds from the others."""
    from sklearn.metrics import average_precision_score, roc_auc_score

    if not np.isfinite(score).all():
        return dict.fromkeys(SCORES, np.nan)
    figures = (
        roc_auc_score(truth, score),
        average_precision_score(truth, score),
        truth[score.argmax()],
    )
    return dict(zip(SCORES, map(float, figures), strict=True))

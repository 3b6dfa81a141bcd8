"""Baselines without a recurrent cell that several tasks share."""

from functools import lru_cache
from warnings import catch_warnings, simplefilter

import numpy as np

from ..framework.batches import Batch
from .forecasts import and_one
from .text import spelled


def majority(train: np.ndarray, test: np.ndarray) -> float:
    """Accuracy of always predicting the most frequent training class; classes (N,)."""
    return float((test == np.bincount(train).argmax()).mean())


def moments_and_logistic(train: Batch, test: Batch) -> float:
    """Accuracy of logistic regression on each channel's mean and deviation over the steps."""
    return logistic(_moments(train), train.y, _moments(test), test.y)


def logistic(train_x, train_y, test_x, test_y) -> float:
    """Accuracy of logistic regression; features (N, F), standardised with training statistics."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    seen, asked = _scaled(train_x, test_x)
    # One thread: many small products take far longer on several threads.
    with threadpool_limits(1), catch_warnings():
        simplefilter("ignore", ConvergenceWarning)  # a useful reference even so
        model = LogisticRegression(max_iter=1000).fit(seen, train_y)
        return float(model.score(asked, test_y))


def moments_and_line(train: Batch, test: Batch) -> np.ndarray:
    """Predictions (N, K) linear in each channel's mean and deviation, by least squares."""
    seen, asked = _scaled(_moments(train), _moments(test))
    weights = np.linalg.lstsq(and_one(seen), train.y.astype(np.float64), rcond=None)[0]
    return and_one(asked) @ weights


def _scaled(train, test):
    """Both standardised with training statistics; a constant feature is only shifted."""
    mean, spread = train.mean(0), train.std(0)
    spread = np.where(spread > 0, spread, 1)
    return (train - mean) / spread, (test - mean) / spread


def _moments(batch):
    on = np.broadcast_to(batch.valid()[..., None], batch.x.shape)
    mean = batch.x.mean(1, dtype=np.float64, where=on)
    return np.concatenate([mean, batch.x.std(1, dtype=np.float64, where=on)], 1)


def ngrams_and_logistic(train: Batch, test: Batch, alphabet: str, words: bool) -> float:
    """Accuracy of logistic regression on tf-idf features of one-hot strings (``text.one_hot``).

    Args:
        words: use words and pairs of words; otherwise n-grams of 1 to 4 characters.
    """
    parts = ((spelled(batch, alphabet), batch.y.tobytes()) for batch in (train, test))
    return _strings_and_logistic(*parts, words)


@lru_cache(maxsize=8)
def _strings_and_logistic(train, test, words):
    """The same for (strings, classes as bytes of int64); cached per training set."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    analyzer, longest = ("word", 2) if words else ("char_wb", 4)
    count = TfidfVectorizer(
        analyzer=analyzer, ngram_range=(1, longest), min_df=2, sublinear_tf=True
    )
    with threadpool_limits(1):
        model = LogisticRegression(max_iter=1000, C=10)
        model.fit(count.fit_transform(train[0]), np.frombuffer(train[1], np.int64))
        return float(model.score(count.transform(test[0]), np.frombuffer(test[1], np.int64)))

"""What is reached without a recurrent cell, for tasks that share a way to get there."""

from functools import lru_cache
from warnings import catch_warnings, simplefilter

import numpy as np

from ..framework.batches import Batch
from .forecasts import and_one
from .text import spelled


def majority(train: np.ndarray, test: np.ndarray) -> float:
    """Accuracy of always naming the training classes' most frequent one; classes (N,)."""
    return float((test == np.bincount(train).argmax()).mean())


def moments_and_logistic(train: Batch, test: Batch) -> float:
    """Accuracy of a logistic regression on each channel's mean and spread over the steps."""
    return logistic(_moments(train), train.y, _moments(test), test.y)


def logistic(train_x, train_y, test_x, test_y) -> float:
    """Accuracy of a logistic regression; features (N, F), scaled as the training ones are."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    seen, asked = _scaled(train_x, test_x)
    # One thread: many short products on many threads take far longer.
    with threadpool_limits(1), catch_warnings():
        simplefilter("ignore", ConvergenceWarning)  # a reference all the same
        model = LogisticRegression(max_iter=1000).fit(seen, train_y)
        return float(model.score(asked, test_y))


def moments_and_line(train: Batch, test: Batch) -> np.ndarray:
    """(N, K) answers that are linear in each channel's mean and spread, by least squares."""
    seen, asked = _scaled(_moments(train), _moments(test))
    weights = np.linalg.lstsq(and_one(seen), train.y.astype(np.float64), rcond=None)[0]
    return and_one(asked) @ weights


def _scaled(train, test):
    """Both on the training features' scale; one that never changes is only shifted."""
    mean, spread = train.mean(0), train.std(0)
    spread = np.where(spread > 0, spread, 1)
    return (train - mean) / spread, (test - mean) / spread


def _moments(batch):
    on = np.broadcast_to(batch.valid()[..., None], batch.x.shape)
    mean = batch.x.mean(1, dtype=np.float64, where=on)
    return np.concatenate([mean, batch.x.std(1, dtype=np.float64, where=on)], 1)


def ngrams_and_logistic(train: Batch, test: Batch, alphabet: str, words: bool) -> float:
    """Accuracy of a logistic regression on tf-idf: of words and pairs, or of 1 to 4 characters.

    Batches of one-hot strings, see ``text.one_hot``.
    """
    parts = ((spelled(batch, alphabet), batch.y.tobytes()) for batch in (train, test))
    return _strings_and_logistic(*parts, words)


@lru_cache(maxsize=8)
def _strings_and_logistic(train, test, words):
    """Of (strings, classes as bytes of int64): so that a fit is made once per training set."""
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

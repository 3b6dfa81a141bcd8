"""Random weight guessing: draw the weights of a small recurrent net until it happens to do well.

A benchmark solved this way is easy, however long its time lags. Several of the 1990s are
(Schmidhuber, Hochreiter, Bengio, 2001, Evaluating benchmark problems by random guessing, in: A
field guide to dynamical recurrent networks, IEEE Press; Hochreiter, Schmidhuber, 1997, NIPS 9).
"""

import zlib
from typing import NamedTuple

import numpy as np

from ..framework.batches import Batch, Splits
from ..framework.metrics import METRICS, VALUES
from ..framework.task import Task

GUESSES = 5000
UNITS = 2
LARGEST = 100.0  # weights are from U[-100, 100], as in the book
AT_ONCE = 100  # nets
NUMBERS = 20_000  # read or answered by each net in the first round, about
STEPS = 200  # of a validation sequence, if every step is scored
KEPT = 20  # nets for the second round, on the whole validation split
SEED = zlib.crc32(b"random weight guessing")


class Nets(NamedTuple):
    """G nets h' = tanh(R h + W x + b) that start from zero, and their readouts V h + a.

    W (G, H, D), R (G, H, H), b (G, H, 1), V (G, K, H), a (G, K, 1).
    """

    W: np.ndarray
    R: np.ndarray
    b: np.ndarray
    V: np.ndarray
    a: np.ndarray

    def rows(self, index) -> "Nets":
        """The nets that ``index`` selects."""
        return Nets(*(part[index] for part in self))


def random_weights(task: Task, splits: Splits) -> dict[str, float]:
    """Test score of the best of 5000 random nets, selected on the validation split.

    A net has two fully connected tanh units and a linear readout, all weights from U[-100, 100].
    Logits are used as they are. Values are the readout squashed to the range of the validation
    targets. All nets are scored on a few validation sequences, the best twenty on all of them, and
    the best one on the test split. The seed is fixed.

    Returns:
        {description of the baseline: test score}.
    """
    metric = METRICS[task.metric]
    valid = _begun(splits.valid)
    span = (np.nanmin(valid.y), np.nanmax(valid.y)) if task.kind in VALUES else None

    def costs(nets, batch):
        found = [metric.score(o, batch.y, batch.lengths) for o in answers(nets, batch, span)]
        return found if metric.direction == "minimize" else [-score for score in found]

    rng = np.random.default_rng(SEED)
    few = valid.rows(slice(_enough(valid, task))).cropped()
    nets = drawn(rng, GUESSES, task.inputs, task.outputs)
    looks = [costs(nets.rows(part), few) for part in _parts(GUESSES)]
    kept = nets.rows(np.argsort(np.concatenate(looks), kind="stable")[:KEPT])
    again = [costs(kept.rows([k]), valid)[0] for k in range(KEPT)]
    best = kept.rows([int(np.argmin(again))])
    test = splits.test
    score = metric.score(next(answers(best, test, span)), test.y, test.lengths)
    return {f"random weights, best of {GUESSES}": score}


def drawn(rng: np.random.Generator, nets: int, inputs: int, outputs: int) -> Nets:
    """Draw ``nets`` nets."""
    shapes = (UNITS, inputs), (UNITS, UNITS), (UNITS, 1), (outputs, UNITS), (outputs, 1)
    draw = lambda shape: rng.uniform(-LARGEST, LARGEST, (nets, *shape)).astype(np.float32)
    return Nets(*map(draw, shapes))


def answers(nets: Nets, batch: Batch, span: tuple[float, float] | None = None):
    """Outputs of each net in turn, shaped for a batch: at every step, or after the last.

    Args:
        span: least and largest value that an output can take; None for logits.

    Yields:
        the outputs of one net, (B, T, K) or (B, K).
    """
    h = states(nets, batch.x)
    if not batch.per_step:
        h = h[batch.valid().sum(1) - 1, :, :, np.arange(len(batch.x))].transpose(1, 2, 0)[None]
    outputs = (nets.V @ h + nets.a).transpose(1, 3, 0, 2)  # (G, B, T, K)
    for each in outputs:
        each = np.ascontiguousarray(each)
        if span is not None:
            low, high = span
            each = low + (high - low) * (1 + np.tanh(each)) / 2
        yield each if batch.per_step else each[:, 0]


def states(nets: Nets, x: np.ndarray) -> np.ndarray:
    """The units of every net at every step of x (B, T, D), as (T, G, H, B)."""
    B, T, D = x.shape
    G, H = nets.b.shape[:2]
    read = nets.W.reshape(G * H, D) @ x.transpose(2, 1, 0).reshape(D, T * B)
    h = read.reshape(G, H, T, B).transpose(2, 0, 1, 3) + nets.b
    np.tanh(h[0], out=h[0])
    for t in range(1, T):
        h[t] += nets.R @ h[t - 1]
        np.tanh(h[t], out=h[t])
    return h


def _parts(count):
    return [slice(start, start + AT_ONCE) for start in range(0, count, AT_ONCE)]


def _begun(batch):
    """The first steps of the sequences, if every step is scored; else the whole batch."""
    if not batch.per_step:
        return batch
    lengths = None if batch.lengths is None else np.minimum(batch.lengths, STEPS)
    return Batch(batch.x[:, :STEPS], batch.y[:, :STEPS], lengths)


def _enough(batch, task):
    """The number of sequences for which a net reads or answers about ``NUMBERS``; at least four."""
    width = max(task.inputs, task.outputs, 10)
    return max(4, NUMBERS // (batch.x.shape[1] * width))

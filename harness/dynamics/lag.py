"""Lag: how much the last output still depends on the states k steps earlier.

The norm of the gradient against the lag shows vanishing and exploding gradients directly (Bengio,
Simard, Frasconi, 1994, Learning long-term dependencies with gradient descent is difficult).
"""

from dataclasses import dataclass

import numpy as np

from ..kernels.backends.array_backend import Named
from .thinning import evenly

STEPS = 200  # what a picture shows


@dataclass(frozen=True)
class Lag:
    """The norm of d(output at the last step) / d(all states, k steps earlier).

    Attributes:
        lag: (S,), from 0, evenly chosen. Lags that fewer than half of the sequences have are left
            out.
        median, low, high: (S,), over the sequences, with the quartiles: the norm as a multiple of
            that at lag 0.
    """

    lag: np.ndarray
    median: np.ndarray
    low: np.ndarray
    high: np.ndarray


def lag(network, passage, seed=0):
    """The norm of the gradient against the lag.

    Where there are several outputs, their sum with random weights is differentiated, drawn anew for
    each sequence: its squared norm is on average that of the whole Jacobian.

    Args:
        network: the network of the passage.
        passage: a ``Passage``.
        seed: of the weights.

    Returns:
        ``Lag``.
    """
    rng = np.random.default_rng(seed)
    weights = rng.standard_normal((network.outputs, len(passage.lengths)))
    norms = gradient_norms(passage, read_back(network, weights))
    with np.errstate(all="ignore"):
        shares = norms / norms[0]
    reached = (np.arange(len(norms))[:, None] < passage.lengths).mean(1) >= 0.5
    shown = evenly(int(reached.sum()), STEPS)
    low, median, high = np.transpose([_quartiles(shares[k]) for k in shown])
    return Lag(shown.astype(float), median, low, high)


def read_back(network, weights):
    """d(weights . outputs) / d(last output of the layer), (H, B), given the weights (K, B)."""
    level, params = network.stack.levels[-1], network.params
    back = np.asarray(params["V"], np.float64).T @ weights
    if level.projection:
        own = network.stack.level_params(len(network.stack.levels) - 1, params)
        back = np.asarray(own["P"], np.float64).T @ back
    return back[: level.layers[0].hidden]


def gradient_norms(passage, last):
    """Norms of a gradient with respect to all states, by lag.

    Args:
        passage: a ``Passage``.
        last: (H, B), the gradient with respect to the last output of each sequence.

    Returns:
        (T, B); NaN at lags that a sequence does not have.
    """
    backend, tape, (T, B) = passage.backend, passage.tape, passage.valid.shape
    bars = [np.zeros_like(last) for _ in passage.layer.states]
    norms = np.full((T, B), np.nan)
    d: Named = Named(**{k: np.zeros_like(v) for k, v in vars(tape.p).items()})
    noise = {f"_{name}": value for name, value in passage.noise.items()}
    p = Named(**vars(tape.p), **noise)
    for t in reversed(range(T)):  # bars: with respect to the states after step t
        bars[0][:, passage.lengths == t + 1] = last[:, passage.lengths == t + 1]
        on = np.flatnonzero(t < passage.lengths)
        squares = sum(np.square(bar[:, on]).sum(0) for bar in bars)
        norms[passage.lengths[on] - 1 - t, on] = np.sqrt(squares)
        old = (s[:, on] for s in tape.states[t])
        parts = backend.step_back(
            p, d, tape.x[t][:, on], *old, tape.saved[t], *(bar[:, on] for bar in bars)
        )[1]
        for bar, part in zip(bars, parts, strict=True):
            bar[:, on] = part
    return norms


def _quartiles(values):
    known = values[~np.isnan(values)]
    return np.quantile(known, (0.25, 0.5, 0.75)) if len(known) else np.full(3, np.nan)

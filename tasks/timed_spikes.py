"""Generating timed spikes (GTS): a spike after each of the intervals asked for."""

import numpy as np

from .framework.batches import Batch
from .framework.registry import register
from .framework.stopping import Examined
from .shared.guessing import random_weights
from .shared.spike_trains import SpikeTrains


@register("timed_spikes")
class TimedSpikes(SpikeTrains):
    """A train of spikes, made to the delays that are read (GTS).

    One row, ``interval=3``, delays 0, 1, 1::

        x  0  0  0  1  1  1  1  1  1  1  1
        y  0  0  1  0  0  0  1  0  0  0  1

    The spikes are those of ``spike_delays``: number n comes F + I(n) steps after the one before
    it, where F is ``interval`` and I(n) is uniform in 0, 1, ... ``largest``. What is read there is
    asked for here: y (N, T, 1) is 1 at a spike and 0 at every other step, x (N, T, 1) holds I(n)
    from the step after the last spike to the one of the next. A training sequence ends with its
    spike number ``spikes``, one of the test split with number ``test_spikes``. The cell is
    never told of the spikes: it counts on from its own, and one that runs late stays late.
    Training is a stream; validation and test are drawn once from the study's rng. As in
    ``spike_delays`` there are only 1024 short trains by default, so validation shares its trains
    with training (95% of them within 100 updates of 32); the test, with longer ones, does not.

    Almost every step asks for a 0, so a squared error is small from the beginning: about
    p (1 - p) for the mean of the targets, the share p of steps with a spike. The baseline that
    knows x, and nothing else, is hardly better, and guessed weights are not either.

    Gers, Schraudolph, Schmidhuber (2002), JMLR 3:115-143, where only cells with peepholes solve
    it, one cell being all there is. They learn one stream at a time until the first error of .49
    or more at any step, or 100 spikes; the test is the same up to 1000 spikes, after each training
    stream; solved is 1000 without an error, failed are 10^7 training streams without that. The
    paper was read through notes on it, which say of the input no more than that it changes places
    with the target: that I(n) is held throughout its interval is this task's reading. ``stop`` is
    this rule with ``spikes=100, test_spikes=1000``, but for a test after every 100 streams only.
    In a study training sequences have a fixed number of spikes, whatever the errors, and the score
    is the squared error; ``METRICS["solved_0.49"]`` is the share of sequences without an error of
    .49.
    """

    _at_once = 8
    stop = Examined(within=0.49, parts=("test",), cut=True, budget=10**7)

    def batch(self, delays, steps, train):
        lengths = steps[:, -1] + 1
        alive = np.arange(train.shape[1]) < lengths[:, None]
        gone = np.cumsum(train, axis=1, dtype=np.intp) - (train > 0)  # spikes before each step
        x = np.take_along_axis(delays, np.minimum(gone, delays.shape[1] - 1), axis=1) * alive
        y = np.where(alive, train, np.float32(np.nan))
        return Batch(x.astype(np.float32)[..., None], y[..., None], lengths)

    def baselines(self, splits):
        """Means of the validation split."""
        seen, test = splits.valid, splits.test
        mean = np.full_like(test.y, np.nanmean(seen.y))
        by_input = mean.copy()
        for delay in np.unique(seen.x[seen.valid()]):
            by_input[test.x == delay] = np.nanmean(seen.y[seen.x == delay])
        guesses = {"mean of the targets": mean, "mean for each input": by_input}
        return self.scores(guesses, test) | random_weights(self, splits)

"""Measuring spike delays (MSD): by how much was the interval before this spike too long?"""

import numpy as np

from .framework.batches import Batch
from .framework.registry import register
from .framework.stopping import Examined
from .shared.guessing import random_weights
from .shared.spike_trains import SpikeTrains


@register("spike_delays")
class SpikeDelays(SpikeTrains):
    """At each spike, the delay of the interval that it ends (MSD).

    One row, ``interval=3``, delays 0, 1, 1; a dot is a step without a target. ::

        x  0  0  1  0  0  0  1  0  0  0  1
        y  .  .  0  .  .  .  1  .  .  .  1

    x (N, T, 1) holds the spikes: the n-th comes F + I(n) steps after the one before it, where F is
    ``interval`` and I(n) is uniform in 0, 1, ... ``largest``. y (N, T, 1) is I(n) at that spike and
    NaN elsewhere. A training sequence ends with its spike number ``spikes``, one of the test split
    with number ``test_spikes``: later spikes are measured like the first, so a cell that starts
    anew at each spike loses nothing over the longer run. Training is a stream; validation and test
    are drawn once from the study's rng. There are only (1 + ``largest``) to the power of ``spikes``
    short trains, 1024 by default, so validation shares its trains with training: 95% of them are
    met within 100 updates of 32, all within 1000. The longer trains of the test are not.

    At a spike nothing but the time since the last one tells the delays apart, so that the
    best answer without memory is the mean of the targets, with a squared error of 1/4 when
    ``largest`` is 1. Guessing weights then solves the task, with each of eight sets of 5000 nets:
    one delay told from one other is a single bit. With ``largest=3`` it does not beat the mean.

    Gers, Schraudolph, Schmidhuber (2002), JMLR 3:115-143. There one cell, with or without
    peepholes (here they do not decide), reads one stream at a time until its first error of .49 or
    more, or 100 spikes (the non-continual form: one, ``spikes=1, test_spikes=1``); the test is the
    same up to 1000 spikes, after each training stream; solved is 1000 without an error, failed are
    10^8 training streams without that. That is ``stop`` with ``spikes=100, test_spikes=1000``, but
    for a test after every 100 streams only. In a study training sequences have a fixed number of
    spikes, whatever the errors, and the score is the squared error; ``METRICS["solved_0.49"]`` is
    the share of sequences without an error of .49. The readout is linear, which the paper has for
    ``largest`` above 1.
    """

    stop = Examined(within=0.49, parts=("test",), cut=True, budget=10**8)

    def batch(self, delays, steps, train):
        y = np.full_like(train, np.nan)
        np.put_along_axis(y, steps, delays.astype(np.float32), axis=1)
        return Batch(train[..., None], y[..., None], steps[:, -1] + 1)

    def baselines(self, splits):
        """The mean is that of the validation split."""
        mean = {"mean of the targets": np.full_like(splits.test.y, np.nanmean(splits.valid.y))}
        return self.scores(mean, splits.test) | random_weights(self, splits)

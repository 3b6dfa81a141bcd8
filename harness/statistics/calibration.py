"""How often is each decision wrong? Counted over simulated studies whose truth is known."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import ttest_ind

from .equivalence import equivalence
from .failures import mcnemar
from .fewest import ALPHA
from .hodges_lehmann import hodges_lehmann
from .holm import holm
from .pairing import Pairs, difference
from .selection import best_shared
from .signed_rank import attainable, signed_rank
from .simulation import Studies, Surface

CONFIGURATIONS, FRESH = 10, 2  # of a confirmation: configurations, and seeds of each
VARIANTS = 4  # beside the reference, where Holm's adjustment is tried
TOP = 0.1  # of the draws that the Odyssey's test compares


@dataclass(frozen=True)
class Counts:
    """What was counted over the studies of one surface, as shares of the studies."""

    attainable: float  # the exact level of the test on as many pairs and ties, on average
    found: float  # p below alpha: a false alarm where nothing differs
    worse: float  # ... of them, to the disadvantage of the variant
    covered: float  # the 95% interval holds the true difference
    equal: float  # called equal within the margin asked about
    confirmed: float  # p below alpha of a confirmation at configurations chosen from shared draws
    pooled: float  # ... at the best configurations of two separate searches
    failures: float  # p below alpha of McNemar's test; NaN without failures
    everything: float  # p below alpha on all draws instead of the better half
    # NaN where a score may be no number, or a sample one number only:
    best_three: float  # Welch's test on fresh seeds of either cell's own best configuration
    best_ten: float  # ... with ten seeds instead of three
    odyssey: float  # Welch's test on either cell's own best tenth


def count(surface, draws, studies, rng, margin=np.nan):
    """The ``Counts`` of simulated studies.

    Args:
        margin: of equality, in standard deviations of the noise.
    """
    simulated = Studies.of(surface, studies, draws, rng)
    shared = [*pairs_of(simulated)]
    return Counts(
        **decided(simulated, shared, margin * surface.noise),
        confirmed=alarms(confirmation(simulated, shared, rng)),
        pooled=alarms(pooled(surface, studies, draws, rng)),
        failures=failures(shared) if surface.failing else np.nan,
        everything=alarms([pairs.differences for pairs in shared]),
        best_three=best_alone(simulated, 3, rng),
        best_ten=best_alone(simulated, 10, rng),
        odyssey=best_tenth(simulated),
    )


# What a study of ours decides --------------------------------------------------------------------


def pairs_of(simulated):
    """The ``Pairs`` of every study."""
    for valid, test in zip(simulated.valid, simulated.test, strict=True):
        yield Pairs(np.arange(valid.shape[1]), valid[1], test[1], valid[0], test[0])


def decided(simulated, shared, margin):
    """The ``Counts`` of the decision itself, by name."""
    true = simulated.surface.shift * simulated.surface.noise
    kept = [pairs.kept_differences() for pairs in shared]
    estimates = [hodges_lehmann(d) for d in kept]
    found = np.array([signed_rank(d) < ALPHA for d in kept])
    return {
        "attainable": share([attainable(d) for d in kept]),
        "found": share(found),
        "worse": share(found & [e.difference > 0 for e in estimates]),
        "covered": share([e.low <= true <= e.high for e in estimates]),
        "equal": share([margin > 0 and equivalence(d, margin) < ALPHA for d in kept]),
    }


def alarms(samples):
    """The share of the samples of differences with a p below alpha; NaN takes no rank."""
    return share([signed_rank(d[~np.isnan(d)]) < ALPHA for d in samples])


def share(held):
    """The share of the studies in which something held; of numbers, their mean."""
    return float(np.mean(held))


def failures(shared):
    """The share of the studies with a p below alpha on the numbers of failures."""
    return share([mcnemar(p.failed, p.failed_reference) < ALPHA for p in shared])


def confirmation(simulated, shared, rng):
    """Differences of configurations chosen from shared draws, trained again in both cells."""
    chosen = [best_shared(p.valid, p.valid_reference, CONFIGURATIONS) for p in shared]
    return fresh_differences(simulated, np.array(chosen), rng)


def pooled(surface, studies, draws, rng):
    """The same of two searches of their own, of which each gives its best half."""
    searched = Studies.of(surface, studies, 2 * draws, rng)
    half = CONFIGURATIONS // 2
    own = [
        np.argsort(searched.valid[:, 0, :draws], axis=1)[:, :half],
        np.argsort(searched.valid[:, 1, draws:], axis=1)[:, :half] + draws,
    ]
    return fresh_differences(searched, np.concatenate(own, axis=1), rng)


def fresh_differences(simulated, chosen, rng):
    """Differences of the means over fresh seeds, per study; ``chosen`` is (studies, k)."""
    both = np.repeat(chosen[:, None], 2, axis=1)
    means = simulated.retrained(both, FRESH, rng).mean(axis=-1)
    return difference(means[:, 1], means[:, 0])


def any_of_several(surface, draws, studies, rng):
    """The share of studies of equal variants in which any has a p below alpha after Holm."""
    one = surface.losses(rng.uniform(-1, 1, (studies, draws, 2)))[:, :1]
    valid, test = surface.scores(np.repeat(one, VARIANTS + 1, axis=1), rng)
    wrong = 0
    for v, t in zip(valid, test, strict=True):
        pairs = [Pairs(np.arange(draws), v[k], t[k], v[0], t[0]) for k in range(1, len(v))]
        wrong += (holm([signed_rank(p.kept_differences()) for p in pairs]) < ALPHA).any()
    return wrong / studies


# What is done elsewhere, for contrast ------------------------------------------------------------


def best_alone(simulated, seeds, rng):
    """False alarms of Welch's test on fresh seeds of either cell's own best configuration."""
    if not plain(simulated.surface):
        return np.nan
    best = simulated.valid.argmin(axis=2)[..., None]
    fresh = simulated.retrained(best, seeds, rng)[:, :, 0]
    return welch(*np.moveaxis(fresh, 1, 0))


def best_tenth(simulated):
    """False alarms of Welch's test on the test scores of either cell's own best tenth."""
    if not plain(simulated.surface):
        return np.nan
    number = round(TOP * simulated.valid.shape[2])
    best = np.argsort(simulated.valid, axis=2)[..., :number]
    reference, variant = np.moveaxis(np.take_along_axis(simulated.test, best, axis=2), 1, 0)
    return welch(reference, variant)


def welch(first, second):
    """The share of the studies with a p below alpha; samples are (studies, n)."""
    _, p = np.asarray(ttest_ind(first, second, axis=1, equal_var=False))
    return share(p < ALPHA)


def plain(surface: Surface):
    """Whether every score is a number, and no sample can be one number only."""
    return not surface.failing and not surface.step

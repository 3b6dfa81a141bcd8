"""The fewest draws with which a study could decide anything, before a single one is made."""

from math import log2

from .selection import KEPT

ALPHA = 0.05


def least_pairs(comparisons, alpha=ALPHA):
    """The least number of pairs whose smallest p is below alpha after Holm: 2 m / 2^n < alpha."""
    return int(log2(2 * comparisons / alpha)) + 1


def least_draws(comparisons, alpha=ALPHA):
    """The least number of draws that could ever decide between ``comparisons`` + 1 variants.

    With four comparisons, seven kept pairs have a smallest p of .016, .063 after Holm; so eight
    pairs are needed, which are the better half of sixteen draws.
    """
    return KEPT * least_pairs(comparisons, alpha)


def can_decide(draws, comparisons, alpha=ALPHA):
    """Whether ``draws`` shared draws could decide at all; ``least_draws`` says how many could."""
    return draws >= least_draws(comparisons, alpha)

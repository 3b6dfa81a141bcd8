"""The sentences between the tables of ``gatelab calibrate``."""

ABOUT = """\
# Do the decisions keep their word?

{studies:,} simulated studies per row, so a share of 5% is known to ±{error:.1f} points (one
standard error). Two cells are trained at draws of two hyperparameters that they share. Losses
are quadratic about an optimum of height zero; the seed adds noise, of which most is common to
the validation and the test score of a trial. Differences and margins are in standard deviations
of that noise. All numbers below are percentages of studies unless they are called otherwise.
"""
FALSE = """\
## Nothing differs: false alarms

*Decision* is the one of `verdicts`: signed ranks on the better half of the draws. Pairs and ties
allow only some levels; *attainable* is the largest up to 5%, on average over the studies.
*Covered* is how often the 95% interval holds the true difference. Where scores come in steps and
the truth is a step, a closed interval covers more. *Confirmed* is the test on {configurations}
configurations chosen from the shared draws, each trained again with {fresh} fresh seeds
(attainable: {level:.1f}); *pooled* takes the best half of them from a search of its own for
each cell, as after TPE. Pooled configurations of cells whose optima lie apart favour one cell
and the other in turn, so the test is then more careful than it says. McNemar's test on failures
is exact, and careful because failures in one cell only are few.
"""
HOLM = "With {variants} equal variants beside the reference, any false alarm after Holm: {shares}."
BROKEN = """\
## Where the cells are not exchangeable

The level of the decision rests on exchangeability: swapping the two cells must not change how
likely a study's outcome is. It holds if the cells are equal, and if one's surface is the mirror
image of the other's. It does not hold if one's good region is smaller although its best is as
good: fewer draws then come near it, and the decision calls that cell worse, rightly for "under
this search" and wrongly for "at its best". Confirmation looks nearer to the optimum. It hardly
suffers where the optimum lies elsewhere; where the basin is narrower it still does, because even
the best of so few draws are not at the optimum. Say "harder to tune" where the verdict and the
confirmation disagree.
"""
THERE = """\
## A difference is there: power

*Theory* is the signed-rank test's for normal differences at the attainable level. *Called
equal* is how often the cells are called equal within a margin of just the true difference: at
most 5% is promised. Where scores come in steps, a margin between two steps is taken down to half
a step, so that less is called equal.
"""
NONE = """\
## No difference is there: equality

How often equal cells are called equal within the margin; theory as above.
"""
SEEN = """\
## The smallest difference that could have been seen

The median of what `verdicts` calls `smallest`, and how often such a difference is found: 80% is
meant.
"""
ELSEWHERE = """\
## What is done elsewhere

False alarms of other decisions on the same studies. *All draws* compares averages over the
search space. *Best alone* trains each cell's own best configuration again with 3 or 10 fresh
seeds and makes Welch's test; *best tenth* is Welch's test on the test scores of each cell's own
best tenth, the Odyssey's.
"""

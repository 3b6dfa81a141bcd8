"""The page of the Odyssey's study: its verdicts beside the paper's, made from its draws alone."""

import inspect

import numpy as np

from gatelab.foundation.markdown import table
from gatelab.reporting.figures import save
from gatelab.statistics import verdicts
from gatelab.statistics.importance import importance
from gatelab.statistics.odyssey import odyssey as test_of_the_paper
from gatelab.statistics.overall import overall
from gatelab.statistics.shares import shares
from gatelab.statistics.tuning import tuning_curves

from . import odyssey
from .drawn import extent
from .intervals import canvas, differences, scores
from .publishing import publish, reproduced
from .telling import interval, p_value, percent, plain

REFERENCE = odyssey.CELLS["V"]
NAMES = {cell: short for short, cell in odyssey.CELLS.items()}

#: What the paper found for music: from memory of its figure 3, but for CIFG and NP, which we read.
PAPER = {
    "NIG": "no effect", "NFG": "worse", "NOG": "no effect", "NIAF": "no effect",
    "NOAF": "worse", "CIFG": "no effect", "NP": "no effect", "FGR": "worse",
}  # fmt: skip
#: Verdicts that agree with a finding of the paper. "Not decided" does not contradict any.
AGREES = {"no effect": ("equal",), "worse": ("worse",)}

DECISION = (
    "variant", "cell", "verdict", "difference [95%]", "p", "could have seen", "failed", "weights",
    "the paper", "agreement",
)  # fmt: skip
BESIDE = (
    "variant", "over all draws [95%]", "the paper's test: difference", "p", "its false alarms here",
)  # fmt: skip
TUNED = ("variant", "test score of the best on validation", "expected best of 5", "of 10", "failed")
SHARES = ("of the variance (ranks)", "share [95%]", "by chance")
MATTERS = ("hyperparameter", "share [95%]")


def tables(draws):
    """All tables and sentences as Markdown.

    Args:
        draws: those that all cells share; see ``drawn``.
    """
    parts = [
        decisions(draws),
        "Beside the verdicts, deciding nothing:",
        table(BESIDE, beside(draws)),
        "What tuning reaches, nats per frame:",
        table(TUNED, tuned(draws)),
        "What matters more, the cell or its hyperparameters?",
        table(SHARES, share_rows(draws)),
        *matters(draws),
    ]
    return "\n\n".join(parts)


def decisions(draws):
    """The verdicts beside the paper's, and what they amount to, as Markdown."""
    found = verdicts(draws, REFERENCE, margin=odyssey.MARGIN)
    decided = table(DECISION, map(decision_row, found.itertuples(), weights(draws)))
    return "\n\n".join([decided, columns(found), *undecided(found), agreement(found)])


def columns(found):
    """What the columns mean, and the smallest p that there can be, as sentences."""
    pairs, comparisons = found.pairs.max(), len(found)
    least = min(1.0, comparisons * 2 / 2**pairs)
    return (
        f"Differences are to V, in nats per frame on test, over the better half of the draws: "
        f"{pairs} pairs, whose smallest possible p after Holm is {least:.2g}. Up to "
        f"{odyssey.MARGIN} either way counts as equal. *Could have seen*: the difference that is "
        "found in 80% of such studies. *Weights*: a multiple of V's, as no size is made equal."
    )


def weights(draws):
    """Weights of each variant over those of V, the median over draws."""
    sizes = draws.pivot(index="draw", columns="variant", values="parameters")
    ratios = sizes.div(sizes[REFERENCE], axis=0).median()
    return [ratios[name] for name in draws.variant.unique() if name != REFERENCE]


def decision_row(row, ratio):
    """A row with the columns of DECISION."""
    said = PAPER[NAMES[row.variant]]
    return (
        NAMES[row.variant], row.variant, f"**{row.verdict}**",
        interval(row.difference, row.low, row.high), p_value(row.p), plain(row.smallest),
        f"{row.failed} of {row.draws}", f"{ratio:.2f}", said, agreeing(row.verdict, said),
    )  # fmt: skip


def agreeing(verdict, said):
    """Whether a verdict agrees with what the paper found."""
    if verdict == "not decided":
        return "open"
    return "yes" if verdict in AGREES[said] else "differs"


def undecided(found):
    """Why nothing can be said of some variants, as sentences."""
    for why, rows in found[found.reason != ""].groupby("reason", sort=False):
        yield f"{', '.join(NAMES[name] for name in rows.variant)}: {why}."


def agreement(found):
    """Sentences: how often the paper is confirmed, and whether any variant is better."""
    answers = [agreeing(row.verdict, PAPER[NAMES[row.variant]]) for row in found.itertuples()]
    better = [NAMES[row.variant] for row in found.itertuples() if row.verdict == "better"]
    none = "No variant is found to be better than V; the paper's abstract says that none is."
    some = f"Better than V, against the paper's abstract: {', '.join(better)}."
    return (
        f"{some if better else none} Of the paper's findings on music, found here too: "
        f"{answers.count('yes')}; different: {answers.count('differs')}; open: "
        f"{answers.count('open')}. "
        '(The paper\'s "no effect" is a difference that its test did not find, and training '
        "here is shorter: worse may mean slower.)"
    )


def beside(draws):
    """Rows of BESIDE: the difference over all draws, and the paper's own test."""
    average, theirs = overall(draws, REFERENCE), test_of_the_paper(draws, REFERENCE)
    for all_of_them, top in zip(average.itertuples(), theirs.itertuples(), strict=True):
        yield (
            NAMES[top.variant], interval(all_of_them.difference, all_of_them.low, all_of_them.high),
            plain(top.difference, sign=True), p_value(top.p), percent(top.false_alarms),
        )  # fmt: skip


def tuned(draws):
    """Rows of TUNED, the best first."""
    rows = []
    for name, curve in tuning_curves(draws).items():
        own = draws[(draws.variant == name) & (draws.state == "complete")]
        best = own.loc[own.valid.idxmin(), "test"] if len(own) else np.nan
        expected = [curve.estimate[m - 1] if m <= curve.draws else np.nan for m in (5, 10)]
        rows.append((best, NAMES[name], *expected, curve.failed))
    for best, name, five, ten, failed in sorted(rows):
        yield name, plain(best), plain(five), plain(ten), f"{failed}"


def share_rows(draws):
    """Rows of SHARES."""
    found = shares(draws)
    names = {"variant": "the cell", "draw": "the draw of all hyperparameters and the seed",
             "rest": "both together, and noise"}  # fmt: skip
    for row in found[found.scale == "rank"].itertuples():
        if row.part in names:
            yield names[row.part], ranged(row), percent(row.chance)


def matters(draws):
    """The hyperparameters' shares for V, as a sentence and a table."""
    own = draws[draws.variant == REFERENCE]
    space = {name: entry for name, entry in odyssey.SEARCH.items() if name in own}
    found = importance(own, space, own.test.where(own.state == "complete"))
    if np.isnan(found.explained):
        return
    yield (
        f"Which hyperparameter, for V (a forest over the draws, on ranks; it explains "
        f"{percent(found.explained)} of draws that it has not seen; the paper: the learning rate "
        "more than two thirds, then the size, momentum below 1%):"
    )
    yield table(MATTERS, ((row.name, ranged(row)) for row in found.main.itertuples(index=False)))


def ranged(row):
    return f"{percent(row.share)} [{percent(row.low)}, {percent(row.high)}]"


def method():
    """What is done as in the paper and what is not: the study's docstring."""
    return inspect.cleandoc(odyssey.__doc__ or "")


def picture(draws, path):
    """Draw every draw of every cell, and the differences to V."""
    figure, (left, right) = canvas((10, 3.6), 2)
    labels = {cell: short for short, cell in odyssey.CELLS.items()}
    scores(left, draws, labels, "test, nats per frame, every draw; x: worse, or failed", 12.0)
    found = verdicts(draws, REFERENCE, margin=odyssey.MARGIN)
    unit = "difference to V on the better half of the draws, nats per frame, 95%"
    differences(right, found, labels, odyssey.MARGIN, unit, 0.2)
    save(figure, path)


def written(draws, planned):
    """The page as Markdown, but for its last line."""
    return "\n\n".join(
        [
            "# The Odyssey on the chorales, draw by draw",
            extent(draws, planned),
            "![every draw, and the differences to V](odyssey.png)",
            tables(draws),
            "## How it was made",
            method(),
            reproduced("odyssey", odyssey.SEED),
        ]
    )


def show(trials, workers, out, write):
    """Run the study as far as it has not been run, and show its page; or only make the page.

    Args:
        trials: per cell; 100 if None.
        workers: processes.
        out: folder of the study.
        write: path of a Markdown file to make from the draws that there are; nothing is run then.
    """
    if not write:
        odyssey.study(out, trials, workers).run()
    publish(out, write or out / "odyssey.md", odyssey.CELLS.values(), written, picture)

"""Does the bench reach what a correct implementation should? Its studies and the table of results.

The targets and their sources are in ``promises``.
"""

import sys
import time
from itertools import groupby
from pathlib import Path

from gatelab.errors import StudyError
from gatelab.foundation import origin
from gatelab.foundation.errors import unknown
from gatelab.foundation.markdown import table
from gatelab.tasks.framework.metrics import METRICS
from gatelab.trials.trial import splits_of

from .promises import PROMISES

HEAD = ("task", "cell", "score", "target", "reached on test, mean ± spread over seeds",
        "best baseline", "reference", "verdict")  # fmt: skip


def study(promises, out, workers):
    """The study for promises that differ only in the cell."""
    from gatelab import Study, tasks

    one = promises[0]
    task = tasks.make(one.task, **one.options, name=one.name)
    budget = {"seeds": one.seeds} if one.trials is None else {"trials": one.trials}
    return Study(
        [task], list(dict.fromkeys(p.variant for p in promises)), settings=dict(one.settings),
        out=Path(out) / one.name, seed=0, workers=workers, page=False, **budget,
    )  # fmt: skip


def best_of(further, name, up):
    """The best baseline in one of its scores, as text: "value (baseline)"."""
    scores = {answer: each[name] for answer, each in further.items() if name in each}
    if not scores:
        return ""
    answer = (max if up else min)(scores, key=lambda one: scores[one])
    return f"{scores[answer]:.4g} ({answer})"


def verdict(promise, result, further):
    """A row of the table; ``further`` holds the other scores of the baselines."""
    row = result.leaderboard.set_index("variant").loc[promise.variant]
    mean, spread, name, up = row.test_mean, row.test_std, row.metric, promise.up
    if promise.score is None:
        up = METRICS[name].direction == "maximize"
        baseline = f"{row.baseline:.4g} ({row.baseline_name})"
    else:
        trials, name = result.trials, promise.score
        scores = trials[trials.variant == promise.variant][f"test_{name}"]
        mean, spread = scores.mean(skipna=False), scores.std()  # a missing score fails
        baseline = best_of(further, name, up)
    held = mean >= promise.target if up else mean <= promise.target
    held = held and not row.seeds_failed
    bound = f"at {'least' if up else 'most'} {promise.target}"
    return (
        promise.name, promise.variant, name, bound, f"{mean:.4g} ± {spread:.2g}", baseline,
        promise.reference, "reached" if held else "MISSED",
    )  # fmt: skip


def verdicts(promises, out, workers):
    """Run one study after the other; yields the rows of the table."""
    studied = [list(several) for _, several in groupby(promises, key=lambda one: one.name)]
    for k, several in enumerate(studied, start=1):
        print(f"\n{several[0].name}, study {k} of {len(studied)}", file=sys.stderr)
        made = study(several, out, workers)
        result, further = made.run(), made.tasks[0].further_baselines(splits_of(made.tasks[0], 0))
        yield from (verdict(promise, result, further) for promise in several)


def chosen(names):
    """The promises with these names, or all; StudyError for an unknown name."""
    known = dict.fromkeys(promise.name for promise in PROMISES)
    if odd := [name for name in names if name not in known]:
        raise unknown("promise", odd[0], known, StudyError)
    return [promise for promise in PROMISES if not names or promise.name in names]


def show(names, out, workers):
    """Run what has not been run yet, print the table and write it to ``out/acceptance.md``.

    Args:
        names: of the promises to check; all if there are none.
    """
    promises = chosen(names)
    started = time.perf_counter()
    text = f"{table(HEAD, verdicts(promises, out, workers))}\n\n{origin.line()}"
    (out / "acceptance.md").write_text(text + "\n", encoding="utf-8")
    print(f"{text}\n{(time.perf_counter() - started) / 60:.0f} minutes")

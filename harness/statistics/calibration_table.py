"""The table of ``gatelab calibrate``: simulated studies, and what was counted over them."""

from dataclasses import dataclass, replace

import numpy as np
from joblib import Parallel, delayed
from rich.console import Console
from rich.progress import track

from ..foundation import origin
from ..foundation.markdown import table
from . import calibration_words as words
from .calibration import CONFIGURATIONS, FRESH, VARIANTS, any_of_several, count, pairs_of
from .power import equality_in_theory, power_in_theory, smallest_visible
from .selection import KEPT
from .signed_rank import attainable
from .simulation import MIRRORED, Studies, Surface

DRAWS = {40: 1.0, 100: 0.65}  # with the difference that 80% of the studies should see, in noise SDs
EQUAL = Surface("equal")
SYMMETRIC = (
    EQUAL,
    Surface("optimum at the mirror image", optimum=MIRRORED),
    Surface("a fifth diverges, 5% fail by chance", failing=0.05),
    Surface("ties: scores in steps of half a noise SD", step=0.025),
    Surface("heavy tails (t, 3 degrees of freedom)", heavy=True),
)
LOPSIDED = (
    Surface("optimum of equal depth, nearer to the edge", optimum=(0.5, 0.5)),
    Surface("basin of equal depth, curvature 1.5 times", narrow=1.5),
)
SHIFTED = tuple(surface for surface in SYMMETRIC if surface.optimum == EQUAL.optimum)


@dataclass(frozen=True)
class Job:
    """Studies of one surface, and the margin of equality that is tried on them (noise SDs)."""

    surface: Surface
    draws: int
    margin: float = np.nan

    def run(self, studies, seed):
        return count(self.surface, self.draws, studies, np.random.default_rng(seed), self.margin)


def jobs():
    """By table: false alarms, what breaks them, differences that are there."""
    for draws, shift in DRAWS.items():
        yield from (Job(surface, draws, shift) for surface in SYMMETRIC)
        yield from (Job(surface, draws) for surface in LOPSIDED)
        yield Job(replace(EQUAL, shift=0.5), draws, 0.5)
        yield from (Job(replace(surface, shift=shift), draws, shift) for surface in SHIFTED)


def show(studies=2000, seed=0, workers=2):
    """Simulate, with progress on standard error, and print the report."""
    wanted = [*jobs()]
    run = Parallel(n_jobs=workers, return_as="generator")(
        delayed(job.run)(studies, [seed, k]) for k, job in enumerate(wanted)
    )
    console = Console(stderr=True)
    counted = [*track(run, "simulated studies", len(wanted), console=console, transient=True)]
    print(text(dict(zip(wanted, counted, strict=True)), studies, seed))


# The report --------------------------------------------------------------------------------------


def text(counted, studies, seed):
    """The report as Markdown.

    Args:
        counted: the ``Counts`` of every job.
    """
    at = lambda surfaces: [job for job in counted if job.surface in surfaces]
    shifted = [job for job in counted if job.surface.shift]
    level = 100 * attainable(np.arange(1, CONFIGURATIONS + 1))
    parts = [
        words.ABOUT.format(studies=studies, error=100 * np.sqrt(0.05 * 0.95 / studies)),
        words.FALSE.format(configurations=CONFIGURATIONS, fresh=FRESH, level=level),
        rows(ALARMS, at(SYMMETRIC), counted),
        several(studies, seed),
        words.BROKEN,
        rows(BREAKING, at(LOPSIDED), counted),
        words.THERE,
        rows(POWER, shifted, counted),
        words.NONE,
        rows(EQUALITY, at(SHIFTED), counted),
        words.SEEN,
        table(("draws", "smallest, noise SDs", "found"), visible(studies, seed)),
        words.ELSEWHERE,
        rows(
            CONTRAST, [job for job in at((*SYMMETRIC, *LOPSIDED)) if plain(counted[job])], counted
        ),
        origin.line(),
    ]
    return "\n".join(part if part.endswith("\n") else f"{part}\n" for part in parts).rstrip()


SURFACE = {"surface": lambda job, c: job.surface.name, "draws": lambda job, c: f"{job.draws}"}
ALARMS = SURFACE | {
    "attainable": lambda job, c: percent(c.attainable),
    "decision": lambda job, c: percent(c.found),
    "covered": lambda job, c: percent(c.covered),
    "confirmed": lambda job, c: percent(c.confirmed),
    "pooled": lambda job, c: percent(c.pooled),
    "failures (McNemar)": lambda job, c: percent(c.failures),
}
BREAKING = SURFACE | {
    "decision: worse": lambda job, c: percent(c.worse),
    "better": lambda job, c: percent(c.found - c.worse),
    "confirmed": lambda job, c: percent(c.confirmed),
    "pooled": lambda job, c: percent(c.pooled),
}
POWER = SURFACE | {
    "difference, noise SDs": lambda job, c: f"{job.surface.shift:g}",
    "found": lambda job, c: percent(c.found),
    "theory": lambda job, c: percent(theory(job)),
    "covered": lambda job, c: percent(c.covered),
    "called equal": lambda job, c: percent(c.equal),
    "confirmed": lambda job, c: percent(c.confirmed),
}
EQUALITY = SURFACE | {
    "margin, noise SDs": lambda job, c: f"{job.margin:g}",
    "called equal": lambda job, c: percent(c.equal),
    "theory": lambda job, c: percent(
        equality_in_theory(job.margin, np.sqrt(2), job.draws // KEPT) if normal(job) else np.nan
    ),
}
CONTRAST = SURFACE | {
    "all draws": lambda job, c: percent(c.everything),
    "best alone, 3 seeds": lambda job, c: percent(c.best_three),
    "10 seeds": lambda job, c: percent(c.best_ten),
    "best tenth": lambda job, c: percent(c.odyssey),
}


def rows(columns, wanted, counted):
    """A table of jobs; ``columns`` says what stands in each."""
    return table(
        [*columns], [[cell(job, counted[job]) for cell in columns.values()] for job in wanted]
    )


def percent(share):
    """A share as text, "-" if it was not counted."""
    return "-" if np.isnan(share) else f"{100 * share:.1f}"


def theory(job):
    """The power that theory gives, NaN where it assumes what the surface has not."""
    if not normal(job):
        return np.nan
    pairs = job.draws // KEPT
    level = attainable(np.arange(1, pairs + 1))
    return power_in_theory(job.surface.shift, np.sqrt(2), pairs, level)


def normal(job):
    """Whether differences between the cells are normal, with twice the variance of the noise."""
    return replace(job.surface, shift=0.0) == EQUAL


def plain(counts):
    return not np.isnan(counts.odyssey)


def several(studies, seed):
    """A line about Holm's adjustment."""
    shares = [
        f"{percent(any_of_several(EQUAL, n, studies, np.random.default_rng([seed, n])))} "
        f"({n} draws)"
        for n in DRAWS
    ]
    return words.HOLM.format(variants=VARIANTS, shares=", ".join(shares))


def visible(studies, seed):
    """Rows: draws, the smallest difference that such studies say they see, how often they do."""
    for draws in DRAWS:
        rng = np.random.default_rng([seed, draws, 1])
        few = Studies.of(EQUAL, min(studies, 100), draws, rng)
        said = [smallest_visible(pairs.kept_differences()) for pairs in pairs_of(few)]
        smallest = float(np.median(said)) / EQUAL.noise
        found = count(replace(EQUAL, shift=smallest), draws, studies, rng).found
        yield f"{draws}", f"{smallest:.2f}", percent(found)

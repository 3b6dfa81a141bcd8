"""The plan of a study: what its verdicts rest on, fixed before the first trial and kept.

Whoever looks at the results and then changes the reference, the margin or the number of draws can
make chance look like a finding. A study therefore keeps every plan that it has had, with the number
of trials that had been seen when it was made.
"""

from dataclasses import asdict, dataclass, replace
from datetime import date

from ..searching.described import said
from ..statistics import fewest


@dataclass(frozen=True)
class Plan:
    """How the verdicts of a study will be reached.

    Attributes:
        reference: name of the variant that the others are compared with; None for the one of the
            plan before, or the first variant.
        margin: largest difference on test that counts as equal, in the metric's unit; None for
            half the standard deviation of a trial's seed noise.
        draws: trials per task and variant; under random search their draws are shared.
        noise_draws: number of the reference's draws that are trained a second time, to measure
            that noise.
        confirm: number of configurations that are trained again in both cells of a comparison.
    """

    reference: str | None
    margin: float | None
    draws: int
    noise_draws: int
    confirm: int

    def after(self, plans, variants):
        """The plan with its reference and margin settled.

        Args:
            plans: the study's plans so far, oldest first, as ``noted``.
            variants: names of the variants that are being run.
        """
        last = plans[-1] if plans else {}
        reference = self.reference or last.get("reference") or variants[0]
        return replace(self, reference=reference, margin=self.margin or last.get("margin"))

    def noted(self, seen):
        """The plan as an entry of ``study.json``.

        Args:
            seen: number of trials that have ended.
        """
        return asdict(self) | {"fixed": str(date.today()), "seen": seen}

    def is_noted(self, entry):
        """Whether an entry of ``study.json`` is this plan."""
        return all(entry.get(name) == value for name, value in asdict(self).items())


def looked(plans):
    """A sentence about the plans that were changed after trials had been seen; "" if none was.

    Args:
        plans: the entries of ``study.json``, oldest first.
    """
    late = [later for later in plans[1:] if later["seen"]]
    if not late:
        return ""
    first, last = plans[0], plans[-1]
    changed = [
        f"{name} from {_said(first[name])} to {_said(last[name])}"
        for name in ("reference", "margin", "draws")
        if first[name] != last[name]
    ]
    what = f"the plan was changed ({', '.join(changed)})" if changed else "the plan was changed"
    return (
        f"{what} after {late[0]['seen']} trials had been seen: the chance of a false alarm is "
        "higher than stated"
    )


def decides(sampler):
    """Whether a study's trials can decide: they are independent, and all cells share them."""
    return sampler in ("random", "fixed")


def undecidable(sampler, plan, variants):
    """Why a study cannot reach a verdict, as a sentence; "" if it can.

    Args:
        sampler: of the study.
        plan: an entry of ``study.json``.
        variants: number of variants.
    """
    if variants < 2:
        return ""
    if not decides(sampler):
        return (
            f"{said(sampler)}'s trials describe and decide nothing; --sampler random decides draw "
            "by draw"
        )
    what, option, least = "draws", "--trials", fewest.least_draws(variants - 1)
    if sampler == "fixed":
        what, option, least = "seeds", "--seeds", fewest.least_pairs(variants - 1)
    if plan["draws"] >= least:
        return ""
    against = f"{variants - 1} comparisons" if variants > 2 else "one comparison"
    return (
        f"{plan['draws']} {what} can describe, but decide nothing: with {against} no p can be "
        f"below .05 with fewer than {least} {what} ({option} {least})"
    )


def _said(value):
    return "the default" if value is None else str(value)

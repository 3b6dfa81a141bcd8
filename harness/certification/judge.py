"""certify: all checks, ordered so that the first failure is the easiest to understand."""

from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from gatelab.variants.language.errors import VariantError
from gatelab.variants.language.registry import get
from gatelab.variants.language.variant import hyperparameters

from ..calculus.deterministic import check_repeats
from ..calculus.program import derive
from ..errors import CertificationError, LayerError
from ..foundation.errors import first_line
from ..foundation.processor import processor
from ..kernels.caching.generation import versions
from . import comparing, derivatives, extremes, sequences
from .case import Case, Found
from .certificate import Certificate
from .nonfinite import cause

MACHINE = (OSError, MemoryError, ImportError)  # faults of the machine, not of the cell
TRACES = 8  # enough to detect a branch that is taken at random


@dataclass(frozen=True)
class Check:
    """One check: its name, the largest difference allowed, and the comparisons it makes."""

    name: str
    allowed: float
    compared: Any
    own: bool = False  # only for a cell with its own backward

    def measure(self, case):
        """The largest difference that the check finds.

        Raises:
            CertificationError: a difference exceeds the bound, or the cell fails to run.
        """
        title = f"{case.title}: {self.name}"
        try:
            return max(self._held(title, *triple) for triple in self.compared(case))
        except (CertificationError, VariantError, *MACHINE):
            raise
        except Exception as error:
            reason = f"{type(error).__name__}: {first_line(error)}"
            raise CertificationError(f"{title}: {reason}") from error

    def _held(self, title, where, found, right):
        check = f"{title} ({where})"
        try:
            if right is None:
                return comparing.finite(check, found, self.allowed)
            return comparing.compare(check, found, right, self.allowed)
        except comparing.NotFinite as error:
            reasons = [cause(a.layer, a.problem) for a in (found, right) if isinstance(a, Found)]
            if not any(reasons):
                raise
            reason = next(filter(None, reasons))
            raise CertificationError(f"{check}: {reason}") from error


CHECKS = (
    Check("outputs are the step's own", 1e-12, derivatives.outputs),
    Check("gradients of one step", 1e-9, derivatives.one_step),
    Check("gradients through time", 1e-9, derivatives.through_time),
    Check("own backward, one step", 1e-9, derivatives.own_one_step, own=True),
    Check("own backward, through time", 1e-9, derivatives.own_through_time, own=True),
    Check("renderings agree", 1e-12, derivatives.renderings),
    Check("float32 follows float64", 1e-4, derivatives.single_precision),
    Check("a wide batch in float32", 1e-3, derivatives.wide),
    # The bound allows for rounding errors that add up over 20 steps. A gradient that is off by a
    # percent is too inaccurate to train with.
    Check("float32 as training starts", 1e-3, derivatives.ordinary),
    Check("a sequence in two parts", 1e-12, sequences.parts),
    Check("rows are independent", 1e-12, sequences.rows),
    Check("their order does not matter", 1e-12, sequences.order),
    Check("padding is not looked at", 0.0, sequences.padding),
    Check("masked steps change nothing", 1e-12, sequences.masks),
    Check("the same again, to the bit", 0.0, sequences.repeated),
    Check("finite in float32", float(np.finfo("float32").max), extremes.finite),
)


def certify(variant, seed=0):
    """Check a cell: its gradients, renderings, masks and numerical range.

    This takes seconds, mostly for compiling. The gradients of parameters, inputs and initial states
    are compared in float64 with complex-step derivatives of the step itself.

    Args:
        variant: a name, with options as in ``rhn:depth=5``; a class or an instance.
        seed: seed of the random problem.

    Returns:
        Certificate.

    Raises:
        CertificationError: a check failed; the message names the check, the array and both numbers.
        variants.VariantError: the class is invalid, or its step cannot be traced.
        LayerError: the machine cannot run kernels, for lack of memory or disk space, for example.
    """
    variant = get(variant) if isinstance(variant, str) else variant
    variant = variant() if isinstance(variant, type) else variant
    with np.errstate(all="ignore"), _this_machine(variant):  # checks handle overflow
        case = Case(variant, seed)
        check_repeats(derive(variant).traced, variant, TRACES)
        checks = [c for c in CHECKS if case.own or not c.own]
        measured = {c.name: c.measure(case) for c in checks}
    program = case.layer("float64", "derived").program
    return Certificate(
        program.title,
        program.identity,
        settings={name: getattr(variant, name) for name in hyperparameters(type(variant))},
        measured=measured,
        allowed={c.name: c.allowed for c in checks},
        versions=versions(),
        processor=processor(),
        warnings=[*program.warnings],
    )


@contextmanager
def _this_machine(variant):
    """Report a full disk or a missing library as a LayerError: it is no fault of the cell."""
    try:
        yield
    except MACHINE as error:
        reason = f"{type(error).__name__}: {first_line(error)}"
        raise LayerError(f"{variant} cannot be certified here: {reason}") from error

"""certify: all checks, in the order in which a slip is easiest to understand."""

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

MACHINE = (OSError, MemoryError, ImportError)  # what goes wrong with a machine, not with a cell
TRACES = 8  # enough to see a path that is taken at random


@dataclass(frozen=True)
class Check:
    """A name for people, the largest difference allowed, and what is compared."""

    name: str
    allowed: float
    compared: Any
    own: bool = False  # only for a cell that brings its own backward

    def measure(self, case):
        """The largest difference; CertificationError for one that is not allowed."""
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
    # Rounding errors of 20 steps add up; a gradient that lost a percent would have lost the digits
    # that training lives on.
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
    """Hold a cell to account: its gradient, its renderings, its masks, its limits.

    Seconds, most of it compiling. The gradients of parameters, inputs and initial states are
    compared in float64 with complex-step derivatives of the step itself.

    Args:
        variant: a name, with options as in ``rhn:depth=5``; a class or an instance.
        seed: of the random problem.

    Returns:
        Certificate.

    Raises:
        CertificationError: naming the failing check, the array and both numbers.
        variants.VariantError: the class makes no sense, or its step cannot be traced.
        LayerError: the machine cannot run kernels: no memory, no disk.
    """
    variant = get(variant) if isinstance(variant, str) else variant
    variant = variant() if isinstance(variant, type) else variant
    with np.errstate(all="ignore"), _this_machine(variant):  # an overflow is looked at
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
    """A full disk or a missing library is no fault of the cell."""
    try:
        yield
    except MACHINE as error:
        reason = f"{type(error).__name__}: {first_line(error)}"
        raise LayerError(f"{variant} cannot be certified here: {reason}") from error

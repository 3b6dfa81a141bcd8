"""What processes that were killed have left behind."""

from ..running import ownership
from ..tracking import inside
from .finding import Finding, deleted

KEPT = ("weights", "checkpoints", "cells", "figures")
DRAFTS = ("*.draft", ".mlflow-*/*", *(f"{folder}/**/*.draft" for folder in KEPT))


def findings(out):
    """Drafts of files, a sign of an owner that has gone, runs that seem to run.

    Args:
        out: the study's folder, which nobody owns.

    Yields:
        Finding.
    """
    for file in sorted({file for pattern in DRAFTS for file in out.glob(pattern)}):
        name = file.relative_to(out).as_posix()
        yield Finding(name, "was left half written", "nobody needs it", deleted(file))
    sign = out / ownership.OWNER
    if sign.exists() and not ownership.holder(out):
        way_out = "the next one replaces it"
        yield Finding(sign.name, "names a process that has gone", way_out, deleted(sign))
    if left := inside.running(out / "mlflow.db"):
        wrong = f"shows {left} run{'s' * (left > 1)} that nobody runs"
        yield Finding("mlflow.db", wrong, "the study's command, or gatelab sync, ends them")

"""Does the bench reach what a right implementation should? Prints target, reached, verdict.

    python -m studies.acceptance

About four minutes on two cores; again: it continues. Misses are shown as misses. The targets: on
adding with T = 100, far below the baseline of 1/6; on the embedded Reber grammar, only legal
predictions on unseen strings; on digits, what torch's LSTM reaches with the same protocol, less a
margin for the seed (.869 by pixels, .911 by rows).
"""

import argparse
import sys
from pathlib import Path

from tasks.metrics import METRICS

from .compare import guarded

DIGITS = {"hidden": 64, "batch": 32, "lr": 3e-3, "schedule": "linear", "epochs": 60}


def studies(out, workers):
    """(study, [(task, variant, target)]) of every promise."""
    import tasks
    from harness import Study

    common = {"workers": workers, "seed": 0}
    adding = tasks.make("adding", length=100, name="adding_100")
    yield (
        Study([adding], ["standard", "gru"], trials=20, settings={"updates": 6000},
              out=out / "adding", **common),
        [("adding_100", "standard", 0.01), ("adding_100", "gru", 0.01)],
    )  # fmt: skip
    yield (
        Study(["embedded_reber"], ["standard"], trials=10, out=out / "reber", **common),
        [("embedded_reber", "standard", 1.0)],
    )
    for order, target in (("pixels", 0.78), ("rows", 0.89)):
        name = f"digits_{order}"
        # All 1437 images, no selection: the protocol of the reference runs.
        task = tasks.make("digits", order=order, validation="none", patience=None, name=name)
        yield (
            Study([task], ["standard"], settings=DIGITS, seeds=5, out=out / name, **common),
            [(name, "standard", target)],
        )


def verdicts(out, workers):
    """Rows (task, variant, metric, target, reached ± spread, verdict)."""
    for study, promises in studies(out, workers):
        board = study.run().leaderboard
        for task, variant, target in promises:
            row = board[(board.task == task) & (board.variant == variant)].iloc[0]
            down = METRICS[row.metric].direction == "minimize"
            held = row.test_mean <= target if down else row.test_mean >= target
            spread = f"{row.test_mean:.4g} ± {row.test_std:.2g}"
            bound = f"{'at most' if down else 'at least'} {target}"
            yield task, variant, row.metric, bound, spread, "reached" if held else "MISSED"


def main(argv=None):
    """Run what is left, print the table, write it as Markdown."""
    p = argparse.ArgumentParser(prog="python -m studies.acceptance", description=__doc__)
    p.add_argument("--out", default="runs/acceptance", type=Path)
    p.add_argument("--workers", default=2, type=int)
    arguments = p.parse_args(argv)
    return guarded(lambda: show(arguments.out, arguments.workers))


def show(out, workers):
    """Print the table and keep it in ``out/acceptance.md``."""
    head = ("task", "cell", "metric", "target", "test, mean ± spread over seeds", "verdict")
    rows = [head, tuple("---" for _ in head), *verdicts(out, workers)]
    text = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    (out / "acceptance.md").write_text(text + "\n")
    print(text)


if __name__ == "__main__":
    sys.exit(main())

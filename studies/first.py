"""The first study, behind ``make study``: five cells, two synthetic tasks and a real one.

    gatelab first

About three minutes on two cores. It is an ordinary script on an ordinary Study: copy it, change
it, run it again.
"""

import sys

from .compare import guarded


def main():
    """Search ten configurations of every cell on every task, and compare."""
    from gatelab import Study

    study = Study(
        tasks=["adding", "embedded_reber", "digits"],
        variants=["rnn", "standard", "peephole", "coupled", "gru"],
        trials=10,
        sampler="random",  # the same draws for every cell: differences are paired
        search={"hidden": (16, 48, "log"), "batch": [16, 32]},  # small, so that it stays short
        seed=0,
        workers=2,
        out="runs/first",
    )
    return guarded(study.run)


if __name__ == "__main__":
    sys.exit(main())

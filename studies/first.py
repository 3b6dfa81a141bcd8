"""The first study, which ``make study`` runs: five cells, two synthetic tasks and a real one.

It is an ordinary study: copy it, change it, run it.
"""

from gatelab import Study


def study(out="runs/first"):
    """Ten configurations of every cell on every task."""
    return Study(
        tasks=["adding", "embedded_reber", "digits"],
        variants=["rnn", "standard", "peephole", "coupled", "gru"],
        trials=10,
        sampler="random",  # the same draws for every cell, so that differences are paired
        search={"hidden": (16, 48, "log"), "batch": [16, 32]},  # small, to keep it short
        seed=0,
        workers=2,
        out=out,
    )


if __name__ == "__main__":
    study().run()

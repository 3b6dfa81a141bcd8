"""The first study, behind ``make study``: five cells, two synthetic tasks and a real one.

An ordinary study: copy it, change it, run it again.
"""

from gatelab import Study


def study(out="runs/first"):
    """Ten configurations of every cell on every task."""
    return Study(
        tasks=["adding", "embedded_reber", "digits"],
        variants=["rnn", "standard", "peephole", "coupled", "gru"],
        trials=10,
        sampler="random",  # the same draws for every cell: differences are paired
        search={"hidden": (16, 48, "log"), "batch": [16, 32]},  # small, so that it stays short
        seed=0,
        workers=2,
        out=out,
    )


if __name__ == "__main__":
    study().run()

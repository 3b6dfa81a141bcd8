"""The first study, which ``make study`` runs: five cells on a synthetic and a real task.

It is an ordinary study: copy it, change it, run it.
"""

from gatelab import Study


def study(out="runs/first"):
    """Sixteen configurations of every cell on both tasks, drawn alike for all cells.

    Four comparisons need at least sixteen draws before any can be decided. Sequences and budgets
    are small, so that the study ends within five minutes on two cores.
    """
    return Study(
        tasks=["adding:length=20,epochs=15", "digits:order=rows,epochs=20"],
        variants=["standard", "rnn", "peephole", "coupled", "gru"],  # the first is the reference
        trials=16,
        search={"hidden": (16, 48, "log"), "batch": [16, 32]},  # small, to keep it short
        confirm=0,  # retraining eight configurations per pair would double the time
        seed=0,
        workers=2,
        out=out,
    )


if __name__ == "__main__":
    study().run()

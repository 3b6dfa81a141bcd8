"""Which recurrent cell, if one does not know the task? Nine cells on ten small tasks.

The cells are those that people ask about: the LSTM as everybody has it, which is the reference, and
what is said to do as well or better. Elman's network shows what gates are worth.

The tasks were chosen before any cell was run on all of them, five made and five measured, so that
memory, grammar, counting and noise all occur, and so that a trial takes about a second. That is
short: 400 updates. What is compared is what a cell learns soon, with a learning rate, a size and a
forget bias found by random search.
"""

from gatelab import Study, tasks

#: Cells, the reference first, with the reason for each.
CELLS = {
    "standard": "the LSTM with a forget gate, as libraries have it: the reference",
    "rnn": "Elman's network: no gates at all",
    "gru": "the usual alternative, with three quarters of the weights",
    "peephole": "the LSTM of the Search Space Odyssey: its gates also see the cell",
    "coupled": "one gate fewer: it forgets as much as it takes in",
    "janet": "only the forget gate",
    "min_gru": "gates that do not see the state, so that training can run in parallel",
    "slstm": "xLSTM's: exponential gates with a normaliser",
    "layer_norm_lstm": "normalised sums, the most common change to training",
}


def chosen():
    """The ten tasks: five made, then five measured."""
    return [
        tasks.make("adding", length=10, name="adding_10"),
        tasks.make("delayed_recall", length=20, delay=6, name="recall_6"),
        tasks.make("parity", length=8, test_length=32, name="parity_8"),
        tasks.make("embedded_reber"),
        tasks.make("dyck", length=20, test_length=40, valid_sequences=200, name="dyck_20"),
        tasks.make("digits", order="rows", name="digits_rows"),
        tasks.make("japanese_vowels"),
        tasks.make("spoken_digits"),
        tasks.make("surnames"),
        tasks.make("santa_fe", stride=40, name="santa_fe"),
    ]


SEED = 0

SETTINGS = {"batch": 32, "clip": 1.0, "epochs": 6, "output_dropout": 0.0, "updates": 400}

SEARCH = {"forget_bias": (0.0, 2.0), "hidden": (16, 48, "log"), "lr": (1e-3, 3e-2, "log")}


def study(out="runs/survey", trials=40, workers=2, **changed):
    """The study; ``changed`` are further arguments of ``Study``."""
    return Study(
        **{
            "tasks": chosen(),
            "variants": [*CELLS],
            "trials": trials,
            "sampler": "random",
            "seed": SEED,
            "workers": workers,
            "out": out,
            "settings": SETTINGS,
            "search": SEARCH,
            "finals": 0,
            "confirm": 0,
            "page": False,  # gatelab report makes it
        }
        | changed
    )

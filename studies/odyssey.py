"""Do the parts of the LSTM matter? The Search Space Odyssey on the JSB chorales, draw by draw.

Greff, Srivastava, Koutnik, Steunebrink, Schmidhuber (2017), LSTM: A Search Space Odyssey, IEEE
TNNLS 28(10), arXiv:1503.04069, changed one part of the LSTM with peepholes at a time, in eight
ways, and searched each cell with 200 trials of its own. Here the cells share their draws.

As in the paper: one layer, sigmoid outputs, the whole gradient, one sequence per update, Nesterov's
momentum with the learning rate rescaled by 1 - momentum (from memory of the paper), no clipping,
Gaussian noise on the inputs with a standard deviation of 0 to 1, sizes that are not made equal.
Different:

* There are 20 to 100 units, log-uniform; the paper has up to 200. A trial with 200 takes five times
  as long as one with 50.
* A trial is six passes over the 229 pieces, with a learning rate that falls linearly to 0. The
  paper trains at a constant rate for up to 150 passes, until 15 bring no better validation score.
  The weights are those of the best pass in both. The best trials reach 8.5 nats per frame on test
  like this; 8.4 to 8.7 are published for LSTMs.
* The learning rate is .1 to 10 for the mean over a sequence's frames, which is about .002 to .2 for
  their sum; the paper has 1e-6 to .01, with up to 25 times as many passes. We chose the range by
  some twenty trials, most of them of V: it suits V, and the output of NOAF, which has no bound,
  explodes in most of it.
* Momentum is one of eleven values, evenly spaced on the logarithm of 1 - momentum between 0 and
  .99; the paper draws it from that scale.
* Weights start uniform in +-1/sqrt(H), not normal with a standard deviation of .1. Forget biases
  start at 0, as the mean of the paper's.
"""

from gatelab import Study

#: The paper's abbreviation and the registered name of its cells; V comes first, the reference.
CELLS = {
    "V": "peephole",
    "NIG": "no_input_gate",
    "NFG": "no_forget_gate",
    "NOG": "no_output_gate",
    "NIAF": "no_input_activation",
    "NOAF": "no_output_activation",
    "CIFG": "coupled_peephole",
    "NP": "standard",
    "FGR": "full_gate_recurrence",
}

TASK = "chorales"
SEED = 0
MARGIN = 0.05  # nats per frame; published LSTMs and GRUs differ by .02, tanh from both by .5

SETTINGS = {
    "batch": 1,
    "clip": 0.0,
    "epochs": 6,
    "forget_bias": 0.0,
    "optimizer": "rescaled_nesterov",
    "output_dropout": 0.0,
    "schedule": "linear",
}

SEARCH = {
    "hidden": (20, 100, "log"),
    "input_noise": (0.0, 1.0),
    "lr": (0.1, 10.0, "log"),
    "momentum": [0.0, 0.37, 0.6, 0.75, 0.84, 0.9, 0.937, 0.96, 0.975, 0.984, 0.99],
}


def study(out="runs/odyssey", trials=100, workers=2, **changed):
    """The study; ``changed`` are further arguments of ``Study``."""
    return Study(
        **{
            "tasks": [TASK],
            "variants": [*CELLS.values()],
            "trials": trials,
            "sampler": "random",
            "seed": SEED,
            "workers": workers,
            "out": out,
            "settings": SETTINGS,
            "search": SEARCH,
            "finals": 0,
            "margin": MARGIN,
            "confirm": 0,
            "page": False,  # gatelab report makes it
        }
        | changed
    )

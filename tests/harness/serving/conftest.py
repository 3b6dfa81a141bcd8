"""A network that takes raw rows, of random weights."""

import numpy as np
import pytest
from helpers.in_use import forecasting

from gatelab import Network, variants
from gatelab.serving.fitted import Fitted
from gatelab.tasks.preparation.sequences import Sequences
from gatelab.tasks.preparation.texts import NextCharacter, Strings


def network(inputs, outputs, kind):
    made = Network(variants.get("gru"), inputs, 3, outputs, kind, backend="numpy")
    return made.init(np.random.default_rng(0))


@pytest.fixture
def forecaster():
    return Fitted(network(2, 2, "regression"), forecasting(), "load", "gru", "mse", 0.5)


@pytest.fixture
def classifier():
    prepared = Sequences("classification", 2, 2, (0.0, 0.0), (2.0, 4.0), ("calm", "storm"))
    return Fitted(network(2, 2, "classification"), prepared, "weather", "gru", "accuracy", 0.9)


@pytest.fixture
def reader():
    return Fitted(network(3, 3, "labelling"), NextCharacter("ab\n"), "book", "gru", "nll", 1.0)


@pytest.fixture
def namer():
    return Fitted(
        network(4, 2, "classification"), Strings("abc", ("x", "y"), "plain"), "names", "gru",
        "accuracy", 0.9,
    )  # fmt: skip

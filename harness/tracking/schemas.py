"""What a model takes and gives, in MLflow's words."""

import numpy as np

from gatelab.tasks.preparation.answers import PREDICTED
from gatelab.tasks.preparation.forecasting import Forecasting
from gatelab.tasks.preparation.sequences import ANSWERS, PER_STEP, Sequences
from gatelab.tasks.preparation.texts import TEXT

from ..networks import losses

NUMBER = np.dtype(np.float32)


def of_prepared(about):
    """Shapes of prepared input and of output: any number of sequences, of any length.

    Args:
        about: description of a saved network.
    """
    from mlflow.models import ModelSignature
    from mlflow.types import Schema, TensorSpec

    steps = (-1,) if about["kind"] in losses.PER_STEP else ()
    outputs = TensorSpec(NUMBER, (-1, *steps, about["outputs"]))
    return ModelSignature(_sequences(about["inputs"]), Schema([outputs]), _lengths())


def of_raw(prepared):
    """The columns of raw input and of the answer.

    Args:
        prepared: ``Preparation``.
    """
    from mlflow.models import ModelSignature

    if isinstance(prepared, Forecasting):
        given = _columns([*prepared.when, *prepared.series], prepared.columns)
        return ModelSignature(given, _columns(*prepared.answered()))
    if isinstance(prepared, Sequences):
        answered = _columns(*_of_sequences(prepared))
        return ModelSignature(_sequences(prepared.inputs), answered, _lengths())
    return ModelSignature(_columns([TEXT], []), _columns([PREDICTED], prepared.classes))


def _of_sequences(prepared):
    """Columns of words and of numbers in an answer to sequences."""
    places = ["sequence", "step"] if prepared.task in PER_STEP else ["sequence"]
    words = [PREDICTED] if ANSWERS.get(prepared.task) is ANSWERS["classification"] else []
    return words, [*places, *prepared.names]


def _columns(words, numbers):
    from mlflow.types import ColSpec, Schema

    columns = [("string", name) for name in words] + [("double", name) for name in numbers]
    return Schema([ColSpec(kind, str(name)) for kind, name in columns])


def _sequences(inputs):
    from mlflow.types import Schema, TensorSpec

    return Schema([TensorSpec(NUMBER, (-1, -1, inputs))])


def _lengths():
    from mlflow.types import ParamSchema, ParamSpec

    return ParamSchema([ParamSpec("lengths", "long", [], shape=(-1,))])

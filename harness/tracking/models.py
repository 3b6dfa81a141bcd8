"""A cell's best network as an MLflow model: written from code, registered, with aliases."""

import re
import warnings
from importlib.metadata import version
from pathlib import Path

import numpy as np

from ..networks import saving
from ..networks.losses import PER_STEP
from . import portable

BEST = "best"  # alias of a task's best model
REQUIRED = ("gatelab", "numpy", "mlflow")
RESERVED = re.compile(r"v\d+|latest|best", re.IGNORECASE)


def write(folder, weights, variant):
    """Write a model that ``mlflow.pyfunc.load_model`` loads without pickle.

    Args:
        folder: path that does not exist yet.
        weights: .npz file of ``Network.save``.
        variant: class of its cell, whose source goes along if it is not gatelab's.

    Raises:
        StudyError: the cell's source cannot be sent along.
    """
    from mlflow import pyfunc

    about, _ = saving.read(weights)
    artifacts = {"weights": str(weights)}
    if (text := portable.source(variant)) is not None:
        cell = Path(folder).parent / f"{variant.name.partition(':')[0]}.py"
        cell.write_text(text, encoding="utf-8")
        artifacts["cell"] = str(cell)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # It asks for an example beside the signature.
        pyfunc.save_model(  # type: ignore[attr-defined]
            folder,
            python_model=str(Path(__file__).with_name("served.py")),
            artifacts=artifacts,
            signature=signature(about),
            pip_requirements=requirements(variant),
            metadata={"variant": variant.name, "kind": about["kind"]},
        )


def signature(about):
    """Shapes of input and output: any number of sequences, of any length.

    Args:
        about: description of a saved network.
    """
    from mlflow.models import ModelSignature
    from mlflow.types import ParamSchema, ParamSpec, Schema, TensorSpec

    steps = (-1,) if about["kind"] in PER_STEP else ()
    number = np.dtype(np.float32)
    return ModelSignature(
        Schema([TensorSpec(number, (-1, -1, about["inputs"]))]),
        Schema([TensorSpec(number, (-1, *steps, about["outputs"]))]),
        ParamSchema([ParamSpec("lengths", "long", [], shape=(-1,))]),
    )


def requirements(variant):
    """What pip has to install for the model, with exact versions."""
    own = portable.distribution(variant)
    return [f"{name}=={version(name)}" for name in REQUIRED] + ([own] if own else [])


def alias(name):
    """A cell's alias in the registry; MLflow allows letters, digits, - and _, and reserves some."""
    word = re.sub(r"[^\w-]+", "-", name)
    return f"cell-{word}" if RESERVED.fullmatch(word) else word


def registered_name(task, study=None):
    """The name of a task's registered model, with the study's on a server shared by studies."""
    return re.sub(r"[/:.]+", "-", f"{study}-{task}" if study else task)

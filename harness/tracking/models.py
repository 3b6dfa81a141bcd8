"""A cell's best network as an MLflow model: written from code, registered, with aliases."""

import re
import shutil
import warnings
from importlib.metadata import version
from pathlib import Path

from gatelab.tasks.preparation import files

from ..networks import saving
from . import portable

BEST = "best"  # alias of a task's best model
REQUIRED = ("gatelab", "numpy", "mlflow")
RESERVED = re.compile(r"v\d+|latest|best", re.IGNORECASE)


def write(folder, weights, variant, preparation=None):
    """Write a model that ``mlflow.pyfunc.load_model`` loads without pickle.

    Args:
        folder: path that does not exist yet, in a folder for temporary files.
        weights: .npz file of ``Network.save``.
        variant: class of its cell, whose source goes along if it is not gatelab's.
        preparation: .json file of what stands between raw input and the network. With it the
            model takes raw input; without it, prepared sequences.

    Raises:
        StudyError: the cell's source cannot be sent along.
    """
    from mlflow import pyfunc

    from . import schemas  # loads pandas: not before there is a network

    about, _ = saving.read(weights)
    beside, prepared = Path(folder).parent, None
    # Copied: MLflow takes a path for a URL, in which # and ? have another meaning.
    artifacts = {"weights": shutil.copy(weights, beside)}
    if preparation is not None:
        artifacts["preparation"] = shutil.copy(preparation, beside)
        prepared = files.load(preparation)
    artifacts = {name: str(path) for name, path in artifacts.items()}
    if (text := portable.source(variant)) is not None:
        cell = beside / f"{variant.name.partition(':')[0]}.py"
        cell.write_text(text, encoding="utf-8")
        artifacts["cell"] = str(cell)
    # Not within a context: this is a thread of its own, and threads share the filters.
    warnings.filterwarnings("ignore", ".*(An input example|Any type hint)", UserWarning)
    pyfunc.save_model(  # type: ignore[attr-defined]
        folder,
        python_model=str(Path(__file__).with_name("served.py")),
        artifacts=artifacts,
        signature=schemas.of_raw(prepared) if prepared else schemas.of_prepared(about),
        pip_requirements=requirements(variant),
        metadata={"variant": variant.name, "kind": about["kind"]} | described(prepared),
    )


def described(prepared):
    """What a model says of the preparation that travels with it, beside its other metadata."""
    if prepared is None:
        return {}
    return {"preparation": prepared.kind, "takes": prepared.reads}


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

"""Models in MLflow: logged to a cell's run, registered under its task.

``models:/adding@gru`` is the best network of gru on adding, ``models:/adding@best`` that of the
best cell. All steps may be repeated: what is done is kept in the run's tags.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from ..foundation.jsonable import plain
from ..serving import kept
from . import models
from .runs import fingerprint

CONTENT, MODEL, VERSION = "model.weights", "model", "model.version"


def log(runs, run, weights, variant):
    """Log and register a network, unless the run has it already.

    Args:
        runs: ``MLRuns``.
        run: of the variant.
        weights: path of the .npz file.
        variant: class of the cell.

    Raises:
        StudyError: the cell's source cannot be sent along.
    """
    preparation = kept.beside(weights)
    parts = [weights.name, weights.stat().st_size, weights.stat().st_mtime_ns]
    content = fingerprint(*parts, *([preparation.read_text("utf-8")] if preparation else []))
    if run.tags.get(CONTENT) == content:
        return
    with TemporaryDirectory() as folder:
        written = Path(folder) / "model"
        models.write(written, weights, variant, preparation)
        made = _begun(runs, run, content)
        runs.client.log_model_artifacts(made.model_id, str(written))
    runs.client.finalize_logged_model(made.model_id, "READY")
    _link(runs, run, made)
    _register(runs, run, made, _name(runs, run))
    runs.mark(run, **{MODEL: made.model_id, CONTENT: content})


def crown(runs, run):
    """Give the run's model the alias of the task's best; no model has it if this run has none."""
    name, version = _name(runs, run), run.tags.get(VERSION)
    if version:
        runs.client.set_registered_model_alias(name, models.BEST, version)
    elif runs.client.search_registered_models(f"name = '{name}'"):
        runs.client.delete_registered_model_alias(name, models.BEST)


def _name(runs, run):
    """The registered model's; on a server that studies share, it says whose model it is."""
    return models.registered_name(run.task, None if runs.database else run.tags["study"])


def _begun(runs, run, content):
    """A logged model to put files into; one that an attempt before has left is used again."""
    experiment = runs.experiment(run.task)
    tags = {"variant": run.variant, "task": run.task, "study": run.tags["study"], CONTENT: content}
    condition = f"source_run_id = '{run.id}'"
    for found in runs.client.search_logged_models([experiment], condition):
        if found.tags.get(CONTENT) == content:
            return found
    return runs.client.create_logged_model(
        experiment, name=models.alias(run.variant), source_run_id=run.id, tags=tags
    )


def _link(runs, run, made):
    """Name a model as the run's output, once: MLflow refuses a second time for good."""
    from mlflow.entities import LoggedModelOutput

    outputs = runs.client.get_run(run.id).outputs
    if made.model_id not in [each.model_id for each in (outputs and outputs.model_outputs) or ()]:
        runs.client.log_outputs(run.id, [LoggedModelOutput(made.model_id, step=0)])


def _register(runs, run, made, name):
    if not runs.client.search_registered_models(f"name = '{name}'"):
        runs.client.create_registered_model(
            name, description=f"The best network of each cell on {run.task}; an alias per cell."
        )
    version = _version(runs, run, made, name)
    runs.client.set_registered_model_alias(name, models.alias(run.variant), version.version)
    runs.mark(run, **{VERSION: str(plain(version.version))})


def _version(runs, run, made, name):
    """The model's version in the registry, made unless it is there."""
    # A server finds a model by its id; without one, MLflow would look in its default database.
    source = made.artifact_location if runs.database else f"models:/{made.model_id}"
    for found in runs.client.search_model_versions(f"name = '{name}'"):
        if found.source == source:  # MLflow keeps no ``model_id`` of a version
            return found
    tags = {"variant": run.variant}
    return runs.client.create_model_version(
        name, source=source, run_id=run.id, tags=tags, model_id=made.model_id
    )

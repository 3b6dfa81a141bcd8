"""Addresses of pages inside MLflow, all in its mode for model training.

Without ``workflowType`` MLflow opens a page in its mode for language models, which hides the runs.
"""

BASE = "http://127.0.0.1:5000"
MODE = "workflowType=machine_learning"


def of_task(experiment, view=None, mode="CHART", base=BASE):
    """The page that compares an experiment's cells, as charts or, with mode "TABLE", as a table.

    Args:
        experiment: its id.
        view: id of a saved view; see ``views``.
    """
    shared = f"viewStateShareKey={view}&" if view else ""
    return f"{base}/#/experiments/{experiment}/runs?{shared}{MODE}&compareRunsMode={mode}"


def of_run(experiment, run_id, base=BASE):
    return f"{base}/#/experiments/{experiment}/runs/{run_id}?{MODE}"


def of_artifact(experiment, run_id, path, base=BASE):
    """The page that shows a run's file; pages and pictures are drawn on it."""
    return f"{base}/#/experiments/{experiment}/runs/{run_id}/artifacts/{path}?{MODE}"

"""The MLflow server that shows a study, on this machine only."""

import os
import sys
from pathlib import Path

from ..foundation import sqlite

ENVIRONMENT = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false",
    # Saves seven helper processes of 0.2 GB each, which serve features that are not used here.
    "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    # By default an unreachable server blocks each call for four minutes; and MLflow would repeat a
    # request whose answer was lost, which makes a second run. The outbox repeats, after a look.
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "20",
}


def set_environment():
    """Set this process's environment for MLflow's client, before that is loaded.

    What the user has set stays.
    """
    for key, value in ENVIRONMENT.items():
        os.environ.setdefault(key, value)


def ui_command(log, artifacts, host="127.0.0.1", port=5000):
    """The command that serves a study's log, by default on the loopback interface only.

    Args:
        log: path of its ``mlflow.db``.
        artifacts: its folder of files.
        host, port: to listen on.
    """
    return [
        *(sys.executable, "-m", "mlflow", "server"),
        *("--backend-store-uri", sqlite.url(log)),
        *("--default-artifact-root", Path(artifacts).resolve().as_uri()),
        *("--host", host, "--port", str(port), "--workers", "1"),
        # By default names that begin like a private address pass, too: 10.evil.com. Any port, as
        # a tunnel from another machine may begin at another one.
        *("--allowed-hosts", f"{host}:*,localhost:*"),
        *("--uvicorn-opts", "--log-level warning"),
    ]


def ui_environment():
    """The environment to run ``ui_command`` in."""
    # The server's libraries warn about each other; a user of the study can do nothing about it.
    return {**os.environ, **ENVIRONMENT, "PYTHONWARNINGS": "ignore"}

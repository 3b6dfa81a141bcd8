"""Private servers for trials and their log: PostgreSQL and MLflow, on this machine."""

import subprocess
import time
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.request import urlopen

from gatelab.errors import StudyError
from gatelab.foundation import postgres
from gatelab.tracking.server import ui_command, ui_environment

PATIENCE = 120  # seconds until MLflow answers


def can_start():
    """Whether PostgreSQL and its driver are installed."""
    return postgres.programs() is not None and find_spec("psycopg") is not None


@contextmanager
def servers(folder):
    """Start both; they end with the context.

    Args:
        folder: an empty one, for MLflow's files.

    Yields:
        (address of a database for trials, address of the log).

    Raises:
        GatelabError: PostgreSQL is not installed; one of them does not start.
    """
    file, artifacts = Path(folder) / "mlflow.db", Path(folder) / "artifacts"
    with postgres.Server() as database, log_server(file, artifacts) as log:
        yield database.create("trials"), log


@contextmanager
def log_server(file, artifacts):
    """Serve a log by MLflow, as ``gatelab ui`` does; yields its address.

    Args:
        file: path of ``mlflow.db``, which is made if it is not there.
        artifacts: its folder of files.

    Raises:
        StudyError: the server does not start.
    """
    port = postgres.free_port()
    address = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        ui_command(file, artifacts, port=port), env=ui_environment(), cwd=Path(file).parent,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    with process:
        try:
            _wait(address, process)
            yield address
        finally:
            process.terminate()


def _wait(address, process):
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            with urlopen(f"{address}/health", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise StudyError(f"MLflow's server at {address} did not start")

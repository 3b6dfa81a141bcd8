"""Look at a study in MLflow, on this machine only.

    gatelab ui runs/first
    gatelab ui runs/first --port 5001

Prints a link per task, and serves until Ctrl-C. Of a folder that you cannot write to, a copy of its
log is shown: MLflow opens no other.
"""

import os
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time
import urllib.request
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import click

from ..errors import StudyError
from . import options
from .words import command


@command("ui", __doc__)
@click.argument("out", type=options.PATH, default=Path("runs/first"))
@click.option(
    "--port", type=click.IntRange(1, 65535), default=5000, metavar="N", help="to listen on (5000)"
)
def ui(out, port):
    serve(out, port)


def serve(out, port):
    """Serve until Ctrl-C.

    Raises:
        StudyError: there is no study in the folder, or the port is taken.
    """
    from ..tracking import homes, tables

    if not (out / "mlflow.db").exists():
        raise StudyError(f"{out} holds no study; run gatelab first, or name another folder")
    tables.check(out / "mlflow.db")
    if _is_taken(port):
        raise StudyError(f"port {port} is in use; choose another with --port")
    artifacts = out.resolve() / "artifacts"
    with writable(out) as log:
        homes.follow(log, artifacts)  # the folder may have been moved, or copied
        _serve(log, artifacts, port)


@contextmanager
def writable(out):
    """The path of a study's log, or of a copy if its folder is somebody else's."""
    from ..foundation import sqlite

    log = out / "mlflow.db"
    if os.access(out, os.W_OK) and os.access(log, os.W_OK):
        yield log
        return
    print(f"{out} cannot be written: a copy of its log is shown, as it is now", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / log.name
        with sqlite.reading(log) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
        yield copy


def _serve(log, artifacts, port):
    from ..tracking.server import ui_command, ui_environment

    print("starting MLflow (ten seconds or so) ...", flush=True)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # also ends the server
    # A separate process group: the processes that MLflow starts must end with it.
    server = subprocess.Popen(
        ui_command(log, artifacts, port=port), env=ui_environment(), start_new_session=True
    )
    try:
        _wait(server, port)
        for task, charts, table in links(log, port):
            print(f"{task}\n    charts  {charts}\n    table   {table}", flush=True)
        print("Ctrl-C stops it", flush=True)
        server.wait()
    except KeyboardInterrupt:
        pass
    finally:
        with suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGTERM)
        server.wait()


def links(log, port):
    """(task, link to its charts, link to its table of cells) of every experiment."""
    from mlflow import MlflowClient

    from ..foundation import sqlite
    from ..tracking import addresses, views

    base = f"http://127.0.0.1:{port}"
    client = MlflowClient(sqlite.url(log))
    for experiment in reversed(client.search_experiments()):
        if experiment.experiment_id != "0":
            view = views.ANSWER if views.TAG + views.ANSWER in experiment.tags else None
            yield (
                experiment.name,
                *(
                    addresses.of_task(experiment.experiment_id, view, mode, base)
                    for mode in ("CHART", "TABLE")
                ),
            )


def _is_taken(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _wait(server, port, seconds=90):
    for _ in range(4 * seconds):
        if server.poll() is not None:
            raise StudyError(f"MLflow ended with status {server.returncode}; its words are above")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=1):
                return
        except OSError:
            time.sleep(0.25)
    raise StudyError(f"MLflow did not answer within {seconds} s")

"""The file of the log, and the page that shows it."""

import os
import sqlite3
import sys
from contextlib import closing

from helpers.processes import printed

from gatelab.foundation import sqlite
from gatelab.tracking.addresses import of_task
from gatelab.tracking.server import ui_command, ui_environment


def test_the_file_is_written_without_waiting_and_analyzed(tracker, out):
    tracker.start_parent("adding", "gru")
    assert tracker.close() == 0
    with closing(sqlite3.connect(out / "mlflow.db")) as file:
        assert file.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert file.execute("SELECT count(*) FROM sqlite_stat1").fetchone()[0] > 0
    assert not (out / "mlflow.db-wal").exists() or (out / "mlflow.db-wal").stat().st_size == 0


def test_only_our_files_are_hurried(tmp_path):
    from sqlalchemy import create_engine

    sqlite.quick(tmp_path / "ours.db")
    found = {}
    for name in ("ours.db", "theirs.db"):
        engine = create_engine(sqlite.url(tmp_path / name))
        with engine.connect() as connection:
            found[name] = connection.exec_driver_sql("PRAGMA synchronous").scalar()
        engine.dispose()
    assert found == {"ours.db": 1, "theirs.db": 2}


def test_making_the_tables_says_nothing_and_mlflow_is_loaded_by_the_thread_alone(tmp_path):
    code = (
        "import sys; from gatelab.tracking.tracker import Tracker;"
        "assert 'mlflow' not in sys.modules;"
        f"tracker = Tracker({str(tmp_path)!r});"
        "assert 'mlflow' not in sys.modules;"
        "assert tracker.start().flush()"
    )
    assert printed(code) == ""


def test_the_page_and_the_command(tmp_path):
    assert of_task("3") == (
        "http://127.0.0.1:5000/#/experiments/3/runs?workflowType=machine_learning&compareRunsMode=CHART"
    )
    command = ui_command(tmp_path / "mlflow.db", tmp_path / "artifacts", port=5001)
    assert command[:4] == [sys.executable, "-m", "mlflow", "server"]
    assert sqlite.url(tmp_path / "mlflow.db") in command
    assert command[command.index("--host") + 1] == "127.0.0.1"
    hosts = command[command.index("--allowed-hosts") + 1]
    assert hosts == "127.0.0.1:*,localhost:*"  # through a tunnel, too; never 10.evil.com
    assert command[command.index("--workers") + 1] == "1"
    environment = ui_environment()
    assert environment["MLFLOW_SERVER_ENABLE_JOB_EXECUTION"] == "false"
    assert environment["MLFLOW_DISABLE_TELEMETRY"] == "true"
    assert environment["PATH"] == os.environ["PATH"]

"""The MLflow server is away, silent, or loses answers: the study ends, and its log gets whole.

The long forms, run by ``pytest -m long tests/faults``, wait as long as people's servers do.
"""

import threading
import time

import pytest
from helpers.faulty import AWAY, LOSSY, SILENT, UP, Proxy, mlflow_server
from helpers.running import same
from psutil import Process

from gatelab.running import folder
from gatelab.running.progress import Progress
from gatelab.running.sending import sync
from gatelab.searching.search import Search
from gatelab.tracking import outbox

pytestmark = pytest.mark.starts_workers


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """(folder, port) of an MLflow server."""
    folder = tmp_path_factory.mktemp("server")
    with mlflow_server(folder) as port:
        yield folder, port


@pytest.fixture
def proxy(server, monkeypatch):
    monkeypatch.setattr(outbox, "PAUSES", (0.05, 0.1))
    with Proxy(server[1]) as proxy:
        yield proxy


@pytest.fixture
def fails(proxy, monkeypatch):
    """(mode) -> the server fails in that way from the end of the first trial."""
    tell = Search.tell

    def fail(mode, seconds=None):
        def told(search, asked, record):
            if proxy.mode == UP:
                proxy.mode = mode
                if seconds:
                    threading.Timer(seconds, setattr, (proxy, "mode", UP)).start()
                monkeypatch.setattr(Search, "tell", tell)
            return tell(search, asked, record)

        monkeypatch.setattr(Search, "tell", told)

    return fail


def logged(proxy, result, out):
    """Check that the server has every run of a study once, ended, with all its points."""
    from mlflow import MlflowClient

    proxy.mode = UP
    client = MlflowClient(proxy.url)
    experiment = client.get_experiment_by_name("adding").experiment_id
    study = f"tags.`study.id` = '{folder.id_of(out)}'"
    runs = client.search_runs([experiment], study)
    assert {run.info.status for run in runs} == {"FINISHED"}
    names = sorted(run.info.run_name for run in runs)
    assert len(names) == len({*names})
    ids = {run.info.run_id for run in runs}
    children = [run for run in runs if "mlflow.parentRunId" in run.data.tags]
    assert len(children) == len(result.trials) + len(result.runs)
    assert len(runs) - len(children) == 1
    sources = [each.source for each in client.search_model_versions() if each.run_id in ids]
    assert len(sources) == len({*sources}) == 1
    for run in runs:
        points = client.get_metric_history(run.info.run_id, "valid/mse")
        assert len({point.step for point in points}) == len(points) > 0


def test_lost_answers_double_nothing_and_tell_no_password(
    proxy, begun, undisturbed, server, tmp_path, monkeypatch, capfd
):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", proxy.url.replace("//", "//me:hunter2@"))
    ended, processes = Progress.ended, []

    def listed(self, *given):
        processes.extend(" ".join(each.cmdline()) for each in Process().children(recursive=True))
        ended(self, *given)

    monkeypatch.setattr(Progress, "ended", listed)
    proxy.mode = LOSSY
    result = begun(tmp_path / "out", log_wait=200, quiet=False).run()
    same(result.trials, undisturbed.trials)
    assert (result.unsent, proxy.lost > 5) == (0, True)
    logged(proxy, result, tmp_path / "out")

    said = capfd.readouterr()
    assert processes
    assert "hunter2" not in " ".join([said.out, said.err, *processes])
    files = [f for folder in (tmp_path, server[0]) for f in folder.rglob("*") if f.is_file()]
    kept = {file: file.read_bytes() for file in files}
    assert not [file for file, content in kept.items() if b"hunter2" in content]


@pytest.mark.parametrize("seconds", [pytest.param(30, marks=pytest.mark.long)])
def test_a_server_that_comes_back_gets_everything(seconds, proxy, fails, begun, tmp_path):
    fails(AWAY, seconds)
    result = begun(tmp_path, tracking_uri=proxy.url, log_wait=60 + seconds).run()
    assert result.unsent == 0
    logged(proxy, result, tmp_path)


@pytest.mark.parametrize("mode", [pytest.param(AWAY, marks=pytest.mark.long), SILENT])
@pytest.mark.parametrize("wait", [1, pytest.param(60, marks=pytest.mark.long)])
def test_a_server_that_is_gone_holds_nobody_up(
    mode, wait, proxy, fails, begun, undisturbed, tmp_path
):
    fails(mode)
    started = time.monotonic()
    result = begun(tmp_path, tracking_uri=proxy.url, log_wait=wait).run()
    assert time.monotonic() - started < 60 + wait  # a silent one used to take 400 s
    same(result.trials, undisturbed.trials)
    same(result.leaderboard, undisturbed.leaderboard)
    assert result.unsent > 0
    assert sync(tmp_path, proxy.url, seconds=0.2) > 0
    proxy.mode = UP
    assert sync(tmp_path, proxy.url) == 0
    logged(proxy, result, tmp_path)

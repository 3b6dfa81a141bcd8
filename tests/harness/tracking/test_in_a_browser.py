"""The saved view in a real browser. Its format is MLflow's own and documented nowhere."""

import re
import signal
import subprocess
import urllib.error
import urllib.request
from contextlib import closing, contextmanager
from socket import socket
from time import monotonic, sleep

import pytest
from helpers.browser import needs_browser, shown
from helpers.tracked import trial

from gatelab.tracking import addresses, views
from gatelab.tracking.scores import Score
from gatelab.tracking.server import ui_command, ui_environment

pytestmark = needs_browser
CHARTS = ["interval/test_mse", "valid/mse", "cost/seconds", "cost/parameters"]
#: What the first chart's legend says: there is a line to see.
LEGEND = [f"{cell} (interval/test_mse)" for cell in ("standard", "gru")]


@contextmanager
def served(out, patience=150):
    """The base address of an MLflow server over a folder's log."""
    with closing(socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    base, given_up = f"http://127.0.0.1:{port}", monotonic() + patience
    server = subprocess.Popen(
        ui_command(out / "mlflow.db", out / "artifacts", port=port), env=ui_environment(),
        start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        while not _answers(f"{base}/health"):
            assert server.poll() is None
            assert monotonic() < given_up
            sleep(0.25)
        yield base
    finally:
        server.send_signal(signal.SIGINT)
        server.wait()


def _answers(address):
    try:
        with urllib.request.urlopen(address, timeout=1):
            return True
    except OSError:
        return False


def charts(html):
    """The titles of a page's charts."""
    return re.findall(r'<h4[^>]* title="([^"]+)"', html)


def has_legend(html):
    return all(line in html for line in LEGEND)


def test_the_link_opens_on_scores_curves_time_and_size(tracker, out):
    for variant, error in (("standard", 0.0003), ("gru", 0.0001)):
        run = tracker.start_parent("adding", variant)
        best = trial(tracker, run, score=error)
        score = Score("mse", error, 0.9 * error, 1.1 * error)
        tracker.finish_parent(run, best, score=score, progress="finished")
    tracker.views("adding", "mse", "minimize")
    tracker.describe("adding", "**gru better**")
    tracker.flush()
    with served(out) as base:
        for stranger in ("10.evil.com", "192.168.evil.com", "evil.com"):
            asked = urllib.request.Request(base, headers={"Host": stranger})
            with pytest.raises(urllib.error.HTTPError, match="403"):
                urllib.request.urlopen(asked, timeout=20)
        address = addresses.of_task("1", tracker.view, base=base)
        html = shown(address, out, until=lambda html: len(charts(html)) >= 4 and has_legend(html))
    first, _, rest = html.partition(views.SECTION)
    assert "gru better" in first
    assert charts(rest)[:4] == CHARTS
    assert has_legend(rest)

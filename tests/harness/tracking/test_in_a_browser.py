"""The saved view in a real browser. Its format is MLflow's own and documented nowhere."""

import re
import urllib.error
import urllib.request

import pytest
from helpers.browser import needs_browser, shown
from helpers.tracked import trial

from gatelab.studies.bench.servers import log_server
from gatelab.tracking import addresses, views
from gatelab.tracking.scores import Score

pytestmark = needs_browser
CHARTS = ["interval/test_mse", "valid/mse", "cost/seconds", "cost/parameters"]
#: What the first chart's legend says: there is a line to see.
LEGEND = [f"{cell} (interval/test_mse)" for cell in ("standard", "gru")]


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
    with log_server(out / "mlflow.db", out / "artifacts") as base:
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

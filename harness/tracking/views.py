"""Saved views of an experiment: which charts MLflow opens with, in which order.

The format is that of MLflow 3.17's own "share view" and is documented nowhere: a test loads a view
in a browser. A version that does not understand it shows all metrics, section by section.
"""

import base64
import json
import time
import zlib

TAG = "mlflow.sharedViewState."
ANSWER = "answer"  # id of the view that links open
SECTION = "test score, curves, time and size"


def answer(metric, direction, condition="tags.kind = 'study'"):
    """A state in which a task's page shows one run per cell and what matters, best cell first.

    Args:
        metric: name of the task's metric.
        direction: "minimize" or "maximize"; errors get logarithmic axes.
        condition: MLflow's search condition for the runs.

    Returns:
        dict for JSON.
    """
    scale = "log" if direction == "minimize" else "linear"
    score, section = f"answer/test_{metric}", "answer"
    interval = {
        "xAxisKey": "metric",
        "selectedXAxisMetricKey": "interval/cell",
        "useGlobalXaxisKey": False,
        "displayPoints": True,
    }
    charts = [
        _line(f"interval/test_{metric}", section, scale, **interval),
        _line(f"valid/{metric}", section, scale),
        _bar("cost/seconds", section),
        _bar("cost/parameters", section),
    ]
    return {
        "searchFilter": condition,
        "orderByKey": f"metrics.`{score}`",
        "orderByAsc": direction == "minimize",
        "selectedColumns": [
            *(f"metrics.`{name}`" for name in (score, "cost/parameters", "cost/seconds")),
            *(f"tags.`{name}`" for name in ("verdict", "progress")),
        ],
        "runsHiddenMode": "FIRST_20_RUNS",
        "runListHidden": True,  # The legends name the cells; the charts need the width.
        "hideEmptyCharts": True,
        "compareRunCharts": charts,
        "compareRunSections": [_section(section, SECTION, columns=2, height=240)],
        "isAccordionReordered": True,  # Keeps this section before the generated ones.
    }


def tag(identity, name, state, now=None):
    """(key, value) of the experiment's tag that saves a state as a view.

    Args:
        identity: id of the view in links.
        name: of the view in MLflow's menu.
        state: from ``answer``.
        now: milliseconds; None for the present.
    """
    now = now or int(1000 * time.time())
    packed = base64.b64encode(zlib.compress(json.dumps(state).encode())).decode()
    saved = {"name": name, "createdAt": now, "updatedAt": now, "state": f"deflate;{packed}"}
    return TAG + identity, json.dumps(saved)


def state_of(value):
    """The state in a tag's value: the inverse of ``tag``."""
    packed = json.loads(value)["state"].removeprefix("deflate;")
    return json.loads(zlib.decompress(base64.b64decode(packed)))


def _section(identity, name, columns, height):
    return {
        "uuid": identity,
        "name": name,
        "display": True,
        "isReordered": True,
        "deleted": False,
        "isGenerated": False,
        "columns": columns,
        "cardHeight": height,
    }


def _card(kind, metric, section):
    return {
        "uuid": metric,
        "type": kind,
        "metricSectionId": section,
        "deleted": False,
        "isGenerated": False,
        "runsCountToCompare": 20,
        "metricKey": metric,
        "selectedMetricKeys": [metric],
    }


def _bar(metric, section):
    return _card("BAR", metric, section)


def _line(metric, section, scale, **more):
    axes = {
        "lineSmoothness": 0,
        "xAxisScaleType": "linear",
        "scaleType": scale,
        "range": {},
        "xAxisKey": "step",
        "selectedXAxisMetricKey": "",
        "yAxisKey": "metric",
        "yAxisExpressions": [],
        "ignoreOutliers": False,
        "useGlobalXaxisKey": True,
        "useGlobalLineSmoothing": True,
    }
    return _card("LINE", metric, section) | axes | more

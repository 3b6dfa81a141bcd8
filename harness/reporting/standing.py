"""Where a cell stands: its row of the leaderboard, and its rank.

A failed final seed counts as the worst result: a cell with failed seeds ranks below all cells whose
seeds finished, and never beats a baseline.
"""

import math
from collections import Counter
from dataclasses import replace

import numpy as np

from ..trials.record import Baseline, column


def final_records(row):
    """Records behind the leaderboard's test score: final runs, or without a search all seeds."""
    return row.finals if row.searched else row.records


def further_scores(finished, metric):
    """Means over runs of all test scores but the metric: {"test/macro_f1": mean, ...}."""
    keys = dict.fromkeys(key for r in finished for key in r.best if key.startswith("test/"))
    keys.pop(f"test/{metric.name}", None)
    return {key: float(np.mean([r.best.get(key, math.nan) for r in finished])) for key in keys}


def judged(metric, record, baselines):
    """The record with its ``baseline`` set; unchanged if the trial has no test score."""
    score = record.score("test", metric.name)
    if record.state != "complete" or math.isnan(score):
        return record
    name, value = best_baseline(baselines, metric)
    return replace(record, baseline=Baseline(name, value, metric.better(score, value)))


def of_row(row):
    """A ``rows.Row`` as a row of the leaderboard, as {column: value}."""
    records, best, metric = row.records, row.best, row.metric
    final = final_records(row)
    finished = [record for record in final if record.state == "complete"]
    scores = [record.score("test", metric.name) for record in finished]
    mean = float(np.mean(scores)) if scores else math.nan
    spread = float(np.std(scores, ddof=1)) if len(scores) > 1 else math.nan
    name, value = best_baseline(row.task.baselines, metric)
    states = [record.state for record in records]
    seconds = [record.cost["seconds"] for record in records]
    return {
        "task": row.task.name,
        "variant": row.variant,
        "metric": metric.name,
        "valid": best.score("valid", metric.name) if best else math.nan,
        "test_mean": mean,
        "test_std": spread,
        "seeds": len(scores),
        "seeds_failed": len(final) - len(scores),
        "baseline": value,
        "baseline_name": name,
        "beats_baseline": len(scores) == len(final) and _beats(mean, spread, value, metric),
        "parameters": best.cost["parameters"] if best else 0,
        "seconds_per_trial": float(np.mean(seconds)) if seconds else math.nan,
        "trials": len(records),
        "pruned": states.count("pruned"),
        "failed": states.count("failed"),
        "best_trial": best.slot if best else -1,
        **{f"{column(k)}_mean": each for k, each in further_scores(finished, metric).items()},
    }


def extra(row):
    """{metric: value} for a variant's run in MLflow, beside those of its best trial."""
    stands, name = of_row(row), row.metric.name
    failed = stands["seeds_failed"]
    return {
        # The mean of the seeds that are left would flatter a cell that diverges.
        f"best/test_{name}_mean": math.nan if failed else stands["test_mean"],
        f"best/test_{name}_std": math.nan if failed else stands["test_std"],
        f"details/baseline_{name}": stands["baseline"],
        "details/seeds_failed": failed,
    }


def baseline(row):
    """The best baseline and whether the variant's final runs beat it; None if unknown."""
    stands = of_row(row)
    if math.isnan(stands["test_mean"]):
        return None
    return Baseline(stands["baseline_name"], stands["baseline"], stands["beats_baseline"])


def ranked(rows, metric):
    """A task's rows sorted best first: by number of failed seeds, then by mean test score."""
    sign = 1 if metric.direction == "minimize" else -1
    order = np.lexsort((sign * rows.test_mean, rows.seeds_failed, rows.test_mean.isna()))
    return rows.iloc[order]


def failed_seeds(row):
    """ "2 of 3 seeds failed", or "" if none did."""
    of = row.seeds + row.seeds_failed
    return f"{row.seeds_failed} of {of} seeds failed" if row.seeds_failed else ""


def why_all_failed(records):
    """The most common reason, if all trials failed; else None."""
    if not records or any(record.state != "failed" for record in records):
        return None
    return Counter(record.reason for record in records).most_common(1)[0][0]


def best_baseline(baselines, metric):
    """(name, score) of the strongest baseline."""
    name = next(iter(baselines))
    for other, score in baselines.items():
        if metric.better(score, baselines[name]):
            name = other
    return name, baselines[name]


def _beats(mean, spread, baseline, metric):
    """Whether the mean beats the baseline by more than the standard deviation over seeds."""
    margin = 0.0 if math.isnan(spread) else spread
    return metric.better(
        mean + margin if metric.direction == "minimize" else mean - margin, baseline
    )

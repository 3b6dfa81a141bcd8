"""One row of a study: a variant on a task, its search, and what came of it."""

import math
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from gatelab.tasks.framework.metrics import METRICS

from .. import variants
from ..searching.search import Search
from ..trials.settings import effective


class Comparison:
    """A variant on a task within a study.

    Attributes:
        search: the trials; finals: the best configuration trained again with fresh seeds, None
            before the search is over or where nothing is searched.
    """

    def __init__(self, task, variant, space, fixed, number, study):
        self.task, self.variant, self.space, self.fixed = task, variant, space, fixed
        self.task_number, self.variant_number, self.study = *number, study
        self.metric = METRICS[task.metric]
        self.finals: Search | None = None
        self.seconds = math.nan  # estimated, per trial
        self.run: Any = None  # in MLflow

    @property
    def name(self):
        return f"{self.task.name}/{self.variant.name}"

    @property
    def certificate(self):
        """The file that says what its variant has passed."""
        return self.folder("certificates", "certificate.txt")

    def open(self, storage):
        """Open the search; trials that a dead process left running are open again."""
        study = self.study
        self.storage = storage
        self.search = Search(
            storage, self.task.name, self.variant.name, self.space, self.metric.name,
            self.metric.direction, study.sampler, study.seed, study.pruning,
        )  # fmt: skip
        self.open_finals()

    def open_finals(self):
        """Once every slot has ended: open the search that holds the final runs."""
        done = len(self.search.records()) >= self.study.trials
        best = self.search.best()
        if not (done and best and self.study.finals and self.study.sampler != "fixed"):
            return
        name = f"{self.variant.name}/best {best['slot']}"
        if self.finals is None or self.finals.study.study_name != f"{self.task.name}/{name}":
            self.finals = Search(
                self.storage, self.task.name, name, {}, self.metric.name, self.metric.direction,
                "fixed", self.study.seed, pruning=False,
            )  # fmt: skip

    def next_job(self):
        """(search, slot, settings, part) of the next thing to do, or None."""
        slots = self.search.open_slots(self.study.trials)
        if slots:
            return self.search, slots[0], self.fixed, "trial"
        if self.finals is not None:
            slots = self.finals.open_slots(self.study.finals)
            if slots:
                return self.finals, slots[0], self._best_settings(), "final"
        return None

    def _best_settings(self):
        params = (self.search.best() or {"params": {}})["params"]
        names = {*self.space, *self.fixed}
        return {name: value for name, value in params.items() if name in names}

    def is_over(self):
        """Whether nothing is left to do or running."""
        records, study = self.search.records(), self.study
        if len(records) < study.trials:
            return False
        if study.sampler == "fixed" or not study.finals or self.search.best() is None:
            return True
        return self.finals is not None and len(self.finals.records()) >= study.finals

    def left(self):
        """Number of training runs that are still to come, those that run now included."""
        trials = max(self.study.trials - len(self.search.records()), 0)
        hopeless = not trials and self.search.best() is None
        finals = 0 if self.study.sampler == "fixed" or hopeless else self.study.finals
        return trials + max(finals - (len(self.finals.records()) if self.finals else 0), 0)

    def middle(self):
        """(settings, the variant's own hyperparameters) in the middle of the space."""
        middle = {name: _middle(entry) for name, entry in self.space.items()} | self.fixed
        middle = effective(middle)
        own = variants.hyperparameters(self.variant)
        settings = {name: value for name, value in middle.items() if name not in own}
        return settings, {name: value for name, value in middle.items() if name in own}

    # -- results ---------------------------------------------------------------------------

    def final_records(self):
        """The runs behind the leaderboard's test score: the final ones, or all seeds."""
        if self.study.sampler == "fixed":
            return self.search.records()
        records = self.finals.records() if self.finals else []
        return [r for r in records if r["slot"] < self.study.finals]

    def final_scores(self):
        """Their test scores; those that failed have none."""
        scores = [best.get(f"test_{self.metric.name}") for best in self._final_bests()]
        return [s for s in scores if s is not None]

    def further_scores(self):
        """{"test_macro_f1": mean, ...}: what else the test split says of them, on average."""
        bests, own = self._final_bests(), f"test_{self.metric.name}"
        names = dict.fromkeys(n for best in bests for n in best if n.startswith("test_"))
        scores = {n: np.array([best.get(n) for best in bests], float) for n in names if n != own}
        return {name: float(each.mean()) for name, each in scores.items()}  # None has become NaN

    def _final_bests(self):
        return [r["best"] or {} for r in self.final_records() if r["state"] == "complete"]

    def judged(self, record, baselines):
        """A trial's record, with the best baseline in it and whether its own score is better."""
        score = record["best"].get(f"test_{self.metric.name}")
        if record["state"] != "complete" or score is None:
            return record
        name, value = best_baseline(baselines, self.metric)
        beaten = self.metric.better(score, value)
        return {**record, "baseline": {"name": name, "score": value, "beaten": beaten}}

    def row(self, baselines):
        """The leaderboard's row, as a dict."""
        records, best = self.search.records(), self.search.best()
        name, value = best_baseline(baselines, self.metric)
        scores = self.final_scores()
        mean = float(np.mean(scores)) if scores else math.nan
        n_final = len(self.final_records())
        spread = float(np.std(scores, ddof=1)) if len(scores) > 1 else math.nan
        # Beaten only if the spread over seeds does not reach it.
        margin = 0.0 if math.isnan(spread) else spread
        worst = mean + margin if self.metric.direction == "minimize" else mean - margin
        states = [r["state"] for r in records]
        return {
            "task": self.task.name,
            "variant": self.variant.name,
            "metric": self.metric.name,
            "valid": best["best"][f"valid_{self.metric.name}"] if best else math.nan,
            "test_mean": mean,
            "test_std": spread,
            "seeds": len(scores),
            "seeds_failed": n_final - len(scores),
            "baseline": value,
            "baseline_name": name,
            "beats_baseline": self.metric.better(worst, value) and len(scores) == n_final,
            "parameters": best["cost"]["parameters"] if best else 0,
            "seconds_per_trial": float(
                np.mean([r["cost"]["seconds"] for r in records] or [math.nan])
            ),
            "trials": len(records),
            "pruned": states.count("pruned"),
            "failed": states.count("failed"),
            "best_trial": best["slot"] if best else -1,
            **{f"{name}_mean": mean for name, mean in self.further_scores().items()},
        }

    def why_all_failed(self):
        """The commonest reason; None if some trial did not fail."""
        records = self.search.records()
        if not records or any(r["state"] != "failed" for r in records):
            return None
        return Counter(r["reason"] for r in records).most_common(1)[0][0]

    def folder(self, *parts):
        """A path of this comparison's below the study's folder."""
        return Path(self.study.out).joinpath(
            *parts[:1], self.task.name, self.variant.name, *parts[1:]
        )


def best_baseline(baselines, metric):
    """(name, score) of the strongest answer that needs no recurrent cell."""
    name = None
    for other, score in baselines.items():
        if name is None or metric.better(score, baselines[name]):
            name = other
    return name, baselines[name]


def _middle(entry):
    if isinstance(entry, list):
        return entry[len(entry) // 2]
    low, high = entry[:2]
    middle = math.sqrt(low * high) if len(entry) == 3 else (low + high) / 2
    return round(middle) if isinstance(low, int) and isinstance(high, int) else middle

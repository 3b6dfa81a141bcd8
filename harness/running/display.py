"""How far a study is: as a table that is drawn again and again, and as a line."""

import math
import time
from collections import Counter

from rich.table import Table

from ..foundation.times import spell
from .schedule import left

NAMED, LEADING = 5, 3  # cells of a task that a line names; if there are more, how many of them


class Display:
    """Counts and times of a running study.

    Args:
        study: the study.

    Attributes:
        estimates: {comparison: seconds per training run}, before any has ended.
        workers: function -> number of runs at a time.
    """

    def __init__(self, study):
        self.study, self.estimates = study, {}
        self.workers = lambda: study.workers
        self._started, self._before = time.monotonic(), 0

    def start(self):
        """Work begins: trials per minute are counted from now."""
        self._started, self._before = time.monotonic(), self._ended()

    def time_left(self, rows=None):
        """Seconds left, from the mean time of finished trials, else from the estimate.

        Args:
            rows: comparisons; all if None.

        Returns:
            seconds; None if neither is known of a cell that has runs left.
        """
        total = 0.0
        for c in filter(left, rows or self.study.comparisons):
            each = self._seconds(c)
            if each is None:
                return None
            total += left(c) * each
        return total / max(self.workers(), 1)

    def line(self, jobs):
        """Everything in one line.

        Args:
            jobs: ``dispatch.Job`` at work.
        """
        parts = [self._done(), spell(self._spent()), *self._left("about ")]
        parts += [*self._rate(), *self._places(jobs)]
        return "; ".join([", ".join(parts), *map(self._task, self.study.tasks)])

    def table(self, jobs):
        """Everything as a table; see ``line``."""
        parts = [self._done(), spell(self._spent()), *self._left("about ")]
        title = ", ".join([*parts, *self._rate()])
        table = Table(
            title=title, title_justify="left", box=None, padding=(0, 2, 0, 0),
            caption=", ".join(self._places(jobs)), caption_justify="left",
        )  # fmt: skip
        for name in ("task", "variant"):
            table.add_column(name)
        for name in ("trials", "best valid", "further", "s/trial", "left"):
            table.add_column(name, justify="right")
        for c in self.study.comparisons:
            table.add_row(*self._row(c))
        return table

    def _row(self, c):
        ended, score = c.search.ended, best_of(c)
        rounds = c.rounds or ()
        further = sum(len(each.given) for each in rounds)
        done = sum(len(each.ended) for each in rounds)
        mean = _mean_seconds(ended)
        return (
            c.task.name, c.variant.name, f"{len(ended)}/{self.study.trials}",
            f"{score} {c.metric.name}" if score else "",
            f"{done}/{further}" if further else "",
            "" if mean is None else f"{mean:.1f}",
            "".join(self._left(rows=[c], end="")) if left(c) else "",
        )  # fmt: skip

    def _task(self, task):
        rows = self.study.of_task(task)
        named, name = rows, f"{task.name} {rows[0].metric.name}"
        if len(rows) > NAMED:
            named = sorted(rows, key=_rank)[:LEADING]
            name += f" ({', '.join(self._of_all(rows))})"
        others = [f"{len(rows) - len(named)} more cells"] if len(rows) > len(named) else []
        return f"{name}: {', '.join([*map(self._cell, named), *others])}"

    def _of_all(self, rows):
        """How many trials of some cells are done, and the time left."""
        done = sum(len(c.search.ended) for c in rows)
        return [f"{done}/{len(rows) * self.study.trials}", *self._left(rows=rows)]

    def _cell(self, c):
        done = f"{len(c.search.ended)}/{self.study.trials}"
        parts = [done, *(self._left(rows=[c]) if left(c) else [])]
        return f"{c.variant.name} {best_of(c) or 'none yet'} ({', '.join(parts)})"

    def _left(self, about="", rows=None, end=" left"):
        """The time left, in words; [] while it is not known."""
        seconds = self.time_left(rows)
        return [] if seconds is None else [f"{about}{spell(seconds)}{end}"]

    def _done(self):
        """How many trials are done; once all are, how many of the runs that follow."""
        rows, study = self.study.comparisons, self.study
        done, total = sum(len(c.search.ended) for c in rows), len(rows) * study.trials
        rounds = [each for c in rows for each in c.rounds or ()]
        if done < total or not rounds:
            return f"{done}/{total} trials"
        ended = sum(len(each.ended) for each in rounds)
        return f"all {total} trials, {ended}/{sum(len(r.given) for r in rounds)} further runs"

    def _rate(self):
        """Runs per minute in this session; [] before there is one."""
        ended, minutes = self._ended() - self._before, self._spent() / 60
        if not ended or not minutes:
            return []
        rate = ended / minutes
        return [f"{rate:,.0f} runs a minute" if rate >= 100 else f"{rate:.3g} runs a minute"]

    def _places(self, jobs):
        """How many runs are at work on which machine; [] before one is."""
        hosts = Counter(job.started["host"] for job in jobs if job.started)
        return [f"{count} at work on {host}" for host, count in sorted(hosts.items())]

    def _ended(self):
        rows = self.study.comparisons
        rounds = [each for c in rows for each in c.rounds or ()]
        return sum(len(each.ended) for each in [*(c.search for c in rows), *rounds])

    def _spent(self):
        return time.monotonic() - self._started

    def _seconds(self, c):
        """Seconds of one trial; None if no trial has ended and the estimate failed."""
        mean = _mean_seconds(c.search.ended)
        each = self.estimates.get(c, math.nan) if mean is None else mean
        return None if math.isnan(each) else each


def best_of(c):
    """The best validation score of a comparison as text, "" if there is none."""
    best = c.search.best()
    return f"{best.score('valid', c.metric.name):.4g}" if best else ""


def _rank(c):
    """Sorts comparisons from the best score to the worst; those without any are last."""
    best = c.search.best()
    score = best.score("valid", c.metric.name) if best else math.inf
    return -score if best and c.metric.direction == "maximize" else score


def _mean_seconds(ended):
    measured = [each.seconds for each in ended if each.seconds]
    return sum(measured) / len(measured) if measured else None

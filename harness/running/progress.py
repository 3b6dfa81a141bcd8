"""Progress of a study on the screen: first an estimate, then the current standing."""

import math
import shlex
import sys
import time
from contextlib import contextmanager

from rich.console import Console
from rich.live import Live
from rich.table import Table

from ..foundation.processor import processor
from ..foundation.secrets import stripped
from ..reporting import screen
from ..reporting.plan import looked, undecidable
from .schedule import left

EVERY = 5  # seconds between lines when there is no terminal


class Progress:
    """A live table on a terminal, occasional lines elsewhere, nothing if the study is quiet."""

    def __init__(self, study):
        self.study = study
        self.estimates = {}  # seconds per training run, by comparison
        self.console = Console(file=sys.stderr, quiet=study.quiet, soft_wrap=True)
        self.live = None
        self.workers = lambda: study.workers  # on a cluster they come and go
        self.started = self.said = time.monotonic()

    # -- before ----------------------------------------------------------------------------

    def certifying(self, cells):
        """Say that cells are being certified; called only if it takes a while."""
        what = f"{cells} cells" if cells > 1 else "a cell"
        self.console.print(f"certifying {what}, once: gradients, masks, limits ...")

    def warned(self, cell, warning):
        """Print a warning from a cell's certificate."""
        self.console.print(f"warning: {cell}: {warning}", highlight=False, markup=False)

    def other_processors(self, kinds):
        """Say that the study has run on other kinds of processors; this is allowed."""
        self.console.print(
            f"this study has also run on {' and '.join(kinds)}, now on {processor()}: across kinds "
            "of processors the same trial gives other numbers",
            highlight=False,
        )

    def of_workers(self, sentence):
        """Print a sentence about workers on other machines."""
        self.console.print(sentence, highlight=False, markup=False)

    def planned(self, plans):
        """Say what the study can decide, and if its plan has been changed after a look."""
        said = [looked(plans), undecidable(self.study.sampler, plans[-1], len(self.study.variants))]
        for sentence in filter(None, said):
            self.console.print(f"note: {sentence}", highlight=False)

    def measuring(self):
        """Context while cells are compiled."""
        return self._status("compiling the cells and timing a few updates ...")

    @contextmanager
    def _status(self, text):
        with self.console.status(text):
            if not self.console.is_terminal:
                self.console.print(text)
            yield

    def opening(self):
        """Context while MLflow is loaded; for a first study it also makes its tables."""
        return self._status("opening the log ...")

    def sending(self):
        """Context while MLflow gets what it lacks; silent as long as it takes it at once."""
        return self.console.status("sending to MLflow ...")

    def not_sent(self, runs):
        """Say how much MLflow lacks, and what sends it."""
        if runs:
            self.console.print(
                f"MLflow lacks something of {runs} run{'s' * (runs > 1)}; all of it is kept in "
                f"{self.study.out}: the same command sends it, and trains nothing again",
                highlight=False,
            )

    def writing(self):
        """Context while the page is made."""
        return self._status("writing the page ...")

    def looking(self):
        """Context while pictures of the trained cells are made."""
        return self._status("looking at the trained cells ...")

    def announce(self):
        """Print the number of runs to go and the estimated time."""
        s = self.study
        searched = "seeds" if s.sampler == "fixed" else "trials"
        runs = sum(left(c) for c in s.comparisons)
        self.console.print(
            f"{len(s.tasks)} task{'s' * (len(s.tasks) > 1)} x {len(s.variants)} "
            f"variant{'s' * (len(s.variants) > 1)}, {s.trials} {searched} each: {runs} training "
            f"runs to go, about {spell(self.time_left())} with {self.workers()} "
            f"worker{'s' * (self.workers() > 1)}",
            highlight=False,
        )

    def time_left(self):
        """Seconds left, from the mean time of finished trials, else from the estimate."""
        total = 0.0
        for c in self.study.comparisons:
            measured = [r.cost["seconds"] for r in c.search.records() if r.cost["seconds"]]
            each = sum(measured) / len(measured) if measured else self.estimates.get(c, math.nan)
            total += left(c) * (0.0 if math.isnan(each) else each)
        return total / self.workers()

    # -- while -----------------------------------------------------------------------------

    def __enter__(self):
        self.started = self.said = time.monotonic()
        if self.console.is_terminal and not self.study.quiet:
            self.live = Live(self._table(), console=self.console, refresh_per_second=2)
            self.live.start()
        return self

    def __exit__(self, *_):
        if self.live:
            self.live.update(self._table())
            self.live.stop()
            self.live = None

    def hangs(self, name, seconds, again):
        """Say that a run has made no progress, and was ended."""
        then = "it starts again" if again else "it counts as failed"
        self.console.print(
            f"{name}: no progress for {spell(seconds)}, ended; {then}", highlight=False
        )

    def show(self, jobs=()):
        """Refresh the display; called about twice a second.

        Args:
            jobs: ``dispatch.Job`` at work.
        """
        if self.live:
            self.live.update(self._table())
        elif time.monotonic() - self.said > EVERY:
            self.said = time.monotonic()
            self.console.print(self._line(), highlight=False)

    def _line(self):
        rows, bests = self.study.comparisons, []
        for task in self.study.tasks:
            mine = [(c, c.search.best()) for c in rows if c.task is task]
            scored = [(c, b.score("valid", c.metric.name)) for c, b in mine if b]
            if scored:
                better = max if scored[0][0].metric.direction == "maximize" else min
                c, score = better(scored, key=lambda pair: pair[1])
                bests.append(f"{task.name} {c.metric.name} {score:.4g} ({c.variant.name})")
        spent = spell(time.monotonic() - self.started)
        left = spell(self.time_left())
        return f"{self._done()}, {spent}, {left} left; best: " + (", ".join(bests) or "none yet")

    def _done(self):
        """How many trials are done; once all are, how many of the runs that follow."""
        rows, study = self.study.comparisons, self.study
        done, total = sum(len(c.search.records()) for c in rows), len(rows) * study.trials
        rounds = [each for c in rows for each in c.rounds or ()]
        if done < total or not rounds:
            return f"{done}/{total} trials"
        ended = sum(len(each.records()) for each in rounds)
        return f"all {total} trials, {ended}/{sum(len(r.given) for r in rounds)} further runs"

    def _table(self):
        study, spent = self.study, spell(time.monotonic() - self.started)
        title = f"{self._done()}, {spent}, about {spell(self.time_left())} left"
        table = Table(title=title, title_justify="left", box=None, padding=(0, 2, 0, 0))
        for name in ("task", "variant"):
            table.add_column(name)
        for name in ("trials", "best valid", "further", "s/trial"):
            table.add_column(name, justify="right")
        for c in study.comparisons:
            table.add_row(*self._row(c))
        return table

    def _row(self, c):
        records, best = c.search.records(), c.search.best()
        score = f"{best.score('valid', c.metric.name):.4g}" if best else ""
        seconds = [r.cost["seconds"] for r in records]
        rounds = c.rounds or ()
        ended, further = (sum(len(of(each)) for each in rounds) for of in (_ended, _given))
        return (
            c.task.name, c.variant.name, f"{len(records)}/{self.study.trials}",
            f"{score} {c.metric.name}" if score else "",
            f"{ended}/{further}" if further else "",
            f"{sum(seconds) / len(seconds):.1f}" if seconds else "",
        )  # fmt: skip

    # -- after -----------------------------------------------------------------------------

    def finished(self, ledger):
        """Print the leaderboards, the answers, and how to view the results."""
        out = Console(quiet=self.study.quiet, soft_wrap=True)
        out.width = max(out.width, 160)  # a narrower table would be cut off
        screen.show(ledger, out)
        if self.study.page:
            out.print(f"as a page: {self.study.out}/report.html", highlight=False)
        uri = self.study.tracking_uri
        where = stripped(uri) if uri else ui_of(self.study.out)
        out.print(f"compare them side by side: {where}", highlight=False)

    def stopped(self):
        """Stop the display."""
        if self.live:
            self.live.stop()
            self.live = None


def _ended(each):
    return each.records()


def _given(each):
    return each.given


def spell(seconds):
    """A duration in seconds as text, such as "3 min 05 s"."""
    seconds = round(seconds)
    if seconds < 60:
        return f"{seconds} s"
    minutes, rest = divmod(seconds, 60)
    return (
        f"{minutes} min {rest:02d} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
    )


def ui_of(out):
    """The commands that show a study in MLflow, ready to paste into a shell."""
    folder = shlex.quote(str(out))
    return f"gatelab ui {folder}   (in a checkout: make ui OUT={folder})"

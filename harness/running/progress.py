"""Progress of a study on the screen and in its log file: an estimate, the standing, the answer."""

import sys
import time
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.live import Live

from ..foundation.lasting import Lasting
from ..foundation.notebooks import in_notebook
from ..foundation.processor import processor
from ..foundation.secrets import stripped
from ..foundation.shell import pasted
from ..foundation.times import spell
from ..reporting.plan import looked, undecidable
from .diary import Diary
from .display import Display
from .notebook_output import Output
from .schedule import left

EVERY, FIRST = 60, 10  # seconds between lines in the log file, and on what is no terminal


class Progress:
    """A live table on a terminal and in a notebook, occasional lines elsewhere.

    Nothing if the study is quiet.
    """

    def __init__(self, study):
        self.study, self.display, self.diary = study, Display(study), Diary()
        self.notebook = Output() if in_notebook() else None
        self.console = self._console(sys.stderr)
        self.live, self._next = None, 0.0
        self._lacking = False  # whether a missing checkpoint has been mentioned
        self._away, self._mention = "", 0.0  # what does not answer, and when to say so again

    def _console(self, file=None):
        """One that writes to a file, by default standard output; in a notebook to its output."""
        if self.notebook:
            return self.notebook.console(self.study.quiet)
        stream: Any = Lasting(file or sys.stdout)  # who reads it may go: the study goes on
        return Console(file=stream, quiet=self.study.quiet, soft_wrap=True)

    def say(self, text):
        """Print a sentence, and note it in the log file."""
        self.console.print(text, highlight=False, markup=False)
        self.diary.note(text)

    # -- before ----------------------------------------------------------------------------

    def certifying(self, cells):
        """Say that cells are being certified; called only if it takes a while."""
        what = f"{cells} cells" if cells > 1 else "a cell"
        self.say(f"certifying {what}, once: gradients, masks, limits ...")

    def warned(self, cell, warning):
        """Print a warning from a cell's certificate."""
        self.say(f"warning: {cell}: {warning}")

    def other_processors(self, kinds):
        """Say that the study has run on other kinds of processors; this is allowed."""
        self.say(
            f"this study has also run on {' and '.join(kinds)}, now on {processor()}: across kinds "
            "of processors the same trial gives other numbers"
        )

    def of_workers(self, sentence):
        """Print a sentence about workers on other machines."""
        self.say(sentence)

    def planned(self, plans):
        """Say what the study can decide, and if its plan has been changed after a look."""
        said = [looked(plans), undecidable(self.study.sampler, plans[-1], len(self.study.variants))]
        for sentence in filter(None, said):
            self.say(f"note: {sentence}")

    def never_pruned(self, tasks):
        """Say on which tasks nothing will be pruned; see ``opening.never_pruned``."""
        for name, updates, least in tasks:
            self.say(
                f"note: nothing is pruned on {name}: a trial has {updates} updates, and none is "
                f"pruned in its first {least} (the task's min_updates), nor at its end"
            )

    def measuring(self):
        """Context while cells are compiled."""
        return self._status("compiling the cells and timing a few updates ...")

    @contextmanager
    def _status(self, text):
        with self.console.status(text):
            if not self.console.is_terminal:
                self.console.print(text)
            yield

    @contextmanager
    def sending(self):
        """Context while MLflow gets what it lacks; silent as long as that takes a moment.

        Yields:
            a function to call now and then with the number of runs that are not sent yet.
        """
        begun, said = time.monotonic(), []
        with self.console.status("sending to MLflow ...") as status:

            def show(left):
                words = f"sending to MLflow, which lacks something of {_runs(left)} ..."
                status.update(words)
                if not self.console.is_terminal and not said and time.monotonic() - begun > 2:
                    said.append(self.console.print(f"{words} (Ctrl-C: not now)", highlight=False))

            yield show

    def not_sent(self, runs):
        """Say how much MLflow lacks, and what sends it."""
        if runs:
            self.say(
                f"MLflow lacks something of {_runs(runs)}; all of it is kept. This sends it: "
                f"gatelab sync {pasted(self.study.out)}"
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
        runs, workers = sum(left(c) for c in s.comparisons), self.display.workers()
        seconds = self.display.time_left()
        time_left = "" if seconds is None else f"about {spell(seconds)} "
        self.say(
            f"{len(s.tasks)} task{'s' * (len(s.tasks) > 1)} x {len(s.variants)} "
            f"variant{'s' * (len(s.variants) > 1)}, {s.trials} {searched} each: {runs} training "
            f"runs to go, {time_left}with {workers} worker{'s' * (workers > 1)}"
        )

    # -- while -----------------------------------------------------------------------------

    def __enter__(self):
        self.display.start()
        self._next = time.monotonic() + FIRST
        if (self.notebook or self.console.is_terminal) and not self.study.quiet:
            table = self.display.table(())
            self.live = self.notebook or Live(table, console=self.console, refresh_per_second=2)
            self.live.start()
        return self

    def __exit__(self, *_):
        if self.live:
            self.live.update(self.display.table(()))
            self.live.stop()
            self.live = None

    def ended(self, name, record):
        """Note in the log file how a run ended."""
        how = f"{record.state}: {record.reason}" if record.reason else record.state
        self.diary.note(f"{name}: {how}, {record.cost['seconds']:.1f} s")

    def hangs(self, name, seconds, again):
        """Say that a run has made no progress, and was ended."""
        then = "it starts again" if again else "it counts as failed"
        self.say(f"{name}: no progress for {spell(seconds)}, ended; {then}")

    def no_checkpoint(self, name, reason):
        """Say, once, that a checkpoint could not be written."""
        if not self._lacking:
            self.say(
                f"{name}: no checkpoint can be written ({reason}): a run that is interrupted now "
                "begins anew"
            )
        self._lacking = True

    @property
    def is_away(self):
        """Whether the trials could not be written when that was last tried."""
        return bool(self._away)

    def away(self, place, reason, seconds):
        """Say, now and then, that the trials cannot be written, and what happens to them.

        Args:
            place: of the trials.
            reason: for which it takes none.
            seconds: for how long.
        """
        if not self._away:
            self._mention = 0.0
        if time.monotonic() > self._mention:
            self._mention = time.monotonic() + EVERY
            self.say(
                f"{place} is away ({reason}): waiting for it, {spell(seconds)} so far; what has "
                "been trained is kept (Ctrl-C stops the study)"
            )
        self._away = place

    def show(self, jobs=()):
        """Refresh the display; called about twice a second.

        Args:
            jobs: ``dispatch.Job`` at work.
        """
        if self._away:
            self.say(f"{self._away} is back")
            self._away = ""
        if self.live:
            self.live.update(self.display.table(jobs))
        if time.monotonic() > self._next:
            self._next = time.monotonic() + EVERY
            line = self.display.line(jobs)
            self.diary.note(line) if self.live else self.say(line)

    # -- after -----------------------------------------------------------------------------

    def answered(self, ledger):
        """Print the leaderboards and the answers; a notebook shows them with the result."""
        if self.notebook:
            self.say("The result that run() returns shows the answer.")
            return
        from ..reporting import screen  # not before trials train: it loads pandas and SciPy

        out = self._console()
        out.width = max(out.width, 160)  # a narrower table would be cut off
        screen.show(ledger, out)

    def pointed(self, page):
        """Print how to view the results.

        Args:
            page: path of the page, or None.
        """
        out = self._console()
        if page:
            out.print(f"as a page: {page}", highlight=False)
        uri = self.study.tracking_uri
        where = stripped(uri) if uri else ui_of(self.study.out)
        out.print(f"compare them side by side: {where}", highlight=False)

    def stopped(self):
        """Stop the display."""
        if self.live:
            self.live.stop()
            self.live = None


def _runs(count):
    return f"{count} run{'s' * (count != 1)}"


def ui_of(out):
    """The commands that show a study in MLflow, ready to paste into a shell."""
    folder = pasted(out)
    return f"gatelab ui {folder}   (in a checkout: make ui OUT={folder})"

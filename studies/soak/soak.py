"""The same study again and again, its processes killed at random: is it as if nothing had been?

Kills come at random moments, the first ones while the study is still being made. After each the
same command is given again. A study that is over is compared with one that nobody disturbed.
"""

import os
import shutil
import signal
import tempfile
import time
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path

import numpy as np

from gatelab.errors import StudyError
from gatelab.running.interrupts import Interrupts

from . import places, sessions, victims
from .counts import Counts
from .outcome import Outcome
from .sessions import Session
from .words import WORDS

_said = partial(print, flush=True)
OVER, STOPPED, NOT_ALL_LOGGED = 0, 2, 3  # exit statuses
KILLED = (-signal.SIGKILL, -signal.SIGTERM, 128 + signal.SIGTERM)
LATE = 0.5  # share of the kills that wait for a checkpoint
LONGEST = 1800.0  # seconds without a kill after which a study hangs
TRIES = 5  # ends in a row that nobody asked for


class Soak:
    """Kills processes of studies, and sees whether the studies mind.

    Args:
        place: from ``places.opened``.
        folder: for the studies, each in a folder of its own.
        kills: number of kills.
        seed: of the moments and the victims.
        minutes: after which no more processes are killed; None for no limit.
        words: the study, as words of ``gatelab compare``.
        every: seconds between two kills, on average; at most twice as many.
        said: takes a line for the screen.
    """

    def __init__(
        self, place, folder, kills=50, seed=0, minutes=None, words=WORDS, every=10.0, said=_said
    ):
        self.place, self.folder, self.kills, self.words = place, Path(folder), kills, words
        self.rng, self.every, self.said = np.random.default_rng(seed), every, said
        self.until = time.monotonic() + 60 * minutes if minutes else float("inf")
        self.counts, self.sessions = Counts(), []

    def run(self):
        """Run studies until all kills are done.

        Returns:
            Counts.

        Raises:
            StudyError: a study does not run even if nobody disturbs it.
        """
        try:
            undisturbed = self._undisturbed()
            while not self.counts.studies or self._may_kill():
                out = self.folder / f"study-{self.counts.studies + 1}"
                self.place.prepare(out)
                if not self._to_its_end(out):
                    break
                self.counts.compared(Outcome.of(out, self.place.storage), undisturbed)
                self.said(f"study {self.counts.studies} is over")
        finally:
            for each in self.sessions:
                each.end()
        return self.counts

    def _undisturbed(self):
        """The study on this machine, in files."""
        out, started = self.folder / "undisturbed", time.monotonic()
        session = self._begin(places.Files(), out)
        if session.process.wait():
            raise StudyError(f"an undisturbed study fails: {_last_line(out)}")
        self.said(f"an undisturbed study takes {time.monotonic() - started:.0f} s")
        return Outcome.of(out)

    def _begin(self, place, out):
        place.see_to()
        where = ("--out", out, *place.words)
        session = Session(_log(out), ("gatelab", "compare", *self.words, *where), place.environment)
        self.sessions.append(session)
        return session

    def _to_its_end(self, out):
        """Start a study as often as it takes; whether it came to its end."""
        unasked = 0
        while unasked < TRIES:
            before = self.counts.kills.total()
            session = self._begin(self.place, out)
            self.counts.starts += 1
            self._disturb(session, out)
            if session.status == OVER:
                return self._is_clean(session, out)
            self.counts.stopped += session.status == STOPPED
            if session.status not in (STOPPED, NOT_ALL_LOGGED, *KILLED):
                self.counts.wrong.append(f"{out.name}: exit status {session.status}")
            unasked = 0 if self.counts.kills.total() > before else unasked + 1
            self._look_for_tracebacks(out)
        self.counts.wrong.append(f"{out.name} does not come to its end: {_last_line(out)}")
        return False

    def _disturb(self, session, out):
        """Kill until the conductor has ended."""
        while session.status is None:
            if not self._may_kill():
                if not self._ends_within(LONGEST, session):
                    self.counts.wrong.append(f"{out.name} hangs")
                    session.end()
            elif not self._ends_before_the_next_kill(session, out):
                self._kill(session, out)

    def _ends_before_the_next_kill(self, session, out):
        """Wait for the moment of the next kill; whether the conductor ended meanwhile.

        Half of the kills come at any time, also while the study is being made. The other half waits
        until a trial has written a checkpoint since the last kill.
        """
        late, pause = self.rng.random() < LATE, self.rng.uniform(0, 2 * self.every)
        since = time.time()
        if late:
            self._ends_within(LONGEST, session, lambda: _checkpoint_since(out, since))
        return self._ends_within(pause, session)

    def _ends_within(self, seconds, session, or_else=lambda: False):
        """Wait until the conductor has ended, or something else holds; whether it did in time."""
        until = time.monotonic() + seconds
        while session.status is None and not or_else():
            if time.monotonic() > until:
                return False
            time.sleep(0.05)
        return True

    def _may_kill(self):
        return self.counts.kills.total() < self.kills and time.monotonic() < self.until

    def _kill(self, session, out):
        """Choose a victim and kill it, if there is one now."""
        victim = str(self.rng.choice(self.place.victims))
        has_checkpoints = any(out.glob("checkpoints/**/*.[01]"))
        targets = victims.targets(victim, session, self.place.machines(), self.rng)
        if not sessions.sent(targets, victims.signal_of(victim)):
            return
        self.counts.kills[victim] += 1
        self.counts.with_checkpoints += has_checkpoints
        self.said(f"{self.counts.kills.total()} of {self.kills}: {victim}")
        if session in targets:
            self._ends_within(LONGEST, session)
        self.place.replace()

    def _is_clean(self, session, out):
        """Note processes that have outlived their study, and tracebacks."""
        if session.is_left():
            self.counts.wrong.append(f"{out.name}: a process outlived its study")
        self._look_for_tracebacks(out)
        return True

    def _look_for_tracebacks(self, out):
        if "Traceback" in _log(out).read_text(errors="replace"):
            kept = _log(out).rename(_log(out).with_suffix(f".{self.counts.starts}"))
            self.counts.wrong.append(f"{out.name}: a traceback, see {kept}")


def soak(on="sqlite", kills=50, seed=0, minutes=None, folder=None, **given):
    """Run a soak in a folder that is gone afterwards, unless something was wrong.

    Args:
        on: "sqlite", "postgresql" or "dask".
        kills, seed, minutes: see ``Soak``.
        folder: an empty one to keep instead.
        given: see ``Soak``.

    Returns:
        Counts.

    Raises:
        GatelabError: the folder is not empty, or what the place needs is not installed.
    """
    if folder and Path(folder).exists() and any(Path(folder).iterdir()):
        raise StudyError(f"{folder} is not empty: name another folder (--out)")
    with ExitStack() as afterwards:
        if folder is None:
            folder = tempfile.mkdtemp(prefix="gatelab-soak-")
            afterwards.callback(shutil.rmtree, folder, ignore_errors=True)
        folder = Path(folder).resolve()
        os.makedirs(folder, exist_ok=True)
        with Interrupts(), places.opened(on, folder) as place:  # SIGTERM cleans up, too
            counts = Soak(place, folder, kills, seed, minutes, **given).run()
        if counts.wrong:
            afterwards.pop_all()  # the studies and their logs are looked at
        return counts


def _checkpoint_since(out, moment):
    with suppress(FileNotFoundError):  # it may be deleted at this very moment
        return any(file.stat().st_mtime > moment for file in out.glob("checkpoints/**/*.[01]"))
    return False


def _log(out):
    return out.with_name(f"{out.name}.log")


def _last_line(out):
    lines = _log(out).read_text(errors="replace").splitlines()
    return lines[-1] if lines else "it said nothing"

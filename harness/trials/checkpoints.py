"""Checkpoints of a training run, from which it continues to the bit after its process has ended."""

import glob
import time
from functools import cache
from pathlib import Path

from ..foundation import durable
from ..foundation.errors import first_line
from ..foundation.jsonable import plain
from . import snapshots

BEAT = 1.0  # seconds between two signs of life, at least


class HandedBack(Exception):
    """The process was told to end: the run is to be continued in another one."""


class Keeper:
    """Looks at a training run after every update: says that it lives, and writes checkpoints.

    Two checkpoints are kept, ``PATH.0`` and ``PATH.1``. The newer one is used, or the older one if
    the newer is damaged. Whoever has stored the run's result deletes them with ``discard``.

    Args:
        path: the checkpoints' path without its ending; None for no checkpoints.
        every: seconds of work between two checkpoints.
        told_to_stop: () -> whether this process has been told to end.
        said: receives messages: said("beat", updates=, of=), at most one a second;
            said("checkpoint", path=), or path=None and reason= if it could not be written.
    """

    def __init__(self, path=None, every=30.0, told_to_stop=lambda: False, said=None):
        self.path, self.every, self.told_to_stop = path, every, told_to_stop
        self.said = said or (lambda kind, **facts: None)
        self.identity, self.turn = dict, 0  # turn: which of the two is written next
        self.beat_at = time.monotonic() + BEAT
        self.write_at = time.monotonic() + every

    def expect(self, identity):
        """Set what a checkpoint has to agree with; one that does not is not used.

        Args:
            identity: () -> dict. A function, because it may hash a large data set, which a short
                run need not do.
        """
        self.identity = cache(lambda: plain(identity()))

    def resume(self, training):
        """Continue from the newest checkpoint that fits; without one, from the beginning."""
        found = {turn: kept for turn in (0, 1) if (kept := self._fitting(turn))}
        if found:
            newest = max(found, key=lambda turn: found[turn]["descent"]["done"])
            training.resume(found[newest])
            self.turn = 1 - newest

    def _fitting(self, turn):
        kept = read(f"{self.path}.{turn}") if self.path else None
        return kept["training"] if kept and kept["identity"] == self.identity() else None

    def updated(self, training):
        """Do what is due after an update.

        Raises:
            HandedBack: this process has been told to end; the checkpoint is written.
        """
        stop, now = self.told_to_stop(), time.monotonic()
        if now >= self.beat_at:
            self.said("beat", updates=training.descent.done, of=training.budget.updates)
            self.beat_at = now + BEAT
        if self.path and (stop or now >= self.write_at):
            self._write(training)
        if stop:
            raise HandedBack(f"told to end after {training.descent.done} updates")

    def _write(self, training):
        path = f"{self.path}.{self.turn}"
        content = snapshots.pack({"identity": self.identity(), "training": training.snapshot()})
        try:
            durable.write(path, content)
            self.turn = 1 - self.turn
            self.said("checkpoint", path=path)
        except OSError as error:  # the run goes on: it is worth more than its checkpoint
            self.said("checkpoint", path=None, reason=first_line(error))
        self.write_at = time.monotonic() + self.every


def read(path):
    """{"identity": ..., "training": ...} of a checkpoint; None if it is damaged or not there."""
    try:
        kept = snapshots.unpack(Path(path).read_bytes())
    except Exception:  # whatever the file holds, training begins without it
        return None
    return kept if isinstance(kept, dict) and kept.keys() == {"identity", "training"} else None


def discard(path):
    """Delete the checkpoints of a run, and drafts that a killed process has left."""
    path = Path(path)
    for file in path.parent.glob(f"{glob.escape(path.name)}.*"):
        file.unlink(missing_ok=True)

"""What is to be written to the log: a thread of its own writes it, so that nobody waits for it."""

import logging
import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import Any

from ..foundation.errors import first_line

log = logging.getLogger(__name__)
PAUSES = (1.0, 60.0)  # seconds: the first and the longest between two attempts
HURRIED = 2.0  # the longest while somebody waits
FAILURES = 3  # different senders that fail one after the other: nobody is there


class NotYet(Exception):
    """A step waits for another sender's."""


@dataclass(frozen=True, eq=False)
class Step:
    """Something to write, which is safe to repeat; ``key`` names what a later step replaces."""

    write: Any
    key: str | None = None


class Outbox:
    """A queue of steps per sender, written in order by a thread that ends with the process.

    A step that fails is tried again after a pause, which doubles as long as nothing passes. One
    that always fails holds up its sender, and nobody else.

    Args:
        open: the first step; no other is tried before it has passed.
        passing: function of an error: whether a later attempt may succeed without anybody's help.
    """

    def __init__(self, open=lambda: None, passing=lambda error: True):
        self.passing = passing
        self._changed = threading.Condition()  # guards everything below
        self._steps: dict[Any, deque[Step]] = {self: deque([Step(open)])}
        self._failed: dict[Any, list[Exception]] = {}  # by sender, since a success or ``wait``
        self._writing: Step | None = None
        self._pause, self._not_before, self._hurried = 0.0, 0.0, False
        self._asked = self._done = 0  # rounds that ``flush`` has asked for, and how many are done
        self._thread: threading.Thread | None = None
        self._stopped = self._said = False

    def start(self, after=0.0):
        """Start writing after so many seconds, or when somebody waits; once."""
        if self._thread is None:
            self._not_before = time.monotonic() + after
            self._thread = threading.Thread(target=self._run, name="log", daemon=True)
            self._thread.start()

    def put(self, sender, step, key=None):
        """Queue a step, instead of a waiting one of the same sender and key."""
        with self._changed:
            steps = self._steps.setdefault(sender, deque())
            for old in [s for s in steps if key and s.key == key and s is not self._writing]:
                steps.remove(old)
            steps.append(Step(step, key))
            self._changed.notify_all()

    def waiting(self, sender=None):
        """Number of senders with steps left; given a sender, its number of steps left."""
        with self._changed:
            return len(self._steps.get(sender, ())) if sender else len({*self._steps} - {self})

    def flush(self):
        """Have everything tried at once, however long that takes; True if nothing is left."""
        with self._changed:
            self._asked += 1
            asked = self._asked
            self.start()
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._done >= asked or self._stopped)
            return not self._steps

    def wait(self, seconds, show=lambda left: None):
        """Wait until everything is written.

        Args:
            seconds: to wait at most; it is less if all that is left was refused for good.
            show: called a few times a second with the number of senders that have steps left.

        Returns:
            whether nothing is left.
        """
        self.start()
        until = time.monotonic() + seconds
        with self._changed:
            self._failed, self._hurried, self._not_before = {}, True, 0.0
            self._changed.notify_all()
            while not self._settled() and (left := until - time.monotonic()) > 0:
                show(self.waiting())
                self._changed.wait_for(self._settled, min(0.2, left))
            self._hurried = False
            return not self._steps

    def stop(self, patience=1.0):
        """Write nothing more.

        Args:
            patience: seconds that a step which is being written has left, unless it hangs.
        """
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(patience)

    def _settled(self):
        """Whether all is written, or will not be, however long one waits."""
        return all(self._is_refused(self._failed.get(sender, ())) for sender in self._steps)

    def _is_refused(self, errors):
        lasting = [isinstance(e, NotYet) or not self.passing(e) for e in errors]
        return len(lasting) > 1 and all(lasting)  # once may be chance: another study made it, too

    # -- the thread ------------------------------------------------------------------------------

    def _run(self):
        while self._is_due():
            asked, (error, passed) = self._asked, self._round()
            with self._changed:
                self._rest(error, passed)
                self._done = asked
                self._changed.notify_all()

    def _is_due(self):
        """Wait until there is something to try; False once the outbox has been stopped."""
        with self._changed:
            while not self._stopped:
                left = self._not_before - time.monotonic() if self._steps else None
                if self._asked > self._done or (left is not None and left <= 0):
                    return True
                self._changed.wait(left)
        return False

    def _round(self):
        """Try each sender once; (the last error or None, whether anything was written)."""
        tried, last, passed, in_a_row = set(), None, False, 0
        while in_a_row < FAILURES and (sender := self._next(tried)):
            tried.add(sender)
            wrote, error = self._send(sender)
            passed |= wrote
            if isinstance(error, NotYet):
                continue
            last = error or last
            in_a_row = in_a_row + 1 if error and not wrote else 0
            if error and sender is self:
                break
        return last, passed

    def _next(self, tried):
        with self._changed:
            if not self._stopped:
                return next((sender for sender in self._steps if sender not in tried), None)

    def _send(self, sender):
        """Write a sender's steps as far as possible; (whether any was written, the error)."""
        wrote = False
        while step := self._first(sender):
            try:
                step.write()
            except Exception as error:
                self._keep(sender, error)
                return wrote, error
            self._drop(sender)
            wrote = True
        return wrote, None

    def _first(self, sender):
        with self._changed:
            steps = self._steps.get(sender)
            self._writing = steps[0] if steps and not self._stopped else None
            return self._writing

    def _drop(self, sender):
        with self._changed:
            self._steps[sender].popleft()
            if not self._steps[sender]:
                del self._steps[sender]
            self._failed.pop(sender, None)
            self._changed.notify_all()

    def _keep(self, sender, error):
        with self._changed:
            self._writing = None
            self._failed[sender] = [*self._failed.get(sender, [])[-1:], error]
            if sender is not self:  # to the end, so that others are tried before it
                self._steps[sender] = self._steps.pop(sender)

    def _rest(self, error, passed):
        """Choose the pause after a round; say so if it is the second that fails."""
        if error and self._pause and not self._said:
            reason = first_line(error)
            log.warning("the log does not take everything (%s): kept, sent again later", reason)
        self._said = bool(error) and (self._said or self._pause > 0)
        first, longest = PAUSES[0], HURRIED if self._hurried else PAUSES[1]
        grown = first if passed else min(max(first, 2 * self._pause), longest)
        self._pause = grown if error else 0.0
        self._not_before = time.monotonic() + self._pause

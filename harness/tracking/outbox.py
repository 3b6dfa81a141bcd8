"""A retry queue for a server that may be down: nothing is lost, and callers do not wait long."""

import logging
import time
from collections import defaultdict, deque

from ..foundation.errors import first_line

log = logging.getLogger(__name__)


class Outbox:
    """A queue of steps per sender, taken in order; a step that fails is retried later.

    A step must be safe to repeat. After a failure nothing is tried for ``pause`` seconds unless
    ``flush`` is called, so that an unreachable server costs little time. When a sender's step has
    failed, a flush still tries the other senders, up to three failures: one step that always fails
    does not hold up the rest.

    Args:
        pause: seconds without attempts after a failure.
    """

    def __init__(self, pause=60.0):
        self.pause = pause
        self._steps = defaultdict(deque)
        self._failing = False
        self._not_before = 0.0

    def put(self, sender, step):
        """Queue a step, and try it now unless a failure was recent."""
        self._steps[sender].append(step)
        if time.monotonic() >= self._not_before:
            self.flush()

    def waiting(self, sender=None):
        """Number of senders with steps left; given a sender, its number of steps left."""
        return len(self._steps) if sender is None else len(self._steps.get(sender, ()))

    def flush(self):
        """Try all queued steps; True if none is left."""
        failures = []
        for sender in list(self._steps):
            try:
                self._send(sender)
            except Exception as error:
                failures.append(error)
                if len(failures) == 3:  # The server is down, not just refusing one.
                    break
        self._note(failures)
        return not self._steps

    def _send(self, sender):
        steps = self._steps[sender]
        while steps:
            steps[0]()
            steps.popleft()
        del self._steps[sender]

    def _note(self, failures):
        if failures:
            self._not_before = time.monotonic() + self.pause
            if not self._failing:
                reason = first_line(failures[0])
                log.warning("the log does not take everything (%s): kept, sent again later", reason)
        else:
            self._not_before = 0.0
        self._failing = bool(failures)

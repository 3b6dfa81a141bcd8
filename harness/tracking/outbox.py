"""What has still to be sent to somebody who may not answer: nothing is lost, nobody waits long."""

import logging
import time
from collections import defaultdict, deque

from ..foundation.errors import first_line

log = logging.getLogger(__name__)


class Outbox:
    """Steps to be taken in order for each sender; a step that fails is taken again later.

    A step must be safe to repeat. After a failure nothing is tried for ``pause`` seconds, unless
    ``flush`` asks for it: a server that is gone costs little. But the steps of other senders are
    still tried: one that is refused for good holds up nobody else.
    """

    def __init__(self, pause=60.0):
        self.pause = pause
        self._steps = defaultdict(deque)
        self._failing = False
        self._not_before = 0.0

    def put(self, sender, step):
        """Take a step now if all is well, else later."""
        self._steps[sender].append(step)
        if time.monotonic() >= self._not_before:
            self.flush()

    def waiting(self, sender=None):
        """How many senders have steps left; with a sender, how many steps it has left."""
        return len(self._steps) if sender is None else len(self._steps.get(sender, ()))

    def flush(self):
        """Try everything that waits; True if nothing is left."""
        failures = []
        for sender in list(self._steps):
            try:
                self._send(sender)
            except Exception as error:
                failures.append(error)
                if len(failures) == 3:  # Gone, not just refusing one.
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

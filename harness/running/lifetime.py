"""When a worker process ends: together with its parent, or when it is told to."""

import os
import signal
import threading
import time
from contextlib import contextmanager

from ..trials.checkpoints import HandedBack

GRACE = 5  # seconds: a pool whose process ends kills the others, which may be writing checkpoints


class Lifetime:
    """The end of a process.

    SIGTERM sets a flag only, because a handler may interrupt anything. Training looks at it after
    every update, writes a checkpoint and hands the run back. A process that was told to end and
    trains nothing ends by itself after some seconds.
    """

    def __init__(self):
        self._told = self._training = False

    def begin(self, parent):
        """Handle the signals of this process, and end it with its parent."""
        # Only the parent handles interrupts; it ends its workers itself.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        signal.signal(signal.SIGTERM, self._tell)
        threading.Thread(target=self._watch, args=(parent,), daemon=True).start()

    def is_told(self):
        """Whether this process has been told to end."""
        return self._told

    @contextmanager
    def training(self):
        """Context of a training run, which may write a checkpoint before the process ends.

        Raises:
            HandedBack: the process has been told to end already.
        """
        if self._told:
            raise HandedBack("told to end before it began")
        self._training = True
        try:
            yield
        finally:
            self._training = False

    def _tell(self, *_):
        self._told = True

    def _watch(self, parent):
        """Exit when the parent is gone, as a killed parent cannot end its workers; or when told."""
        idle = 0
        while os.getppid() == parent and idle < GRACE:
            time.sleep(1)
            idle = idle + 1 if self._told and not self._training else 0
        os._exit(1)

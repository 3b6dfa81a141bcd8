"""Ctrl-C in the parent: never in the middle of a step, and once is enough."""

import signal
import threading
from contextlib import contextmanager


class Interrupts:
    """While it is entered, SIGINT raises KeyboardInterrupt once, and not within ``held``."""

    def __init__(self):
        self._holding, self._pending, self._old = 0, False, None

    def __enter__(self):
        if threading.current_thread() is threading.main_thread():
            self._old = signal.signal(signal.SIGINT, self._came)
        return self

    def __exit__(self, *_):
        if self._old is not None:
            signal.signal(signal.SIGINT, self._old)

    def _came(self, *_):
        if self._holding:
            self._pending = True
        else:
            self._raise()

    def _raise(self):
        self._holding += 1  # for good: what follows is tidying up
        raise KeyboardInterrupt

    @contextmanager
    def held(self):
        """A step that an interrupt would tear: it comes after the step."""
        self._holding += 1
        yield
        self._holding -= 1
        if self._pending and not self._holding:
            self._raise()

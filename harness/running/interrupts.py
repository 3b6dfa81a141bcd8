"""Ctrl-C in the parent: deferred to the end of a critical step, and raised only once."""

import signal
import threading
from contextlib import contextmanager


class Interrupts:
    """Context in which SIGINT raises one KeyboardInterrupt, and never inside ``held``."""

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
        self._holding += 1  # never released: a second Ctrl-C must not stop the cleanup
        raise KeyboardInterrupt

    @contextmanager
    def held(self):
        """Critical section: an interrupt that arrives inside it is raised at its end."""
        self._holding += 1
        yield
        self._holding -= 1
        if self._pending and not self._holding:
            self._raise()

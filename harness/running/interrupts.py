"""Ctrl-C and the signals that end a process: deferred past critical steps, and raised only once."""

import signal
import threading
from contextlib import contextmanager

# Ctrl-C; what systems send to processes that shall end; a terminal that closes.
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(KeyboardInterrupt):
    """Ctrl-C, or a notebook's stop button."""

    def _render_traceback_(self):
        """What a notebook shows, in place of a traceback."""
        return ["stopped; everything finished is kept: run it again to continue"]


class Terminated(Stopped):
    """A signal other than Ctrl-C asks for the same; ``signal`` is its number."""

    def __init__(self, number):
        super().__init__()
        self.signal = number


def _is_ignored(number):
    return signal.getsignal(number) is signal.SIG_IGN


class Interrupts:
    """Context in which such signals raise one KeyboardInterrupt, and never inside ``held``.

    A terminal that closes is ignored under ``nohup``. Ctrl-C is not, though scripts start what they
    put into the background with it ignored.
    """

    def __init__(self):
        self._holding, self._pending, self._old = 0, None, {}

    def __enter__(self):
        if threading.current_thread() is threading.main_thread():
            heard = [each for each in SIGNALS if each != signal.SIGHUP or not _is_ignored(each)]
            self._old = {each: signal.signal(each, self._came) for each in heard}
        return self

    def __exit__(self, *_):
        for each, handler in self._old.items():
            signal.signal(each, handler)

    def _came(self, number, _):
        if self._holding:
            self._pending = number
        else:
            self._raise(number)

    def _raise(self, number):
        self._holding += 1  # never released: a second one must not stop the cleanup
        raise Stopped if number == signal.SIGINT else Terminated(number)

    def give_way(self):
        """Raise an interrupt that has arrived, inside a critical section that waits for long."""
        if self._pending:
            self._raise(self._pending)

    @contextmanager
    def held(self):
        """Critical section: an interrupt that arrives inside it is raised at its end."""
        self._holding += 1
        yield
        self._holding -= 1
        if self._pending and not self._holding:
            self._raise(self._pending)

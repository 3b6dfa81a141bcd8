"""Streams to readers who may go away: a pager that is closed, a terminal that is gone."""

import errno
import os

GONE = (errno.EPIPE, errno.EIO)  # of a pipe; of a terminal


class Lasting:
    """A text stream that is silent once nobody reads it, where others raise an error.

    Args:
        stream: such as ``sys.stderr``.
    """

    def __init__(self, stream):
        self.stream = stream

    def write(self, text):
        return self._unless_gone(lambda: self.stream.write(text))

    def flush(self):
        self._unless_gone(self.stream.flush)

    def _unless_gone(self, act):
        try:
            return act()
        except OSError as error:
            if error.errno not in GONE:
                raise
        # What its buffer still holds would raise the error again, at the latest at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), self.stream.fileno())
        return None

    def __getattr__(self, name):
        return getattr(self.stream, name)

"""The event loop of Dask's client. It owns all state of a cluster: other threads only call it."""

import asyncio
import inspect
from contextlib import suppress

from distributed.client import ClosedClientError

GONE = (OSError, ClosedClientError)  # what Dask raises where nobody answers any more


class EventLoop:
    """Functions and coroutines that run one after another in an event loop.

    Args:
        loop: an asyncio event loop that runs in a thread of its own.
    """

    def __init__(self, loop):
        self.loop, self.background = loop, set()

    def call(self, function, *args):
        """Call a function in the loop, soon; from any thread."""
        with suppress(RuntimeError):  # the loop has ended
            self.loop.call_soon_threadsafe(function, *args)

    def start(self, function, *args):
        """Start a coroutine in the background; from within the loop.

        It may end without a word where the scheduler is gone, which ``Crew.watch`` notices.
        """
        task = asyncio.ensure_future(_while_it_lasts(function(*args)))
        self.background.add(task)
        task.add_done_callback(self.background.discard)

    def cancel(self):
        """Cancel what is in the background; from within the loop."""
        for task in self.background:
            task.cancel()

    def wait(self, coroutine, seconds):
        """Run a coroutine to its end, which is waited for; from another thread."""
        try:
            ended = asyncio.run_coroutine_threadsafe(coroutine, self.loop)
            try:
                ended.result(seconds)
            finally:
                ended.cancel()
        except Exception:  # the loop has ended, or what it talked to is gone
            if inspect.getcoroutinestate(coroutine) == inspect.CORO_CREATED:
                coroutine.close()  # else it belongs to the loop


async def _while_it_lasts(coroutine):
    with suppress(*GONE):
        await coroutine

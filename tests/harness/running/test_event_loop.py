"""What is waited for in the event loop of Dask's client."""

import asyncio
import gc
import threading

import pytest
from distributed.client import ClosedClientError
from distributed.comm import CommClosedError

from gatelab.running.event_loop import EventLoop


@pytest.fixture
def running():
    """A loop in a thread of its own, and what goes wrong in it."""
    loop, wrong = asyncio.new_event_loop(), []
    loop.set_exception_handler(lambda loop, said: wrong.append(said))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield loop, thread, wrong
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()
    assert wrong == []


def test_what_takes_too_long_is_ended_by_its_loop(running):
    loop, thread, _ = running
    ended = []

    async def long():
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(threading.current_thread())

    EventLoop(loop).wait(long(), 0.05)
    asyncio.run_coroutine_threadsafe(asyncio.sleep(0), loop).result(10)
    assert ended == [thread]


@pytest.mark.parametrize("error", [ClosedClientError, CommClosedError, TimeoutError])
def test_what_is_in_the_background_ends_silently_with_the_scheduler(running, error):
    loop = running[0]
    assert in_the_background(loop, error) == []


def test_another_error_in_the_background_is_told(running):
    told = in_the_background(running[0], ValueError)
    assert [str(each["exception"]) for each in told] == ["of Dask's"]


def in_the_background(loop, error):
    """What the loop complains of once a coroutine in the background has raised an error."""

    async def fails():
        raise error("of Dask's")

    async def complaints():
        own = EventLoop(loop)
        own.start(fails)
        (task,) = own.background
        await asyncio.wait([task])
        del task, own
        gc.collect()
        return [*wrong]

    wrong = []
    loop.set_exception_handler(lambda loop, said: wrong.append(said))
    return asyncio.run_coroutine_threadsafe(complaints(), loop).result(10)


@pytest.mark.filterwarnings("error")
def test_where_the_loop_has_ended_nothing_is_waited_for():
    loop = asyncio.new_event_loop()
    loop.close()
    EventLoop(loop).wait(asyncio.sleep(60), 60)

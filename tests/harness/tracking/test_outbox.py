"""The queue of what is to be written: nobody waits for it, nothing is lost, nobody is held up."""

import threading
import time

import pytest

from gatelab.tracking import outbox
from gatelab.tracking.outbox import NotYet, Outbox


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """Nothing is tried again unless a test asks for it."""
    monkeypatch.setattr(outbox, "PAUSES", (60.0, 60.0))


@pytest.fixture
def make():
    """Makes outboxes, and stops them at the end."""
    made = []

    def new(*given, **named):
        made.append(Outbox(*given, **named))
        return made[-1]

    yield new
    for box in made:
        box.stop()


def refuse():
    raise ValueError("never")


def test_what_cannot_be_written_holds_up_nobody(make):
    box, sent = make(), []
    box.put("bad", refuse)
    box.put("bad", lambda: sent.append("after bad"))
    box.put("good", lambda: sent.append("good"))
    assert not box.flush()
    assert sent == ["good"]
    assert (box.waiting(), box.waiting("bad"), box.waiting("good")) == (1, 2, 0)


def test_several_that_are_always_refused_hold_up_nobody_either(make):
    box, sent = make(), []
    for k in range(2 * outbox.FAILURES):
        box.put(f"bad {k}", refuse)
    box.put("good", lambda: sent.append("good"))
    for _ in range(3):
        box.flush()
    assert sent == ["good"]


def test_a_server_that_is_gone_is_not_asked_for_everybody(make):
    box, asked = make(), []
    for k in range(50):
        box.put(k + 1, lambda: asked.append(1) or refuse())
    box.flush()
    assert len(asked) == outbox.FAILURES


def test_nothing_is_written_before_the_log_is_open(make):
    sent, closed = [], [True]
    box = make(lambda: refuse() if closed else None)
    box.put("one", lambda: sent.append("one"))
    assert not box.flush()
    assert (sent, box.waiting()) == ([], 1)
    closed.clear()
    assert box.flush()
    assert sent == ["one"]


def test_a_later_step_replaces_a_waiting_one_that_it_makes_needless(make):
    box, sent = make(), []
    for k in range(100):
        box.put("run", lambda k=k: sent.append(k), "describe")
        box.put("run", lambda k=k: sent.append(-k))
    box.flush()
    assert sent.count(99) == 1
    assert len(sent) == 101


def test_a_step_that_waits_for_another_sender_is_no_failure(make):
    box, sent, there = make(), [], []

    def child():
        if not there:
            raise NotYet
        sent.append("child")

    box.put("child", child)
    box.put("parent", lambda: there.append(1))
    assert box.wait(10)
    assert sent == ["child"]


def test_nobody_waits_for_a_call_that_hangs(make):
    box, held = make(), threading.Event()
    box.start()
    box.put("run", held.wait)
    started = time.monotonic()
    for _ in range(100):
        box.put("run", lambda: None)
    shown = []
    assert not box.wait(0.3, shown.append)
    assert set(shown) == {1}
    assert time.monotonic() - started < 10
    held.set()


def test_the_end_waits_for_what_may_pass_and_not_for_what_was_refused(monkeypatch, make):
    monkeypatch.setattr(outbox, "PAUSES", (0.01, 0.01))
    tries = []

    def away():
        tries.append(1)
        if len(tries) < 5:
            raise ConnectionError

    box = make(passing=lambda error: isinstance(error, ConnectionError))
    box.put("away", away)
    assert box.wait(30)
    box.put("refused", refuse)
    started = time.monotonic()
    assert not box.wait(30)
    assert time.monotonic() - started < 20


def test_one_line_is_said_of_an_absence_once_it_lasts(make, caplog):
    box, there = make(), []

    def away():
        if not there:
            raise ConnectionError("no server\nand a long story")

    box.put("run", away)
    box.flush()
    assert caplog.records == []  # a connection that broke once
    for _ in range(3):
        box.flush()
    (warning,) = caplog.records
    assert "no server" in warning.getMessage()
    assert "\n" not in warning.getMessage()
    there.append(1)
    assert box.flush()

"""The line between a worker and its conductor."""

import socket
import threading
from concurrent.futures import wait
from multiprocessing.connection import Client

import pytest

from gatelab.running.exchange import Exchange
from gatelab.running.line import Line


@pytest.fixture
def exchange():
    opened = Exchange()
    yield opened
    opened.close()


def heard(exchange):
    assert wait([exchange.arrived()], timeout=10).done
    return exchange.messages()


def test_what_a_worker_says_arrives_in_order(exchange):
    line = Line(exchange.address, exchange.key)
    for updates in (1, 2):
        line.say(7, "beat", updates=updates)
    found = []
    while len(found) < 2:
        found += heard(exchange)
    assert [message.body for message in found] == [
        {"job": 7, "kind": "beat", "updates": k} for k in (1, 2)
    ]
    assert all(message.answer is None for message in found)


def test_a_question_waits_for_its_answer(exchange):
    answers = []
    line = Line(exchange.address, exchange.key)
    asking = threading.Thread(target=lambda: answers.append(line.ask(1, "rung", epoch=3)))
    asking.start()
    (message,) = heard(exchange)
    assert message.body == {"job": 1, "kind": "rung", "epoch": 3}
    message.answer({"prune": True})
    asking.join(10)
    assert answers == [{"prune": True}]


def test_who_does_not_know_the_key_is_not_heard_and_blocks_nobody(exchange):
    with socket.create_connection(exchange.address):  # says nothing
        with pytest.raises(Exception, match=r"digest|reset|bytes|^$"):
            Client(exchange.address, authkey=b"wrong")
        Line(exchange.address, exchange.key).say(1, "beat")
        assert [message.body["job"] for message in heard(exchange)] == [1]


def test_a_line_without_a_conductor_is_silent(exchange):
    assert Line().ask(1, "rung") == {}
    exchange.close()
    assert Line(exchange.address, exchange.key).ask(1, "rung") == {}

"""The conductor's end of its workers' lines: an inbox of their messages.

Messages are JSON. Nothing that arrives is unpickled.
"""

import json
import queue
import secrets
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from multiprocessing import AuthenticationError
from multiprocessing.connection import Listener, answer_challenge, deliver_challenge
from typing import Any, NamedTuple

LARGEST = 2**20  # bytes of a message


class Message(NamedTuple):
    """What a worker says.

    Attributes:
        body: {"job": number, "kind": word, ...}.
        answer: takes the answer, a dict; None if the worker does not wait for one.
    """

    body: dict[str, Any]
    answer: Callable[[dict[str, Any]], None] | None = None


class Inbox:
    """Messages that one thread takes and others put."""

    def __init__(self):
        self._inbox: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._arrived, self._lock = Future(), threading.Lock()

    def arrived(self):
        """A future that is done as soon as there are messages."""
        return self._arrived

    def messages(self):
        """Take all messages."""
        with self._lock:
            self._arrived = Future()
        found = []
        with suppress(queue.Empty):
            while True:
                found.append(self._inbox.get_nowait())
        return found

    def put(self, message):
        """Add a message to the inbox."""
        self._inbox.put(message)
        with self._lock:
            if not self._arrived.done():
                self._arrived.set_result(None)


class Exchange(Inbox):
    """Listens on the loopback address. A caller must know the key, which only workers get.

    Args:
        given: bytes for workers that ask for them, see ``Line.given``.

    Attributes:
        address: (host, port).
        key: random bytes.
    """

    def __init__(self, given=b""):
        super().__init__()
        self.given, self.key, self._open = given, secrets.token_bytes(32), True
        self._listener = Listener(("127.0.0.1", 0), backlog=64)
        self.address: Any = self._listener.address
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        """Take no more calls; a second call does nothing."""
        if not self._open:
            return
        self._open = False
        with suppress(OSError):  # ends the wait for a call
            socket.create_connection(self.address, timeout=1).close()

    def _accept(self):
        with self._listener, suppress(OSError):
            while True:
                connection = self._listener.accept()
                if not self._open:
                    return connection.close()
                threading.Thread(target=self._listen, args=(connection,), daemon=True).start()

    def _listen(self, connection):
        with connection, suppress(OSError, EOFError, ValueError, AuthenticationError):
            # Here, and not by the listener: who calls and says nothing must not block the others.
            deliver_challenge(connection, self.key)
            answer_challenge(connection, self.key)
            while True:
                body = json.loads(connection.recv_bytes(LARGEST))
                waits = body.pop("waits", False)
                if body.get("kind") == "given":
                    connection.send_bytes(self.given)
                else:
                    self.put(Message(body, _answering(connection) if waits else None))


def _answering(connection):
    def answer(body):
        with suppress(OSError):
            connection.send_bytes(json.dumps(body).encode())

    return answer

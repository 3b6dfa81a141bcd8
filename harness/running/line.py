"""A worker's line to the conductor: it says how far a run is, and asks whether to go on."""

import json
import threading
from contextlib import suppress
from multiprocessing.connection import Client
from typing import Any


class Line:
    """The worker's end; the other one is an ``exchange.Exchange``. Opened by the first message.

    Without an address it is silent and answers {}: a run outside of a study. If the conductor is
    gone, so is soon the worker; what it says until then is lost.

    Args:
        address: (host, port), or None.
        key: bytes that both ends know.
    """

    def __init__(self, address=None, key=b""):
        self.address: Any = address
        self.key = key
        self._connection = None
        self._lock = threading.Lock()

    def say(self, job, kind, **more):
        """Send a message about a job.

        Args:
            job: number of the job.
            kind: "started", "beat", "checkpoint".
            more: values for JSON.
        """
        self._send({"job": job, "kind": kind, **more}, waits=False)

    def ask(self, job, kind, **more):
        """Send a message and wait for its answer, a dict; {} if nobody answers."""
        return self._send({"job": job, "kind": kind, **more}, waits=True)

    def given(self):
        """The bytes that the conductor has for each new process.

        Raises:
            OSError, EOFError: it is gone.
        """
        with Client(self.address, authkey=self.key) as connection:
            connection.send_bytes(json.dumps({"kind": "given"}).encode())
            return connection.recv_bytes()

    def _send(self, body, waits):
        if self.address is None:
            return {}
        with self._lock, suppress(OSError, EOFError):
            if self._connection is None:
                self._connection = Client(self.address, authkey=self.key)
            self._connection.send_bytes(json.dumps(body | {"waits": waits}).encode())
            if waits:
                return json.loads(self._connection.recv_bytes())
        return {}

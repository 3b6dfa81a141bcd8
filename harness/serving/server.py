"""A server that answers one request after another, on this machine unless told otherwise."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

from ..errors import GatelabError, StudyError
from ..foundation.errors import first_line
from . import requests
from .fitted import Fitted

LARGEST = 16 * 2**20  # bytes of a body
PATIENCE = 30  # seconds for a client to send what it announced


def listening(fitted: Fitted, host: str = "127.0.0.1", port: int = 8000) -> ThreadingHTTPServer:
    """A server that is bound to its address; ``serve_forever`` answers.

    Args:
        port: 0 for any that is free.

    Raises:
        StudyError: the address cannot be bound, or the network takes no raw input.
    """
    fitted.prepared  # noqa: B018 (raises)
    handler = type("Handler", (_Handler,), {"fitted": fitted, "lock": threading.Lock()})
    try:
        return _Server((host, port), handler)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise StudyError(
            f"cannot listen on {host}:{port}: {reason}; choose another --port"
        ) from None


class _Server(ThreadingHTTPServer):
    daemon_threads = True  # a client that sends nothing must not keep the server from ending


class _Handler(BaseHTTPRequestHandler):
    """GET / says what to send, GET /health that the server is up, POST /predict answers."""

    fitted: ClassVar[Any]
    lock: ClassVar[Any]
    timeout = PATIENCE
    server_version, sys_version = "gatelab", ""

    def do_GET(self):
        path = urlsplit(self.path).path
        if path == "/health":
            return self._say(200, {"status": "ok"})
        if path == "/":
            return self._say(200, requests.about(self.fitted, self._address()))
        if path == "/predict":
            return self._refuse(405, f"send a body: {self._example()}")
        return self._refuse(404, f"no page {path}; POST to /predict, GET / or /health")

    def do_POST(self):
        address = urlsplit(self.path)
        try:
            body = self._body()
        except _Refused as error:
            self.close_connection = True  # the rest of the body is not read
            return self._refuse(error.status, str(error))
        if address.path != "/predict":
            return self._refuse(404, f"no page {address.path}; {self._example()}")
        try:
            options = dict(parse_qsl(address.query, keep_blank_values=True))
            kind = self.headers.get("Content-Type", "").lower()
            with self.lock:
                found = requests.answer(self.fitted, body, kind, options)
        except GatelabError as error:
            return self._refuse(400, " ".join(str(error).split()))
        except Exception as error:  # a fault of ours must not end the connection without a word
            return self._refuse(500, f"{type(error).__name__}: {first_line(error)}")
        return self._say(200, found)

    def _body(self):
        """The bytes of the body, of a length that was announced and is not too large."""
        if self.headers.get("Content-Encoding", "identity") != "identity":
            raise _Refused(415, "send the body as it is, not compressed")
        announced = self.headers.get("Content-Length", "")
        if not announced.isdecimal():
            raise _Refused(411, "say the length of the body: Content-Length")
        if int(announced) > LARGEST:
            raise _Refused(413, f"the body is over {LARGEST // 2**20} MiB: send less at once")
        body = self.rfile.read(int(announced))
        if len(body) < int(announced):
            raise _Refused(400, f"the body ends after {len(body)} of {announced} bytes")
        return body

    def _example(self):
        return requests.about(self.fitted, self._address())["example"]

    def _address(self):
        host, port, *_ = self.connection.getsockname()
        return f"http://{host}:{port}"

    def _refuse(self, status, reason):
        self._say(status, {"error": reason})

    def _say(self, status, found):
        text = json.dumps(found, ensure_ascii=False, allow_nan=False) + "\n"
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *given):
        """Nothing: a client is told what was wrong, and the screen belongs to the user."""


class _Refused(Exception):
    def __init__(self, status, reason):
        super().__init__(reason)
        self.status = status

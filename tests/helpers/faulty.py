"""An MLflow server, and a proxy in front of it that loses answers, is silent, or is not there."""

import http.client
import random
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.request import urlopen

from gatelab.tracking.server import ui_environment

UP, AWAY, SILENT, LOSSY = "up", "away", "silent", "lossy"
LOST = 0.3  # of the answers to POST


class Proxy(ThreadingHTTPServer):
    """Passes requests on to a server.

    Args:
        port: of the server.

    Attributes:
        mode: UP; AWAY: closes each connection at once; SILENT: accepts and never answers; LOSSY:
            the server hears all, but of its answers to POST a third is lost.
        lost: number of answers lost so far.
        url: address for ``tracking_uri``.
    """

    daemon_threads = True

    def __init__(self, port):
        super().__init__(("127.0.0.1", 0), Passing)
        self.target, self.mode, self.lost, self.rng = port, UP, 0, random.Random(0)
        self.ended = threading.Event()
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}).start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.shutdown()
        self.server_close()

    def verify_request(self, request, client_address):
        """Let nobody in while the server is away."""
        return self.mode != AWAY

    def handle_error(self, request, client_address):
        """A client that hung up is nothing to report."""


class Passing(BaseHTTPRequestHandler):
    """One request, and its answer, unless that is lost."""

    server: Proxy

    def _pass(self):
        if self.server.mode == SILENT:
            return self.server.ended.wait()
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        kept = {k: v for k, v in self.headers.items() if k.lower() not in ("host", "connection")}
        server = http.client.HTTPConnection("127.0.0.1", self.server.target)
        with closing(server):
            server.request(self.command, self.path, content, kept)
            answer = server.getresponse()
            self._answer(answer.status, answer.getheader("Content-Type"), answer.read())

    def _answer(self, status, kind, content):
        is_post = self.command == "POST"
        if self.server.mode == LOSSY and is_post and self.server.rng.random() < LOST:
            self.server.lost += 1
            return
        self.send_response(status)
        self.send_header("Content-Type", kind or "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _pass

    def log_message(self, format, *args):
        """Say nothing."""


@contextmanager
def mlflow_server(folder):
    """The port of an MLflow server whose files are in a folder."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    with open(folder / "server.log", "w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port),
             "--workers", "1", "--backend-store-uri", f"sqlite:///{folder}/server.db",
             "--artifacts-destination", str(folder / "artifacts"), "--serve-artifacts"],
            env=ui_environment(), stdout=log, stderr=log, cwd=folder, start_new_session=True,
        )  # fmt: skip
    try:
        _wait(f"http://127.0.0.1:{port}/health", process)
        yield port
    finally:
        process.terminate()
        process.wait()


def _wait(address, process, seconds=120):
    for _ in range(10 * seconds):
        try:
            with urlopen(address, timeout=5):
                return
        except OSError:
            assert process.poll() is None, "the MLflow server has ended"
            time.sleep(0.1)
    raise AssertionError(f"the MLflow server did not answer within {seconds} s")

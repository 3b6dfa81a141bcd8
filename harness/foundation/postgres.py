"""A private PostgreSQL server, from the system's own package, for tests and trials of faults.

It listens on the loopback address only, asks for a password, and its data vanish with it. It does
not wait for the disk, so it is no place for results.
"""

import glob
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

from .errors import GatelabError

USER, PASSWORD = "gatelab", "p@ss:word/%"  # signs that an address has to escape
#: Faster, at the price of the data if the machine fails.
QUICK = {
    "fsync": "off", "full_page_writes": "off",
    "shared_buffers": "16MB", "max_connections": "50",
}  # fmt: skip


def programs():
    """The folder of PostgreSQL's programs; None if it is not installed."""
    found = shutil.which("initdb") or max(glob.glob("/usr/lib/postgresql/*/bin/initdb"), default="")
    return Path(found).resolve().parent if found else None


class Server:
    """A server of its own; as a context manager it is started, then stopped and forgotten.

    Raises:
        GatelabError: PostgreSQL is not installed, or does not start.
    """

    def __init__(self):
        found = programs()
        if found is None:
            raise GatelabError("PostgreSQL is not installed: apt-get install postgresql")
        self.programs = found
        self.folder = Path(tempfile.mkdtemp(prefix="gatelab-postgres-"))
        self.port = free_port()
        self.process: Any = None

    def __enter__(self):
        try:
            self._make()
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database="postgres", password=True):
        """The address of a database, as ``--storage`` takes it."""
        secret = f":{quote(PASSWORD, safe='')}" if password else ""
        return f"postgresql://{USER}{secret}@127.0.0.1:{self.port}/{database}"

    def create(self, database, like="template0"):
        """Make a database, a copy of another one, by default empty; its address."""
        from psycopg import sql

        names = map(sql.Identifier, (database, like))
        with closing(self._connected()) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
        return self.url(database)

    def start(self):
        """Start it, and wait until it answers."""
        settings = QUICK | {"unix_socket_directories": str(self.folder), "port": str(self.port)}
        options = [word for item in settings.items() for word in ("-c", "=".join(item))]
        with open(self.folder / "log", "a") as log:
            self.process = subprocess.Popen(
                [*_ending_with_parent(), self.programs / "postgres", "-D", self.folder / "data",
                 *options],
                stdout=log, stderr=log, start_new_session=True, **_unprivileged(),
            )  # fmt: skip
        self._wait()

    def stop(self, how=signal.SIGQUIT):
        """Stop it at once: who is connected is cut off, as by a crash."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait()
            self.process = None

    def _make(self):
        os.chmod(self.folder, 0o700)
        (secret := self.folder / "password").write_text(PASSWORD)
        if given := _unprivileged():
            for path in (self.folder, secret):
                shutil.chown(path, given["user"], given["group"])
        words = "--no-sync --encoding UTF8 --locale C --auth scram-sha-256".split()
        made = subprocess.run(
            [self.programs / "initdb", *words, "-U", USER, "--pwfile", secret,
             "-D", self.folder / "data"],
            capture_output=True, text=True, cwd=self.folder, **_unprivileged(),
        )  # fmt: skip
        if made.returncode:
            raise GatelabError(f"initdb failed: {' '.join(made.stderr.split())}")

    def _wait(self, seconds=30):
        import psycopg

        for _ in range(20 * seconds):
            try:
                return self._connected().close()
            except psycopg.OperationalError as error:
                if self.process.poll() is not None:
                    said = (self.folder / "log").read_text().splitlines()[-1:]
                    raise GatelabError(f"PostgreSQL does not start: {said}") from error
                time.sleep(0.05)
        raise GatelabError(f"PostgreSQL did not answer within {seconds} s")

    def _connected(self):
        import psycopg

        return psycopg.connect(self.url(), autocommit=True)


def _ending_with_parent():
    """Words before a command that let Linux stop it when its parent ends, even a killed one."""
    setpriv = shutil.which("setpriv")  # of util-linux
    return [setpriv, "--pdeathsig", "QUIT", "--"] if setpriv else []


def _unprivileged():
    """Another user where this one is root, as whom PostgreSQL refuses to run."""
    if os.getuid():
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": ()}


def free_port():
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]

"""Where a study's trials and its workers are: files, a PostgreSQL server, a Dask cluster."""

import importlib.util
import time
from contextlib import ExitStack, contextmanager
from uuid import uuid4

from gatelab.errors import StudyError
from gatelab.foundation.postgres import Server

from .sessions import Session
from .victims import LOCAL, ON_DASK

MACHINES = 2  # Dask workers, with one trial at a time each
GRACE = 20.0  # seconds in which a Dask worker leaves whose scheduler is gone


class Files:
    """Trials in files, workers on this machine."""

    name, victims, words = "SQLite", LOCAL, ()

    def __init__(self):
        self.environment, self.storage = {}, None

    def prepare(self, folder):
        """Make ready for a new study."""

    def see_to(self):
        """Start again what has been killed; the conductor waits for that."""

    def replace(self):
        """Start workers in the place of those that are gone, as a job scheduler does."""

    def machines(self):
        """{name: ``Session``} of a cluster's processes."""
        return {}


class Postgres(Files):
    """Trials in a private PostgreSQL server, a new database for each study."""

    name = "PostgreSQL"

    def __init__(self, server):
        super().__init__()
        self.server = server

    def prepare(self, folder):
        self.storage = self.server.create(f"soak {uuid4().hex[:8]}")
        self.environment = {"GATELAB_STORAGE": self.storage}


class Dask(Files):
    """Workers in a Dask cluster of this machine."""

    name, victims = "Dask", ON_DASK

    def __init__(self, folder):
        super().__init__()
        self.folder, self.file = folder, folder / "scheduler.json"
        self.words = ("--cluster", self.file)
        self._machines: dict[str, Session] = {}

    def machines(self):
        return self._machines

    def see_to(self):
        scheduler = self._machines.get("scheduler")
        if scheduler is None or scheduler.status is not None:
            self._leave()
            self.file.unlink(missing_ok=True)
            self._start("scheduler", "scheduler", "--port", "0", "--scheduler-file", self.file)
            if not _wait(self.file.exists, 60):
                raise StudyError(f"Dask's scheduler does not start: {self.folder}/scheduler.log")
        self.replace()

    def replace(self):
        if self._machines["scheduler"].status is not None:
            return  # they would find nobody
        for k in range(MACHINES):
            name = f"worker-{k}"
            if name not in self._machines or self._machines[name].status is not None:
                self._start(
                    name, "worker", "--scheduler-file", self.file, "--nthreads", "1",
                    "--no-nanny", "--death-timeout", "20", "--local-directory", self.folder / name,
                )  # fmt: skip

    def end(self):
        for each in self._machines.values():
            each.end()

    def _leave(self):
        """Let the workers notice that their scheduler is gone, and leave."""
        _wait(lambda: all(each.status is not None for each in self._machines.values()), GRACE)
        self.end()

    def _start(self, name, program, *words):
        module = f"distributed.cli.dask_{program}"
        words = (module, "--host", "127.0.0.1", "--no-dashboard", *words)
        self._machines[name] = Session(self.folder / f"{name}.log", words)


@contextmanager
def opened(on, folder):
    """A place by its name.

    Args:
        on: "sqlite", "postgresql" or "dask".
        folder: for the files of its processes.

    Raises:
        GatelabError: what it needs is not installed.
    """
    with ExitStack() as stack:
        if on == "postgresql":
            _needs("psycopg", "postgres")
            yield Postgres(stack.enter_context(Server()))
        elif on == "dask":
            _needs("distributed", "cluster")
            cluster = Dask(folder)
            stack.callback(cluster.end)
            yield cluster
        else:
            yield Files()


def _needs(package, extra):
    if importlib.util.find_spec(package) is None:
        raise StudyError(f"{package} is not installed: pip install 'gatelab[{extra}]'")


def _wait(condition, seconds):
    """Wait until something holds; whether it did in time."""
    until = time.monotonic() + seconds
    while not (holds := condition()) and time.monotonic() < until:
        time.sleep(0.1)
    return holds

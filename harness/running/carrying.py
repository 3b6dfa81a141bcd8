"""The files of a training run whose worker does not see the study's folder.

Down go the checkpoints to continue from, up come new checkpoints and the weights.
"""

import shutil
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from ..foundation import durable
from .order import Order

SUFFIXES = ("0", "1")  # of the two checkpoints that are kept, see ``trials.checkpoints``


def checkpoints(order):
    """{suffix: content} of the checkpoints that there are for an order."""
    return _contents(order.checkpoint) if order.checkpoint else {}


def keep_checkpoints(order, files):
    """Write checkpoints that came from a worker where the order has them."""
    for suffix in files.keys() & {*SUFFIXES} if order.checkpoint else ():
        durable.write(f"{order.checkpoint}.{suffix}", files[suffix])


class Luggage:
    """The worker's side, for one job. Without a folder there is nothing to carry.

    Args:
        folder: for files on this machine; None if it sees the study's own.
        ticket: of the job.
        files: {suffix: content} of checkpoints, from the conductor.
    """

    def __init__(self, folder, ticket, files):
        self.folder = None if folder is None else Path(folder) / ticket
        self.arrived = files

    def unpacked(self, args):
        """The arguments of a job, with this machine's paths in an order among them."""
        if self.folder is None:
            return args
        self.folder.mkdir(parents=True)
        for suffix, content in self.arrived.items():
            (self.folder / f"checkpoint.{suffix}").write_bytes(content)
        return [self._moved(arg) if isinstance(arg, Order) else arg for arg in args]

    def _moved(self, order):
        return replace(
            order,
            weights=order.weights and str(self._home / "weights.npz"),
            checkpoint=order.checkpoint and str(self._home / "checkpoint"),
        )

    @property
    def _home(self):
        assert self.folder is not None
        return self.folder

    def packed(self, ended):
        """What goes with the news of a job's end: the weights, or what to continue from."""
        if self.folder is None:
            return {}
        if "handed back" in ended:
            return {"files": _contents(self.folder / "checkpoint")}
        with suppress(OSError):
            return {"weights": (self.folder / "weights.npz").read_bytes()}
        return {}

    def forget(self):
        """Delete the files."""
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)

    @staticmethod
    def files(path):
        """{suffix: content} of one checkpoint that was written; its path is None if it failed."""
        with suppress(OSError):
            return {} if path is None else {path.rpartition(".")[2]: Path(path).read_bytes()}
        return {}


def _contents(stem):
    found = {}
    for suffix in SUFFIXES:
        with suppress(OSError):
            found[suffix] = Path(f"{stem}.{suffix}").read_bytes()
    return found

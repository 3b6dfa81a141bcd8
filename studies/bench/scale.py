"""How does the cost of a study grow with its trials?

    python -m gatelab.studies.bench.scale 1000 10000 100000

For each number of trials, over two cells on two tasks: the study is opened and continued by one
trial per cell and task, its leaderboard and its report are made, and the first page of MLflow is
asked for; each in a process of its own, whose CPU time and largest memory are told. The numbers on
record are in docs/results/scale.md.
"""

import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from gatelab import Result, Study, tasks
from gatelab.reporting import page
from gatelab.reporting.ledger import Ledger

from .copies import multiply
from .memory import peak_megabytes

SIZES = {"length": 8, "valid_sequences": 16, "test_sequences": 16}
SETTINGS = {"updates": 40, "hidden": 4, "batch": 8}
CELLS, SEED = ("standard", "gru"), 25  # trials per cell and task, which are then copied
METRIC = "mse"
PAGE = 100  # runs on the first page of MLflow


def study(out, trials):
    """A study whose trials take a few milliseconds."""
    some = [tasks.make("adding", **SIZES), tasks.make("adding", **SIZES | {"length": 9})]
    some[1].name = "adding_longer"
    return Study(
        some, [*CELLS], trials=trials, out=out, workers=2, settings=SETTINGS,
        search={"lr": (1e-4, 1e-1, "log")}, finals=0, noise_draws=0, confirm=0, page=False,
        quiet=True, log_wait=3600,
    )  # fmt: skip


def nothing(out):
    """What a process costs that only loads all that the others load."""


def continued(out):
    """Open the study, train one more trial of each cell on each task, and close it."""
    done = len(Ledger.read(out).rows[0].records)
    study(out, done + 1).run()


def opened(out):
    """Open the study and find nothing to do."""
    study(out, len(Ledger.read(out).rows[0].records)).run()


def leaderboard(out):
    """What ``Result.load(out).leaderboard`` costs."""
    Result.load(out).leaderboard  # noqa: B018


def report(out):
    """What ``gatelab report`` costs."""
    page.write(Ledger.read(out))


def first_page(out):
    """The first page of runs, newest first, as MLflow's page asks for it."""
    from mlflow import MlflowClient

    client = MlflowClient(f"sqlite:///{out}/mlflow.db")
    (first, *_) = [e for e in client.search_experiments() if e.name != "Default"]
    client.search_runs([first.experiment_id], max_results=PAGE, order_by=["start_time DESC"])


def by_metric(out):
    """The same page, sorted by a score."""
    from mlflow import MlflowClient

    client = MlflowClient(f"sqlite:///{out}/mlflow.db")
    (first, *_) = [e for e in client.search_experiments() if e.name != "Default"]
    order = [f"metrics.`best/valid_{METRIC}` ASC"]
    client.search_runs([first.experiment_id], max_results=PAGE, order_by=order)


MEASURED = (nothing, leaderboard, first_page, by_metric, opened, continued, report)


def measured(out):
    """Each of the measured functions in a process of its own.

    Yields:
        {"what", "cpu" and "wall" in seconds, "megabytes" at most}.
    """
    for each in MEASURED:
        command = [sys.executable, "-P", "-m", __spec__.name, each.__name__, str(out)]
        found = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        yield json.loads(found.stdout.splitlines()[-1])


def measure(name, out):
    """In the child: run one of the measured functions and print what it cost."""
    started = time.perf_counter()
    {each.__name__: each for each in MEASURED}[name](Path(out))
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({
        "what": name, "cpu": used.ru_utime + used.ru_stime,
        "wall": time.perf_counter() - started, "megabytes": peak_megabytes(),
    }))  # fmt: skip


def main(amounts):
    """Measure studies of so many trials, one after the other; print a line per measurement."""
    with tempfile.TemporaryDirectory() as folder:
        seed = Path(folder) / "seed"
        study(seed, SEED).run()
        for amount in amounts:
            out = Path(folder) / "study"
            shutil.copytree(seed, out)
            trials = len(CELLS) * 2 * multiply(out, amount // (len(CELLS) * 2 * SEED), METRIC)
            sizes = {file.name: file.stat().st_size / 2**20 for file in out.glob("*.db")}
            print(json.dumps({"trials": trials, "megabytes of": sizes}), flush=True)
            for row in measured(out):
                print(json.dumps({"trials": trials, **row}), flush=True)
            shutil.rmtree(out)


if __name__ == "__main__":
    if sys.argv[1:2] and not sys.argv[1].isdigit():
        measure(*sys.argv[1:])
    else:
        main([int(word) for word in sys.argv[1:]] or [1000, 10_000])

"""How a study starts: the first trial waits for nothing that is needed only later."""

import pytest
from helpers.processes import printed, python

DRAWING = {"matplotlib", "jinja2", "sklearn", "scipy.stats", "scipy.optimize", "mlflow", "numba"}
ANSWERING = {"pandas", "scipy"}
STORING = {"optuna", "sqlalchemy", "rich", "sqlite3", "llvmlite"}
MADE = "from gatelab import Study; Study(['adding'], ['standard', 'gru'])"


@pytest.mark.parametrize(
    ("code", "later"),
    [
        # In this order: the workers start, trials are stored, the answer is shown, pages are drawn.
        (MADE, STORING | ANSWERING | DRAWING),
        ("import gatelab.running.conductor", ANSWERING | DRAWING),
        ("import gatelab.running.outcome", DRAWING),
        ("import gatelab.running.worker", STORING | ANSWERING | DRAWING),
    ],
    ids=["study", "conductor", "answer", "worker"],
)
def test_what_only_a_later_step_needs_is_loaded_then(code, later):
    loaded = {*printed(f"import sys; {code}; print(*sys.modules)").split()}
    assert not later & loaded


def test_a_worker_has_loaded_all_that_a_trial_needs_before_it_gets_one():
    code = (
        "import sys; from gatelab import tasks, variants; from gatelab.running import worker\n"
        "payload = worker.payload([tasks.make('adding')], [variants.get('gru')], 0)\n"
        "worker.begin(payload, __import__('os').getppid()); before = {*sys.modules}\n"
        "worker.estimate(0, 0, {'updates': 1, 'hidden': 3, 'batch': 8}, {})\n"
        "print(*(name for name in {*sys.modules} - before if 'gatelab' not in name))"
    )
    late = printed(code).split()
    assert not [name for name in late if name.partition(".")[0] in ("numba", "scipy", "numpy")]


STOPPED = """
import os, signal, sys
class Told:
    def find_spec(self, name, *_):
        if name == "optuna":
            os.kill(os.getpid(), signal.SIGTERM)
sys.meta_path.insert(0, Told())
from gatelab.__main__ import main
sys.exit(main(["compare", "--tasks", "adding", "--variants", "gru", "--out", sys.argv[1]]))
"""


@pytest.mark.starts_workers
def test_a_study_that_is_stopped_while_its_workers_start_ends_them(tmp_path):
    ended = python("-c", STOPPED, tmp_path)
    said = "stopped; everything finished is kept: run the same command again to continue\n"
    assert (ended.returncode, ended.stdout, ended.stderr) == (143, "", said)

"""How a study starts: the first trial waits for nothing that is needed only later."""

import subprocess
import sys

LATER = {"scipy.stats", "scipy.optimize", "sklearn", "matplotlib", "mlflow", "jinja2", "numba"}


def test_a_study_is_made_without_what_only_its_end_needs():
    code = "import sys; from gatelab import Study; print(*sys.modules)"
    shown = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert not LATER & {*shown.stdout.split()}

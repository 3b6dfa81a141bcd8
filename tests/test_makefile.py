"""What `make` makes of a command's exit status."""

import subprocess

import pytest
from helpers.processes import ROOT


@pytest.mark.parametrize(("status", "well"), [(0, True), (2, False), (3, True), (130, False)])
def test_a_study_that_is_done_is_no_error_whatever_mlflow_lacks(status, well, tmp_path):
    command = tmp_path / "gatelab"
    command.write_text(f"#!/bin/sh\nexit {status}\n")
    command.chmod(0o755)
    made = subprocess.run(
        ["make", "--old-file=.venv/study", "study", f"BIN={tmp_path}"],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert (made.returncode == 0) == well, made.stderr

"""From a study's folder alone to a forecast: the table that it was made from is gone."""

import shutil
import signal
import subprocess
import sys
import urllib.request

import numpy as np
import pandas as pd
import pytest
from helpers.command import command
from helpers.studies import toy_study
from helpers.tables import table

from gatelab import Result
from gatelab.errors import StudyError
from gatelab.reporting import forecasts
from gatelab.reporting.facts import read_about
from gatelab.serving import kept
from gatelab.serving.requests import flat
from gatelab.tasks.preparation import files

pytestmark = pytest.mark.in_process
TASK = "load.csv:window=12,horizon=4,targets=load,season=6"
forecast = command("forecast")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The folder of a study of two cells, and the latest rows."""
    folder = tmp_path_factory.mktemp("made")
    table().to_csv(folder / "load.csv", index=False)
    toy_study(
        folder / "out", tasks=[f"{folder}/{TASK}"], variants=["standard", "gru"],
        settings={"updates": 3, "hidden": 4, "batch": 8},
    ).run()  # fmt: skip
    (folder / "load.csv").unlink()
    return folder / "out"


@pytest.fixture
def latest(tmp_path, monkeypatch):
    """The last twenty rows of the table, in a working folder of their own."""
    monkeypatch.chdir(tmp_path)
    table()[-20:].to_csv("latest.csv", index=False)
    return tmp_path / "latest.csv"


def test_the_best_is_that_of_validation(made):
    result = Result.load(made)
    board = result.leaderboard.sort_values("valid")
    best = result.best("load")
    assert (best.cell, best.task, best.score) == (
        board.variant.iloc[0],
        "load",
        board.valid.iloc[0],
    )
    assert result.best(cell=board.variant.iloc[1]).score == board.valid.iloc[1]
    assert result.best(TASK).cell == best.cell


def test_the_page_shows_forecasts_of_the_test_split_beside_what_happened(made):
    held = forecasts.read(made, "load", ["standard", "gru"])
    rows = len(table()) - held.actual.size
    np.testing.assert_array_equal(held.actual.ravel(), table().load[rows:])
    assert {*held.cells} == {"standard", "gru"}
    about = read_about(made)["tasks"]["load"]["further"]
    for name, found in held.baselines.items():
        assert found.mae.mean() == pytest.approx(about[name]["mae_load"])


def test_the_command_forecasts_in_units_beside_the_naive_forecasts(made, latest, capsys):
    words = [str(made), "load", "--rows", "latest.csv", "--figure", "f.png", "--csv", "f.csv"]
    assert forecast(words) == 0
    found = Result.load(made).best().forecast(latest)
    assert [*found] == ["load", "load, last value", "load, 6 rows before"]
    assert (found["load, last value"] == table().load.iloc[-1]).all()
    assert found["load, 6 rows before"].tolist() == table().load[-6:-2].tolist()
    written = pd.read_csv("f.csv")
    pd.testing.assert_frame_equal(written[[*found]], found.reset_index()[[*found]])
    assert (latest.parent / "f.png").stat().st_size > 5000
    said = capsys.readouterr().out
    assert "on validation" in said
    assert f"{found['load'].iloc[0]:.6g}" in said


def test_the_folder_may_move(made, latest, tmp_path):
    shutil.copytree(made, tmp_path / "moved")
    (moved,) = (Result.load(out).best().forecast(latest) for out in (tmp_path / "moved",))
    pd.testing.assert_frame_equal(moved, Result.load(made).best().forecast(latest))


def test_another_task_or_cell_is_refused_in_a_line(made, latest, capsys):
    for words, said in (
        (["lod"], "did you mean load"),
        (["load", "--cell", "grü"], "did you mean gru"),
        (["load", "--figure", "f.xyz"], "a picture's name"),
        (["load", "--csv", "none/f.csv"], "cannot be written"),
    ):
        assert forecast([str(made), *words, "--rows", "latest.csv"]) == 2
        error = capsys.readouterr().err
        assert said in error
        assert error.startswith("error: ")
        assert error.count("\n") == 1


def test_without_weights_or_preparation_it_says_what_to_do(made, latest, tmp_path):
    out = tmp_path / "out"
    shutil.copytree(made, out)
    kept.path_of(out, "load").unlink()
    with pytest.raises(StudyError, match=r"keeps no preparation.*run the study's command again"):
        Result.load(out).best().forecast(latest)
    shutil.rmtree(out / "weights")
    with pytest.raises(StudyError, match="no weights in"):
        Result.load(out).best()


def test_the_model_in_mlflow_takes_raw_rows(made, latest):
    from mlflow import MlflowClient, pyfunc
    from mlflow.exceptions import MlflowException

    best, client = Result.load(made).best(), MlflowClient(f"sqlite:///{made / 'mlflow.db'}")
    model = pyfunc.load_model(client.get_model_version_by_alias("load", best.cell).source)
    crowned = client.get_model_version_by_alias("load", "best")  # by validation, as everywhere
    assert crowned.run_id == client.get_model_version_by_alias("load", best.cell).run_id
    inputs = {each.name: each.type.name for each in model.metadata.signature.inputs}
    assert inputs["load"] == inputs["temperature"] == "double"
    rows = pd.read_csv(latest)[[*inputs]]
    expected = flat(best.forecast(latest))
    found = model.predict(rows)
    assert [*found] == [each.name for each in model.metadata.signature.outputs]
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)
    assert model.metadata.metadata["preparation"] == "forecast"
    with pytest.raises(MlflowException, match="5 rows: the network reads the last 12"):
        model.predict(rows[-5:])


def test_a_server_ends_quietly(made, latest):
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gatelab", "serve", str(made), "load", "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        lines = [server.stdout.readline() for _ in range(3)]
        assert "Ctrl-C" in lines[2]
        address = f"http://127.0.0.1:{port}/predict"
        with urllib.request.urlopen(address, latest.read_bytes(), timeout=30) as response:
            assert response.read().count(b"last value") == 4
        server.send_signal(signal.SIGINT)
        assert server.communicate(timeout=30) == ("", "")
        assert server.returncode == 0
    finally:
        server.kill()


def test_the_preparation_stands_beside_the_onnx_file(made, latest, tmp_path):
    pytest.importorskip("onnx")
    runtime = pytest.importorskip("onnxruntime")
    best = Result.load(made).best()
    model, beside = best.export(tmp_path / "load.onnx")
    assert (model.name, beside.name) == ("load.onnx", "load.preparation.json")

    class Exported:
        def predict(self, x, lengths=None):
            session = runtime.InferenceSession(model)
            return session.run(None, {"x": x, "lengths": np.full(len(x), x.shape[1])})[0]

    found = files.load(beside).answer(Exported(), latest)
    pd.testing.assert_frame_equal(found, best.forecast(latest), rtol=1e-5)

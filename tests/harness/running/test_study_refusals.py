"""What a user gets wrong in Python is a typed error of one line."""

from functools import partial

import numpy as np
import pytest
from helpers.refusals import refused

from gatelab import Study, tasks
from gatelab.errors import LayerError, StudyError
from gatelab.tasks import TaskError
from gatelab.tasks.adding import Adding
from gatelab.variants import Variant, VariantError, register, tanh

REFUSALS = (StudyError, LayerError, TaskError, VariantError)


class Spoilt(Adding):
    fault = "none"

    def splits(self, rng):
        splits = super().splits(rng)
        if self.fault == "nan":
            splits.valid.x[0, 0, 0] = np.nan
        if self.fault == "inf":
            splits.test.y[0] = np.inf
        if self.fault == "raises":
            raise RuntimeError("no such file:\ndata.csv")
        if self.fault == "lengths":
            return splits._replace(valid=splits.valid._replace(lengths=np.full(1000, 51)))
        if self.fault == "integers":
            return splits._replace(valid=splits.valid._replace(x=splits.valid.x.astype(int)))
        return splits


class Unregistered(Variant):
    def step(self, p, x, h):
        return tanh(p.W_z @ x + p.R_z @ h)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"tasks": []}, "no tasks"),
        ({"out": ""}, "out is ''"),
        (
            {"out": "postgresql://me:secret@host/db"},
            "begins with 'postgresql:/', as an address.*--storage",
        ),
        ({"out": "http://host:5000"}, "tracking_uri"),
        ({"variants": []}, "no variants"),
        ({"tasks": [None]}, "None"),
        ({"variants": [3]}, "3"),
        ({"variants": [Unregistered]}, "register"),
        ({"trials": "3"}, "trials"),
        ({"trials": True}, "trials"),
        ({"workers": 1.5}, "workers"),
        ({"settings": ["hidden"]}, "settings"),
        ({"search": {"lr": (1, 2, 3)}}, "lr"),
        ({"search": {"hidden": (0, 4)}}, "hidden is 0"),
        ({"settings": {"beta": 0.5}}, "unknown hyperparameter 'beta'"),
        ({"tasks": [Spoilt(fault="nan")]}, "valid.x holds NaN or infinity"),
        ({"tasks": [Spoilt(fault="inf")]}, "test.y holds NaN or infinity"),
        ({"tasks": [Spoilt(fault="lengths")]}, "lengths"),
        ({"tasks": [Spoilt(fault="integers")]}, "int64, should be float32"),
        ({"tasks": [Spoilt(fault="raises")]}, "RuntimeError: no such file"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_bad_input_is_a_typed_exception_of_one_line(change, complaint, tmp_path):
    usual = {"tasks": [tasks.make("adding", length=8)], "variants": ["gru"], "trials": 1}
    with refused(REFUSALS, complaint):
        Study(**{**usual, "out": tmp_path / "out", "quiet": True, **change}).run()
    assert not (tmp_path / "out").exists()


def test_a_value_in_a_cells_name_leads_to_no_other_folder(tmp_path):
    @register("named")
    class Named(Variant):
        mode = "a"

        def step(self, p, x, h):
            return tanh(p.W_z @ x + p.R_z @ h)

    with refused(StudyError, "variant 'named:mode=/../../x' names files"):
        Study(["adding"], ["named:mode=/../../x"], out=tmp_path)


def test_names_may_come_from_a_generator_and_numbers_from_numpy(tmp_path):
    study = Study((t for t in ["adding"]), (v for v in ["gru", "rnn"]), seed=np.int64(3))
    assert [c.variant.name for c in study.comparisons] == ["gru", "rnn"]
    assert study.seed == 3


def test_tasks_are_spelled_as_on_the_command_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    hours = np.arange(200)
    table = np.column_stack([np.sin(hours / 4), hours % 7])
    np.savetxt("load.csv", table, delimiter=",", header="load,day", comments="")
    study = Study(["adding:length=20", "load.csv:targets=load,window=12"], ["rhn:depth=2"])
    assert [task.name for task in study.tasks] == ["adding", "load"]
    assert study.tasks[0].options()["length"] == 20
    assert (study.tasks[1].window, study.tasks[1].outputs) == (12, 12)
    with pytest.raises(TaskError, match="unknown option of adding 'lenght'; did you mean length"):
        Study(["adding:lenght=20"], ["gru"])


@pytest.mark.in_process
def test_a_task_of_other_data_is_another_study(tmp_path):
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((40, 3, 2)), np.arange(40) % 2
    make = partial(Study, variants=["gru"], trials=1, finals=0, workers=1, out=tmp_path, quiet=True,
                   page=False, settings={"updates": 2, "hidden": 2})  # fmt: skip
    make([tasks.from_arrays(x, y)]).run()
    make([tasks.from_arrays(x, y)]).run()
    with pytest.raises(StudyError, match="arrays"):
        make([tasks.from_arrays(x + 1, y)]).run()

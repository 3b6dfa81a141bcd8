"""Files named on the command line."""

import re

import pytest
from helpers.command import command
from helpers.tables import table

from gatelab import tasks
from gatelab.tasks.user_data.own_files import name_of

main, show = command("compare"), command("tasks")


def test_paths_keep_their_colons_and_commas_and_columns_are_a_list(folder):
    odd = folder / "a:b=1,c.csv"
    (folder / "load.csv").rename(odd)
    task = tasks.make(f"{odd}:columns=load,temperature,window=7,targets=load,name=mine,horizon=2")
    assert (task.columns, task.targets, task.name) == (("load", "temperature"), ("load",), "mine")
    assert (task.window, task.horizon) == (7, 2)
    odd.rename("load.csv")
    assert tasks.make("load.csv:window=7,name=other.csv").name == "other.csv"
    assert tasks.make("adding:length=9,epochs=2").options()["length"] == 9


@pytest.mark.parametrize(
    ("stem", "name"), [("load", "load"), ("2019-load v1.2", "_2019_load_v1_2"), ("été", "été")]
)
def test_a_name_is_an_identifier(stem, name, tmp_path):
    assert name_of(tmp_path / f"{stem}.csv") == name


@pytest.mark.in_process
def test_a_study_of_a_csv_resumes_and_knows_when_the_file_has_changed(folder, capsys):
    words = ["--tasks", "load.csv:window=12,horizon=4,columns=load", "--variants", "gru",
             "--trials", "2", "--finals", "0", "--out", "out", "--quiet", "--no-page",
             "--set", "updates=5", "hidden=4", "batch=8"]  # fmt: skip
    assert main(words) == 0
    first = (folder / "out" / "trials.csv").read_text()
    assert first.count("load,gru,") == 2
    assert main(words) == 0
    assert (folder / "out" / "trials.csv").read_text() == first
    frame = table()
    frame.loc[180, "load"] += 1
    frame.to_csv("load.csv", index=False)
    capsys.readouterr()
    assert main(words) == 2
    assert re.fullmatch(r"error: out has other settings: .*load.*data.*\n", capsys.readouterr().err)
    assert (folder / "out" / "trials.csv").read_text() == first

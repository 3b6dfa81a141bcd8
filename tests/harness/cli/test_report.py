"""``gatelab report``: the answer of folders, from their files alone."""

import pytest
from helpers.command import command
from helpers.studies import toy_study

report = command("report")


@pytest.mark.in_process
def test_two_folders_are_answered_and_shown_side_by_side(tmp_path, capsys):
    for name in ("a", "b"):
        toy_study(tmp_path / name, variants=["standard", "gru"], trials=2, finals=1).run()
    (tmp_path / "a" / "verdicts.csv").unlink()
    assert report([str(tmp_path / "a"), str(tmp_path / "b")]) == 0
    out = capsys.readouterr().out
    assert out.count("gru against standard on adding: not decided: 2 shared draws") == 2
    assert "test scores side by side" in out
    assert (tmp_path / "a" / "verdicts.csv").exists()


def test_a_folder_that_holds_no_study_is_refused(tmp_path, capsys):
    assert report([str(tmp_path)]) == 2
    assert "holds no study" in capsys.readouterr().err
    assert [*tmp_path.iterdir()] == []

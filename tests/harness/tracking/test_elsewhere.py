"""Two folders of one study on one server, of which neither can see the other."""

import pytest
from helpers.refusals import refused
from helpers.tracked import opened, runs, trial

from gatelab.errors import StudyError
from gatelab.foundation import sqlite

STUDY = "0" * 32


@pytest.fixture
def server(tmp_path):
    """The address of a log that several folders share."""
    return sqlite.url(tmp_path / "shared.db")


def session(folder, server, homes, trials=0):
    """A session of a study that lives in the first of these places."""
    tracker = opened(folder, uri=server, identity=STUDY, homes=homes)
    parent = tracker.start_parent("adding", "gru")
    for slot in range(trials):
        trial(tracker, parent, slot=slot)
    tracker.flush()
    tracker.flush()
    return tracker


def test_a_study_that_goes_on_in_another_place_is_refused_where_it_was(tmp_path, server):
    session(tmp_path / "here", server, ["aaaa"], trials=1).close()
    there = session(tmp_path / "there", server, ["bbbb", "aaaa"])  # a copy, or the study has moved
    there.check()
    there.close()
    here = session(tmp_path / "here", server, ["aaaa"], trials=2)
    with refused(StudyError, "continued in another place .*here: .*--as-copy"):
        here.check()
    assert here.close(5.0) > 0
    seen = session(tmp_path / "there", server, ["bbbb", "aaaa"])
    (parent,) = runs(seen, "study")
    assert parent.data.tags["study.home"] == "bbbb"
    assert len(runs(seen, "trial")) == 1  # what was refused has written nothing
    seen.check()
    seen.close()


def test_a_study_may_move_to_and_fro(tmp_path, server):
    for homes in (["aaaa"], ["bbbb", "aaaa"], ["aaaa", "bbbb"]):
        tracker = session(tmp_path, server, homes)
        tracker.check()
        (parent,) = runs(tracker, "study")
        assert parent.data.tags["study.home"] == homes[0]
        tracker.close()


def test_in_a_file_of_its_own_nobody_asks_where_a_study_lives(tmp_path):
    for home in ("aaaa", "bbbb"):
        tracker = opened(tmp_path, identity=STUDY, homes=[home])
        tracker.start_parent("adding", "gru")
        (parent,) = runs(tracker, "study")
        assert "study.home" not in parent.data.tags
        tracker.check()
        tracker.close()

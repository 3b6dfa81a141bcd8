"""Two folders of one study on one server, of which neither can see the other."""

import pytest
from helpers.refusals import refused
from helpers.tracked import opened, record, runs, trial

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


def test_who_is_refused_one_run_takes_over_none_of_the_others(tmp_path, server):
    """Else two folders that begin together refuse each other for good."""
    first = session(tmp_path / "here", server, ["aaaa"])
    first.start_parent("adding", "standard")
    first.close()
    session(tmp_path / "there", server, ["bbbb", "aaaa"]).close()  # has taken up one of the two
    other = session(tmp_path / "elsewhere", server, ["cccc", "aaaa"])
    other.start_parent("adding", "standard")
    other.flush()
    with refused(StudyError, "continued in another place"):
        other.check()
    other.close(5.0)
    seen = session(tmp_path / "there", server, ["bbbb", "aaaa"])
    homes = {run.data.tags["variant"]: run.data.tags["study.home"] for run in runs(seen, "study")}
    assert homes == {"gru": "bbbb", "standard": "aaaa"}
    seen.check()
    seen.close()


def test_two_that_began_at_the_same_moment_are_told_while_they_run(tmp_path, server):
    session(tmp_path / "here", server, ["aaaa"]).close()
    one = session(tmp_path / "one", server, ["bbbb", "aaaa"])
    parent = one.start_parent("adding", "gru")
    one.flush()
    # The other has asked for the run's place before the first one's mark was there.
    other = session(tmp_path / "other", server, ["cccc", "bbbb", "aaaa"])
    one.show_parent(parent, record())
    one.flush()
    with refused(StudyError, "continued in another place .*one: .*--as-copy"):
        one.check()
    trial(one, parent, slot=1)
    assert not one.flush()
    (run,) = runs(other, "study")
    assert run.data.tags["study.home"] == "cccc"
    assert "shows" not in run.data.tags  # what was refused has written nothing
    assert runs(other, "trial") == []
    other.check()
    one.close(0.0)
    other.close()


def test_in_a_file_of_its_own_nobody_asks_where_a_study_lives(tmp_path):
    for home in ("aaaa", "bbbb"):
        tracker = opened(tmp_path, identity=STUDY, homes=[home])
        tracker.start_parent("adding", "gru")
        (parent,) = runs(tracker, "study")
        assert "study.home" not in parent.data.tags
        tracker.check()
        tracker.close()

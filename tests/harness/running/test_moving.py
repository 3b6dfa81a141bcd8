"""Folders that are moved or copied: whether a study is still the same one."""

import shutil

import pytest
from helpers.refusals import refused

from gatelab.errors import StudyError
from gatelab.running import folder, moving


@pytest.fixture
def first(tmp_path):
    """The folder of a study that has been run once."""
    out = tmp_path / "first"
    folder.agree(out, {"seed": 0})
    moving.settle(out)
    return out


def copied(out):
    return shutil.copytree(out, out.with_name("copy of it"))


def test_a_moved_study_is_the_same_one_and_nothing_is_asked(first):
    given, mark = folder.id_of(first), moving.mark(first)
    moved = first.rename(first.with_name("moved"))
    moving.settle(moved, shared=True)
    assert folder.id_of(moved) == given
    assert moving.marks(moved) == [moving.mark(moved), mark]
    back = moved.rename(first)
    moving.settle(back, shared=True)
    assert folder.apart(back)["homes"][-1] == moving.place(back)


def test_a_copy_must_not_write_to_a_server_as_if_it_were_its_original(first):
    copy = copied(first)
    for _ in range(2):
        moving.settle(copy)  # alone it may run; this does not make it the original
        with refused(StudyError, r"copy of it is a copy of .*first, .*--as-copy"):
            moving.settle(copy, shared=True)
    moving.settle(first, shared=True)


def test_a_copy_that_says_so_gets_an_id_of_its_own_once(first):
    copy, given, told = copied(first), folder.id_of(first), []
    moving.settle(copy, True, True, lambda old, new: told.append((old, new, folder.id_of(copy))))
    own = folder.id_of(copy)
    assert told == [(given, own, given)]
    assert own != given
    for again in (True, False):  # as scripts repeat it
        moving.settle(copy, as_copy=again, shared=True)
        assert folder.id_of(copy) == own
    assert moving.marks(copy) == [moving.mark(copy)]
    assert (folder.id_of(first), folder.apart(copy)["copy_of"]) == (given, given)
    of_the_copy = shutil.copytree(copy, copy.with_name("third"))
    moving.settle(of_the_copy, as_copy=True, shared=True)
    assert folder.id_of(of_the_copy) not in (given, own)


def test_another_path_to_the_same_folder_is_no_copy(first, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(first)
    moving.settle(link, shared=True)


def test_a_folder_that_is_gone_or_of_another_study_is_no_original(first, tmp_path):
    moved = first.rename(tmp_path / "moved")
    folder.agree(first, {"seed": 1})  # another study, where the first one was
    moving.settle(moved, shared=True)
    (first / "study.json").write_text("[")
    moving.settle(moved, shared=True)

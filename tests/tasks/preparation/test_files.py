"""Preparations as JSON."""

import json

import pytest
from helpers.in_use import forecasting

from gatelab.tasks import TaskError
from gatelab.tasks.preparation import files
from gatelab.tasks.preparation.sequences import Sequences
from gatelab.tasks.preparation.texts import NextCharacter, Strings

EACH = [
    forecasting(),
    Sequences("classification", 2, 3, (0.0, 1.0), (1.0, 2.0), ("a", "b", "c")),
    NextCharacter("ab\n£"),
    Strings("abc", ("x", "y"), "plain", 7),
]


@pytest.mark.parametrize("each", EACH, ids=lambda each: each.kind)
def test_a_file_holds_all_of_it(each, tmp_path):
    files.save(each, tmp_path / "p.json")
    assert files.load(tmp_path / "p.json") == each


def test_what_a_later_version_adds_is_ignored():
    data = NextCharacter("ab").to_json() | {"new": 1}
    assert files.from_json(data) == NextCharacter("ab")


@pytest.mark.parametrize(
    "text", ["{", "[]", "{}", '{"kind": "other"}', '{"kind": "text"}'], ids=repr
)
def test_a_damaged_file_is_refused_by_its_name(text, tmp_path):
    (tmp_path / "p.json").write_text(text)
    with pytest.raises(TaskError, match=r"p\.json"):
        files.load(tmp_path / "p.json")


def test_nothing_but_numbers_and_words_is_in_it():
    for each in EACH:
        assert files.from_json(json.loads(json.dumps(each.to_json()))) == each

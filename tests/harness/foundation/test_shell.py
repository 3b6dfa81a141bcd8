"""Paths in commands that are pasted into a shell."""

import pytest

from gatelab.foundation.shell import pasted


@pytest.mark.parametrize(
    ("path", "word"),
    [("runs", "runs"), ("two words", "'two words'"), ("a#b", "'a#b'"), ("-x", "./-x"),
     ("--out b", "'./--out b'")],
)  # fmt: skip
def test_a_path_is_one_word_and_never_an_option(path, word):
    assert pasted(path) == word

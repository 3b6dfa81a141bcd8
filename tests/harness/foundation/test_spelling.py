"""What stands after a name's colon, for cells and tasks alike."""

import pytest
from helpers.refusals import refused

from gatelab import GatelabError
from gatelab.foundation.spelling import options, value


@pytest.mark.parametrize(
    ("text", "default", "read"),
    [
        ("64", None, 64),
        ("1e-3", None, 0.001),
        (" 5", None, 5),
        ("-2", 0, -2),
        ("True", None, True),
        ("None", None, None),
        ("cosine", None, "cosine"),
        ("[1, 2]", None, [1, 2]),
        ("1", "a word", "1"),  # where words are wanted, 1 is one
        ("None", "a word", "None"),
        ("true", False, True),
        ("0", True, False),
        ("maybe", True, "maybe"),  # for the owner to refuse
        ("1+", None, "1+"),
        ("(" * 500, None, "(" * 500),
    ],
)
def test_a_value_is_what_python_reads_or_a_word(text, default, read):
    found = value(text, default)
    assert (found, type(found)) == (read, type(read))


def test_options_are_read_by_their_defaults_and_lists_go_on():
    defaults = {"depth": 1, "gate": "tanh"}
    assert options("depth=3,gate=1,more=x", defaults, GatelabError) == {
        "depth": 3, "gate": "1", "more": "x",
    }  # fmt: skip
    listed = options("columns=a,b,window=2", {}, GatelabError, lists=("columns",))
    assert listed == {"columns": ["a", "b"], "window": 2}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("depth", "cannot read 'depth'; write it as depth=1"),
        ("depth=", "cannot read 'depth='; write it as depth=1"),
        ("=3", "cannot read '=3'; write it as NAME=VALUE"),
        ("", "cannot read ''; write it as NAME=VALUE"),
        ("depth=1,", "cannot read ''; write it as NAME=VALUE"),
        ("a,b", "cannot read 'a'; write it as NAME=VALUE"),
    ],
)
def test_what_is_no_option_is_refused(text, complaint):
    with refused(GatelabError, f"^{complaint}$"):
        options(text, {"depth": 1}, GatelabError)

"""Options that take several words."""

import click
import pytest

from gatelab.cli.ending import guarded
from gatelab.cli.words import Several, command


@command("toy", "What is read.\n\n    toy --names a b\n\nAnd more.")
@click.argument("words", nargs=-1)
@click.option("--names", cls=Several)
@click.option("--import", "files", cls=Several, suffix=".py")
@click.option("--seed", type=int, default=0)
@click.option("--quiet", is_flag=True)
def toy(**asked):
    return asked


def read(text):
    """What differs from saying nothing."""
    usual = {"words": (), "names": (), "files": (), "seed": 0, "quiet": False}
    with toy.make_context("toy", text.split()) as context:
        return {k: v for k, v in toy.invoke(context).items() if v != usual[k]}


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("", {}),
        ("--names a", {"names": ("a",)}),
        ("--names a b c", {"names": ("a", "b", "c")}),
        ("--names a b --names c", {"names": ("a", "b", "c")}),
        ("--names=a b", {"names": ("a", "b")}),
        ("--names a --quiet b", {"names": ("a",), "quiet": True, "words": ("b",)}),
        ("--names a --seed 3 b", {"names": ("a",), "seed": 3, "words": ("b",)}),
        ("x --names a b", {"words": ("x",), "names": ("a", "b")}),
        ("--names a -- b", {"names": ("a",), "words": ("b",)}),
        ("--seed -3", {"seed": -3}),
        ("--import a.py b.py", {"files": ("a.py", "b.py")}),
        ("--import a.py b.py c", {"files": ("a.py", "b.py"), "words": ("c",)}),
        ("--import a.py c d.py", {"files": ("a.py",), "words": ("c", "d.py")}),
        ("--names x=1:2:log y=a,b", {"names": ("x=1:2:log", "y=a,b")}),
    ],
)
def test_words_go_where_they_belong(text, asked):
    assert read(text) == asked


def test_a_value_that_is_an_option_is_refused(capsys):
    assert guarded(lambda: read("--seed --quiet")) == 2
    assert capsys.readouterr().err == "error: --seed takes a value\n"


def test_examples_stay_as_they_are_and_prose_follows(capsys):
    help_text = toy.get_help(click.Context(toy))
    assert "  What is read.\n" in help_text
    assert help_text.endswith("\n\n    toy --names a b\n\nAnd more.")

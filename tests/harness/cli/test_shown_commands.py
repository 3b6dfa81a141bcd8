"""Every command that a page, a help or the Makefile shows can be typed: it is parsed, not run."""

import re
import shlex

import click
import pytest
from helpers.processes import ROOT

from gatelab.cli.command import COMMANDS, gatelab
from gatelab.running.progress import ui_of

PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")]
PAGES += sorted((ROOT / "docs").rglob("*.md"))


def shown(text):
    """Commands in Markdown: lines of code, and what stands between backquotes."""
    text = text.replace("\\\n", " ")
    yield from re.findall(r"^ *(gatelab [a-z-].*)", text, re.M)
    for words in re.findall(r"(?<!`)`(gatelab(?: [^`]+)?)`(?!`)", text):
        yield " ".join(words.split())


def in_pages():
    return [(page.name, line) for page in PAGES for line in shown(page.read_text("utf-8"))]


def in_helps():
    for name in COMMANDS:
        found = gatelab.get_command(click.Context(gatelab), name)
        for line in re.findall(r"^    (gatelab .*)", found.below, re.M):
            yield name, re.split(r"\s{3,}", line)[0]  # a remark stands beside it


def in_makefile():
    text = (ROOT / "Makefile").read_text().replace("$(OUT)", "runs/first").replace("$(PORT)", "1")
    return re.findall(r"\$\(BIN\)/(gatelab [^|\n]*)", text)


def read(line):
    """Parse a line, as the shell and click do; the name of its command."""
    _, *words = shlex.split(line, comments=True)
    name = words.pop(0) if words else "--help"
    if name.startswith("-"):
        return name
    assert name in COMMANDS, line
    found = gatelab.get_command(click.Context(gatelab), name)
    try:
        found.make_context(name, words, parent=gatelab.make_context("gatelab", [])).close()
    except click.exceptions.Exit:  # --help
        pass
    except click.MissingParameter:
        if words:  # a command that is only named needs nothing
            raise
    return name


@pytest.fixture(autouse=True)
def no_import(monkeypatch):
    monkeypatch.setattr("gatelab.foundation.user_files.import_file", str)


def test_pages_show_commands_that_exist():
    lines = in_pages()
    assert {"README.md", "CONTRIBUTING.md", "gru.md", "adding.md"} <= {page for page, _ in lines}
    for page, line in lines:
        try:
            read(line)
        except click.ClickException as error:
            pytest.fail(f"{page}: {line}: {error.format_message()}")


def test_every_command_is_shown_on_the_page_of_commands():
    lines = shown((ROOT / "docs" / "commands.md").read_text("utf-8"))
    assert {read(line) for line in lines} >= {*COMMANDS}


def test_helps_show_their_own_command():
    lines = [*in_helps()]
    assert {name for name, _ in lines} == {*COMMANDS}
    for name, line in lines:
        assert read(line) == name


def test_what_a_study_says_in_the_end_can_be_pasted():
    line, _, in_checkout = ui_of("my runs/a'b").partition("(in a checkout: ")
    assert shlex.split(line) == ["gatelab", "ui", "my runs/a'b"]
    assert read(line.rstrip()) == "ui"
    assert shlex.split(in_checkout.rstrip(")")) == ["make", "ui", "OUT=my runs/a'b"]


def test_the_makefile_calls_commands_that_exist():
    assert {read(line) for line in in_makefile()} == {"first", "ui", "bench"}


@pytest.mark.parametrize(
    "line", ["gatelab compare --task a", "gatelab ui a b", "gatelab ui --port"]
)
def test_a_command_that_cannot_be_typed_is_found(line):
    with pytest.raises(click.UsageError):
        read(line)

"""docs/options.md says what the commands' own help says."""

import re

import click
import pytest
from helpers.processes import ROOT

from gatelab.cli import options_page
from gatelab.cli.command import COMMANDS, gatelab

PAGE = options_page.page()


def test_the_committed_page_is_fresh(tmp_path):
    options_page.main([str(tmp_path / "options.md")])
    committed = (ROOT / "docs" / "options.md").read_text("utf-8")
    assert (tmp_path / "options.md").read_text("utf-8") == committed, "run `make docs`"


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_a_section_with_each_of_its_options_explained(name):
    command = gatelab.get_command(click.Context(gatelab), name)
    section = PAGE.split(f"\n## gatelab {name}\n")[1].split("\n## ")[0]
    for option in command.params:
        if isinstance(option, click.Option):
            (line,) = (
                x for x in section.splitlines() if re.match(rf"\* `{option.opts[0]}\b(?!-)", x)
            )
            assert line.partition("`: ")[2][:1].isalpha(), line


def test_a_remark_beside_an_example_is_a_comment():
    assert "gatelab tasks adding:length=100  # the same with options" in PAGE


def test_what_markdown_would_read_as_its_own_is_escaped():
    assert "1\\<=x\\<=65535" in PAGE

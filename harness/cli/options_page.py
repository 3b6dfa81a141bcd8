"""python -m gatelab.cli.options_page docs/options.md      what every --help says, as one page."""

import argparse
import re
from pathlib import Path

import click

from ..foundation.markdown import fence
from .command import COMMANDS, gatelab

HEAD = """\
<!-- Made by `make docs` from the commands' own help texts: edit those. -->

# All options

What `--help` says, for every command. [The commands](commands.md) has an overview of them.
Every command also takes `--help`, or `-h`."""
REMARK = re.compile(r"(\S) {3,}(\S.*)$")  # beside an example, in a help text


def page() -> str:
    """The page, as Markdown."""
    commands = (gatelab.get_command(click.Context(gatelab), name) for name in COMMANDS)
    return "\n\n".join([HEAD, *map(section, commands)]) + "\n"


def section(command) -> str:
    """One command: summary, examples, remarks, then its arguments and options."""
    # Click keeps a command's option for help as it was first asked for, in this process.
    names = gatelab.context_settings["help_option_names"]
    context = click.Context(command, info_name=f"gatelab {command.name}", help_option_names=names)
    _, *arguments = command.collect_usage_pieces(context)
    given = f"Arguments: {' '.join(f'`{name}`' for name in arguments)}" if arguments else ""
    below = map(_paragraph, command.below.split("\n\n"))
    options = "\n".join(_options(command, context))
    parts = (f"## gatelab {command.name}", _escaped(command.help), *below, given, options)
    return "\n\n".join(filter(None, parts))


def _options(command, context):
    for option in command.params:
        if record := option.get_help_record(context) if isinstance(option, click.Option) else None:
            names, about = record
            yield f"* `{names}`: {_escaped(about)}"


def _paragraph(text):
    """A paragraph below the options, or examples; the remark beside one becomes a comment."""
    if not text.startswith("    "):
        return _escaped(" ".join(text.split()))
    return fence("sh", "\n".join(REMARK.sub(r"\1  # \2", line[4:]) for line in text.splitlines()))


def _escaped(text):
    """Text whose ``*`` and ``<`` are not read as Markdown; code between backquotes stays code."""
    return re.sub(r"([*<])", r"\\\1", text.replace("``", "`"))


def main(argv=None):
    """Write the page to the file that is named."""
    p = argparse.ArgumentParser(prog="python -m gatelab.cli.options_page")
    p.add_argument("file", type=Path)
    p.parse_args(argv).file.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()

"""Commands whose options take several words, and whose docstrings are their help texts.

People type ``--tasks adding digits``; click reads ``--tasks adding --tasks digits``.
"""

import click


class Several(click.Option):
    """An option that takes one or more words and may be repeated.

    Args:
        suffix: required ending of every word but the first; other words are not its values.
    """

    def __init__(self, *names, suffix="", **given):
        super().__init__(*names, multiple=True, **given)
        self.suffix = suffix

    def takes(self, word):
        """Whether a further word belongs to the option."""
        return word.endswith(self.suffix)


class Command(click.Command):
    """A command with options of several words; examples in its help are not reflowed.

    Args:
        below: text below the options: paragraphs, and indented examples.
    """

    def __init__(self, *args, below="", **given):
        super().__init__(*args, **given)
        self.below = below

    def parse_args(self, ctx, args):
        self._last = None
        return super().parse_args(ctx, self._spread(ctx, args))

    def _spread(self, ctx, args):
        """The words, with the name of the option repeated before each of its values."""
        options = {
            name: p for p in self.get_params(ctx) if isinstance(p, click.Option) for name in p.opts
        }
        spread, several, waiting = [], None, None
        for k, word in enumerate(args):
            name, equals, _ = word.partition("=")
            if waiting is not None:
                if word in options:
                    raise click.BadOptionUsage(waiting, f"{waiting} takes a value", ctx)
                spread.append(word)
                waiting = None
            elif word == "--":
                return [*spread, *args[k:]]
            elif word.startswith("-"):
                if f"-{word}" in options:  # one dash: click would read it letter by letter
                    raise click.NoSuchOption(word, ctx=ctx)
                option = options.get(name)
                several = option if isinstance(option, Several) else None
                waiting = name if option and not option.is_flag and not equals else None
                spread.append(word)
            elif several is not None and several.takes(word):
                spread += [several.opts[0], word]
            else:
                several = None
                spread.append(word)
        self._last = several
        return spread

    def shell_complete(self, ctx, incomplete):
        """Completions: another word of the last option, or an option."""
        if self._last is not None and not incomplete.startswith("-"):
            return self._last.shell_complete(ctx, incomplete)
        return super().shell_complete(ctx, incomplete)

    def format_epilog(self, ctx, formatter):
        for paragraph in filter(None, self.below.split("\n\n")):
            formatter.write_paragraph()
            indented = paragraph.startswith("    ")
            formatter.write(f"{paragraph}\n") if indented else formatter.write_text(paragraph)


def command(name, doc):
    """Decorator for the function that does a command's work.

    Args:
        doc: its first paragraph is the command's summary; the rest is shown below the options.
    """
    summary, _, below = doc.strip().partition("\n\n")
    return click.command(name, cls=Command, help=summary, short_help=summary, below=below)

"""Lines of written code that are no longer than a page is wide."""

import re
from itertools import accumulate
from textwrap import fill

WIDTH = 100


def folded(statement, indent, head=None):
    """A statement, in several lines and in brackets if it is too long for one.

    Lines end before + and -, as in printed equations.

    Args:
        statement: ``left = right``, or what follows ``head``.
        indent: number of spaces before it.
        head: "return ", which is written already.
    """
    if indent + len(head or "") + len(statement) <= WIDTH:
        return statement
    left, equals, right = ("", "", statement) if head else statement.partition(" = ")
    call = _call(right)
    if call:
        left, equals, right = f"{left}{equals}{call[0]}", "", call[1]
    inner = " " * (indent + 4)
    glued = re.sub(r" (?![+-] )", "\0", right)
    lines = fill(
        glued, WIDTH, initial_indent=inner, subsequent_indent=inner, break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip
    return f"{left}{equals}(\n{lines}\n{' ' * indent})".replace("\0", " ")


def _call(text):
    """(function, arguments) of a text that is one call and nothing else; None for others."""
    function, bracket, rest = text.partition("(")
    depths = accumulate((c == "(") - (c == ")") for c in bracket + rest)
    if function.replace(".", "").isidentifier() and 0 not in [*depths][:-1] and rest[-1:] == ")":
        return function, rest[:-1]
    return None


def defined(name, arguments, returned=None, indent=4):
    """The head of a function.

    Args:
        name: the function's.
        arguments: as they are written.
        returned: the type of what it returns.
        indent: number of spaces before it.
    """
    end = f") -> {returned}:" if returned else "):"
    line = f"def {name}({', '.join(arguments)}{end}"
    if indent + len(line) <= WIDTH:
        return line
    space = " " * indent
    inside = f"{space}    {', '.join(arguments)}"
    if len(inside) > WIDTH:
        inside = "\n".join(f"{space}    {each}," for each in arguments)
    return f"def {name}(\n{inside}\n{space}{end}"


def listed(items):
    """Items as a tuple that is returned or assigned."""
    items = list(items)
    return f"({items[0]},)" if len(items) == 1 else ", ".join(items)


def tupled(items):
    """Items as a tuple in brackets."""
    items = list(items)
    return f"({', '.join(items)}{',' if len(items) == 1 else ''})"

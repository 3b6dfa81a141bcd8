"""Tables and numbers of the pages in docs/, as the paper shows them."""

import re
from html import unescape
from pathlib import Path

from ...foundation.errors import GatelabError

RULE = re.compile(r"\|( ?:?-+:? ?\|)+")


def table(page: Path, *heads: str) -> dict:
    """The first table of a page whose columns begin with these; see ``tables``."""
    return tables(page, *heads)[0]


def tables(page: Path, *heads: str) -> list[dict]:
    """All tables of a page whose columns begin with these.

    Returns:
        {"heads": texts, "rows": lists of texts} of each, without Markdown.

    Raises:
        GatelabError: the page has no such table.
    """
    known = _tables(page.read_text(encoding="utf-8").splitlines())
    found = [one for one in known if tuple(one["heads"][: len(heads)]) == heads]
    if not found:
        raise GatelabError(f"{page} has no table of {', '.join(heads)}; the paper shows it")
    return found


def _tables(lines):
    for at, line in enumerate(lines):
        if RULE.fullmatch(line.strip()) and at:
            rows = []
            for row in lines[at + 1 :]:
                if not row.startswith("|"):
                    break
                rows.append(_cells(row))
            yield {"heads": _cells(lines[at - 1]), "rows": rows}


def _cells(line):
    return [plain(cell.strip()) for cell in re.split(r"(?<!\\)\|", line.strip()[1:-1])]


def number(page: Path, pattern: str) -> str:
    """What the first group of a pattern matches in a page's text.

    Raises:
        GatelabError: nothing matches.
    """
    text = " ".join(page.read_text(encoding="utf-8").split())
    if found := re.search(pattern, text):
        return found[1]
    raise GatelabError(f"{page} does not say {pattern!r}; the paper repeats it")


def plain(markdown: str) -> str:
    """A table's cell without links, marks and code."""
    text = re.sub(r"\[(.*?)\]\(.*?\)", r"\1", markdown)
    text = re.sub(r"<.*?>|\*\*|`", "", text)
    return unescape(re.sub(r"\\(.)", r"\1", text))

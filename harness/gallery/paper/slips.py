"""Wrong gradients that the second notebook plants, and what its checks find of them."""

import json
import re
from pathlib import Path

from ...foundation.errors import GatelabError

FOUND = re.compile(r"^    (\d steps?, \w+) +(.+)$")


def slips(notebook: Path) -> dict:
    """What the notebook prints.

    Returns:
        {"checks": their names, "rows": of each slip its name and what each check finds wrong}.

    Raises:
        GatelabError: the notebook no longer prints it.
    """
    for text in _printed(json.loads(notebook.read_text(encoding="utf-8"))):
        rows = [*_rows(text.splitlines())]
        if rows:
            checks = [check for check, _ in rows[0][1]]
            return {
                "checks": checks,
                "rows": [[name, *(wrong for _, wrong in found)] for name, found in rows],
            }
    raise GatelabError(f"{notebook} prints no slips and checks; the paper shows them")


def _printed(notebook):
    for cell in notebook["cells"]:
        yield from ("".join(output.get("text", "")) for output in cell.get("outputs", ()))


def _rows(lines):
    """(name of a slip, pairs of a check and what it finds)."""
    name, found = "", []
    for line in [*lines, ""]:
        if match := FOUND.match(line):
            found.append(match.groups())
        else:
            if found:
                yield name, found
            name, found = line, []

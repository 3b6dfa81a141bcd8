"""Common parts of the pages of cells and tasks: a mark, links at the end, examples of use."""

import inspect
from collections.abc import Iterable, Sequence
from pathlib import Path

from ..foundation.markdown import fence

MADE = "<!-- Made by `make docs`"  # identifies our files


def page(kind: str, cls: type, folder: str, sections: Iterable[str], beside: str = "") -> str:
    """Assemble a page from its sections; empty ones are left out.

    Args:
        kind: "cell" or "task".
        cls: the cell or task; its file in ``folder`` is linked at the end.
        beside: a link to put between the link to all pages and the link to the file.
    """
    file = Path(inspect.getfile(cls)).name
    links = (f"[All {kind}s](README.md)", beside, f"[{folder}/{file}](../../{folder}/{file})")
    mark = f"{MADE} from the {kind}'s own file: edit that. -->"
    last = " · ".join(filter(None, links))
    return "\n\n".join([mark, f"# {cls.name}", *filter(None, sections), last]) + "\n"


def index(kind: str, introduction: str, tables: Iterable[str]) -> str:
    """The first page of a folder."""
    mark = f"{MADE} from the {kind}s' own files: edit those. -->"
    return "\n\n".join([mark, introduction, *tables]) + "\n"


def use(shell: Iterable[str], tasks: Sequence[str], variants: Sequence[str]) -> str:
    """Commands for the shell, and a study of these tasks and variants in Python."""
    quoted = (", ".join(f'"{name}"' for name in names) for names in (tasks, variants))
    given = "tasks=[{}], variants=[{}]".format(*quoted)
    script = f'from gatelab import Study\n\nStudy({given}, out="runs/mine").run()'
    return f"## Use\n\n{fence('sh', chr(10).join(shell))}\n\n{fence('python', script)}"

"""Notebooks: whether this process is one's kernel, and tables as they show them."""

import sys
import warnings
from contextlib import contextmanager
from html import escape


def in_notebook():
    """Whether a notebook's kernel runs this code; asks without loading IPython."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return type(shell).__name__ == "ZMQInteractiveShell"


@contextmanager
def no_widgets():
    """Context for imports of tqdm, which warns of a package for bars that nobody asked for."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="IProgress not found")
        yield


def table(title, rows, head=()):
    """A small table as HTML that needs no style sheet.

    Args:
        title: of the table, plain text.
        rows: an iterable of tuples of cells.
        head: names of the columns; () for none.
    """
    above = f"<tr>{_cells(head, 'th')}</tr>" if head else ""
    below = "".join(f"<tr>{_cells(row, 'td')}</tr>" for row in rows)
    return f"<div><b>{escape(title)}</b><table>{above}{below}</table></div>"


def _cells(row, tag):
    return "".join(f'<{tag} style="text-align:left">{escape(str(cell))}</{tag}>' for cell in row)

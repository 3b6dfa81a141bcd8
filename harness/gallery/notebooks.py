"""python -m gatelab.gallery.notebooks docs/learn    runs the course and keeps what it shows.

A notebook is run from its first cell to its last, in a new kernel and in its own folder, as a
reader would run it. What the run says about itself (times, numbers of processes) is not kept.
"""

import argparse
import re
import sys
from pathlib import Path

from ..foundation.errors import GatelabError
from ..foundation.processor import processor

SECONDS = 900  # for one cell, on a machine that has much else to do; most take a second
SOLUTION = re.compile(r"<summary>Solution</summary>(.*?)</details>", re.S)
CODE = re.compile(r"^```python\n(.*?)^```$", re.M | re.S)
#: What a notebook says of its kernel, whoever ran it.
KERNEL = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
          "language_info": {"name": "python"}}  # fmt: skip


def read(path):
    """A notebook, as nbformat reads it.

    Raises:
        GatelabError: the packages that run notebooks are not installed.
    """
    try:
        import nbclient  # noqa: F401
        import nbformat
    except ImportError as error:
        raise GatelabError(f"{error.name} is missing; pip install 'gatelab[test]'") from None
    return nbformat.read(path, as_version=4)


def run(notebook, folder):
    """Run a notebook in place, in a kernel of its own that is at home in ``folder``.

    Raises:
        nbclient.exceptions.CellExecutionError: a cell raised an error.
    """
    from nbclient import NotebookClient

    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    client = NotebookClient(
        notebook, timeout=SECONDS, kernel_name="python3", record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(folder)}}, extra_arguments=["--log-level=ERROR"],
    )  # fmt: skip
    client.execute()
    where = {"processor": processor()} if any(map(_is_trained, notebook.cells)) else {}
    notebook.metadata = type(notebook.metadata)(KERNEL | where)
    return notebook


def said(notebook):
    """{id of a cell: the text that it prints and shows}, without figures and tables as HTML.

    Cells with the tag "trained" are left out where another kind of processor ran them: training
    rounds differently there.
    """
    here = notebook.metadata.get("processor") == processor()
    return {
        cell.id: _text(cell.outputs)
        for cell in notebook.cells
        if cell.cell_type == "code" and (here or not _is_trained(cell))
    }


def solutions(notebook):
    """The code of all hidden solutions, one text for each exercise."""
    texts = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    hidden = [found for text in texts for found in SOLUTION.findall(text)]
    return ["\n".join(CODE.findall(text)) for text in hidden]


def with_code(notebook, texts):
    """The notebook with more cells of code at its end, as a reader adds them."""
    from nbformat.v4 import new_code_cell

    notebook.cells += [new_code_cell(text) for text in texts]
    return notebook


def _is_trained(cell):
    return "trained" in cell.metadata.get("tags", ())


def _text(outputs):
    parts = [o.text if o.output_type == "stream" else o.data.get("text/plain", "") for o in outputs]
    return "\n".join(part.rstrip() for part in parts)


def main(argv=None):
    """Run the notebooks of a folder and write them back."""
    p = argparse.ArgumentParser(prog="python -m gatelab.gallery.notebooks")
    p.add_argument("folder", type=Path)
    folder = p.parse_args(argv).folder
    try:
        for path in sorted(folder.glob("*.ipynb")):
            before = read(path)
            after = run(read(path), folder)
            path.write_text(_written(after), encoding="utf-8")
            print(
                f"{path}: {'as before' if said(after) == said(before) else 'says something else'}"
            )
    except GatelabError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


def _written(notebook):
    import nbformat

    return nbformat.writes(notebook) + "\n"


if __name__ == "__main__":
    sys.exit(main())

"""All files of the gallery, as text and on disk."""

from .. import variants
from ..calculus.program import derive
from ..diagram import draw
from .cell_index import index
from .cell_page import page

OURS = ("<!-- Made by `make docs`", "<title>One step of ")  # how our files are known


def pages():
    """{file name: text} of the package's own cells; always the same for the same cells."""
    classes = [cls for cls in map(variants.get, variants.names()) if _own(cls)]
    names = [cls.name for cls in classes]
    made = {"README.md": index(classes)}
    for cls in classes:
        made[f"{cls.name}.md"] = page(cls, names)
        made[f"{cls.name}.svg"] = draw(derive(cls()))
    return made


def _own(cls):
    """Cells of other packages and of the user's files have their own documentation."""
    return cls.__module__.startswith("gatelab.variants.")


def write(folder, made):
    """Write what differs and remove pages of cells that are gone.

    Returns:
        The names of files written, and of those removed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = [name for name, text in made.items() if _read(folder / name) != text]
    for name in written:
        (folder / name).write_text(made[name], encoding="utf-8", newline="\n")
    gone = [path for path in found(folder) if path.name not in made]
    for path in gone:
        path.unlink()
    return written, [path.name for path in gone]


def found(folder):
    """The files in a folder that an earlier run has made."""
    files = sorted(path for path in folder.iterdir() if path.suffix in (".md", ".svg"))
    return [path for path in files if any(mark in (_read(path) or "")[:600] for mark in OURS)]


def _read(path):
    return path.read_text(encoding="utf-8") if path.is_file() else None

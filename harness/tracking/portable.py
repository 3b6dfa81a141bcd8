"""The source of a user's cell, to travel with its weights.

Saved weights name their cell. For one that gatelab does not know, the class's source text is sent
along, provided that the text alone gives the same equations.
"""

import ast
import inspect
import sys
import textwrap
from importlib.metadata import entry_points
from pathlib import Path

import numpy as np

from .. import variants
from ..calculus.program import derive
from ..errors import StudyError
from ..foundation.errors import first_line
from ..foundation.user_files import import_file

HEAD = "import numpy as np\nfrom gatelab.variants import *\n\n\n"


def distribution(variant):
    """The installed package that registers a cell, as "name==version"; None if none does."""
    module = _base(variant).__module__
    for entry in entry_points(group="gatelab.variants"):
        if entry.module == module and entry.dist:
            return f"{entry.dist.name}=={entry.dist.version}"
    return None


def source(variant):
    """The text of a Python file that registers a cell; None for a cell that comes with gatelab.

    Args:
        variant: the class, also one with options, such as that of "rhn:depth=5".

    Raises:
        StudyError: neither the class alone nor its file can be sent; the message says why.
    """
    base = _base(variant)
    if base.__module__.startswith("gatelab.") or distribution(variant):
        return None
    try:
        text = textwrap.dedent(inspect.getsource(base))
        _check(text, base)
        return HEAD + text
    except Exception as error:
        reason = f"{type(error).__name__}: {first_line(error)}"
    file = Path(getattr(sys.modules.get(base.__module__), "__file__", None) or "")
    if not base.__module__.startswith("imported_") or not file.is_file():
        raise StudyError(
            f"the class of {base.name} cannot be sent alone ({reason}); put it in a file of its "
            "own, which --import reads"
        )
    if neighbour := _neighbour(file):
        raise StudyError(
            f"{file.name}, which defines {base.name}, imports {neighbour}, a file beside it; "
            "put both into one file"
        )
    return file.read_text(encoding="utf-8")


def register(path):
    """Import a file written from ``source``, unless its cell is known already."""
    name = Path(path).stem
    if name not in variants.names():
        import_file(path)


def _base(variant):
    """The class that is registered; a cell with options is made from it."""
    return variants.get(variant.name.partition(":")[0])


def _check(text, base):
    """Run the class's text by itself; raise if that fails or gives other equations."""
    names = {name: getattr(variants, name) for name in variants.__all__}
    names |= {"np": np, "register": lambda name: lambda cls: cls}
    exec(compile(text, f"<{base.name}>", "exec"), names)
    alone = names[base.__name__]
    alone.name = base.name
    if derive(alone()).identity != derive(base()).identity:
        raise StudyError("by itself it has other equations")


def _neighbour(file):
    """The name of a module beside a file that the file imports; None if there is none."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        else:
            continue
        for name in names:
            top = name.partition(".")[0]
            if top and any((file.parent / each).exists() for each in (f"{top}.py", top)):
                return top
    return None

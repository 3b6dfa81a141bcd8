"""The cells on the command line.

python -m variants                      every cell: states, sizes, hyperparameters, citation
python -m variants peephole             one cell: its equations and its derived gradient
python -m variants peephole --latex     the same for a paper; --numpy, --kernel: as code
python -m variants --import my_cell.py my_cell      a cell of your own
"""

import argparse
import inspect
import os
import re
import sys
import textwrap

from rich.console import Console
from rich.table import Table
from rich.text import Text

from harness.calculus import latex, text
from harness.calculus.program import derive
from harness.errors import LayerError, StudyError
from harness.layer import Layer

from . import VariantError, get, hyperparameters, names, states

PIPED = 100  # columns, where no terminal says how wide it is
SHAPES = {"W": "(H, D)", "R": "(H, H)", "s": "()"}


def parser():
    """The command line."""
    p = argparse.ArgumentParser(
        prog="python -m variants",
        description=(__doc__ or "").partition("\n")[0],
        epilog=(__doc__ or "").partition("\n\n")[2],
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    p.add_argument("name", nargs="?", help="a cell, to see its equations and its gradient")
    shown = p.add_mutually_exclusive_group()
    shown.add_argument("--latex", action="store_true", help="equations and gradient as LaTeX")
    shown.add_argument("--numpy", action="store_true", help="the step and its gradient in NumPy")
    shown.add_argument("--kernel", action="store_true", help="the source that Numba compiles")
    p.add_argument("--inputs", type=int, default=28, metavar="D", help="size of x (28)")
    p.add_argument("--hidden", type=int, default=128, metavar="H", help="number of units (128)")
    p.add_argument(
        "--import",
        action="append",
        default=[],
        metavar="FILE",
        dest="files",
        help="a Python file that registers cells of your own; may be given again",
    )
    return p


def main(argv=None):
    """Prints, and returns the exit status: 2 for a name, a size or a cell that makes no sense."""
    arguments = parser().parse_args(argv)
    try:
        for file in arguments.files:
            _import(file)
        if arguments.name:
            print(_one(arguments))
            return 0
        return _all(arguments.inputs, arguments.hidden)
    except (VariantError, LayerError, StudyError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


def _import(file):
    from studies.reading import import_file  # only for those who ask: it imports tasks, too

    import_file(file)


# -- all cells ---------------------------------------------------------------------------------


def _all(D, H):
    """A table of all cells; a cell that cannot be traced says so in its row."""
    classes, errors = [get(name) for name in names()], []
    with_settings = any(hyperparameters(cls) for cls in classes)
    table = Table(show_lines=True, caption=_caption(D, H, with_settings), caption_justify="left")
    table.add_column("cell", no_wrap=True)
    table.add_column("what it is", ratio=1)
    table.add_column("states", no_wrap=True)
    table.add_column("matrices", justify="right")
    table.add_column("parameters", justify="right")
    if with_settings:
        table.add_column("hyperparameters")
    for cls in classes:
        try:
            layer = Layer(cls, D, H, backend="numpy")
            sizes = [str(sum(n[0] in "WR" for n in layer.shapes)), f"{layer.size:,}"]
        except VariantError as error:
            errors.append(f"error: {cls.name}: {error}")
            sizes = ["?", "?"]
        settings = [_settings(cls)] if with_settings else []
        table.add_row(cls.name, _summary(cls), ", ".join(states(cls)), *sizes, *settings)
    console = Console(width=None if sys.stdout.isatty() else PIPED)
    with console.capture() as captured:
        console.print(table)
    print(captured.get(), end="")
    print(*errors, sep="\n", end="\n" if errors else "", file=sys.stderr)
    return 2 if errors else 0


def _caption(D, H, with_settings):
    none = "" if with_settings else "; none of them has hyperparameters of its own"
    return f"parameters of one layer with D = {D} inputs and H = {H} units{none}"


def _summary(cls):
    """First sentence of the docstring, and where the cell comes from."""
    paragraphs = [" ".join(p.split()) for p in _docstring(cls).split("\n\n")]
    sentence = re.split(r"(?<=[.!?])\s", paragraphs[0], maxsplit=1)[0]
    source = Text(f"\n{paragraphs[-1]}", "dim") if len(paragraphs) > 1 else Text()
    return Text(sentence) + source


def _settings(cls):
    return "\n".join(f"{k} = {v!r}" for k, v in hyperparameters(cls).items())


def _docstring(cls):
    """The class's own docstring; that of ``Variant`` says nothing of a cell."""
    return inspect.cleandoc(cls.__doc__ or "")


# -- one cell ----------------------------------------------------------------------------------


def _one(arguments):
    """All that a cell's step says, as text."""
    cls = get(arguments.name)
    program = derive(cls())
    if arguments.latex:
        return f"% {cls.name}\n{latex.equations(program)}\n\n{latex.gradient(program)}"
    if arguments.numpy:
        from harness.kernels.array_code import source

        return source(program).rstrip()
    if arguments.kernel:
        from harness.kernels.loop_code import loop_source

        return loop_source(program, "float32", cls.name).text.rstrip()
    return _described(cls, program, Layer(cls, arguments.inputs, arguments.hidden, backend="numpy"))


def _described(cls, program, layer):
    D, H = layer.inputs, layer.hidden
    settings = [_hyperparameter(cls, k, v) for k, v in hyperparameters(cls).items()]
    parts = {
        cls.name: _docstring(cls) or "(no docstring)",
        f"Parameters: {layer.size:,} with D = {D} inputs and H = {H} units": _parameters(layer),
        "States": "\n".join(_state(layer, name) for name in layer.states),
        "Hyperparameters": "\n".join(settings),
        "Equations": text.equations(program),
        "Gradient": f"{textwrap.fill(text.NOTE, PIPED - 2)}\n\n{text.gradient(program)}",
    }
    shown = {heading: textwrap.indent(body, "  ") for heading, body in parts.items() if body}
    return "\n\n".join(f"{heading}\n\n{body}" for heading, body in shown.items())


def _parameters(layer):
    """A line for parameters of one shape that start alike."""
    kinds = {}
    for name in layer.shapes:
        kinds.setdefault((name[0], _start(layer, name)), []).append(name)
    rows = [(" ".join(members), *kind) for kind, members in kinds.items()]
    width = max((len(members) for members, *_ in rows), default=0)
    lines = [f"{m:{width}}  {SHAPES.get(k, '(H,)'):6}  {start}" for m, k, start in rows]
    return "\n".join(lines) or "none"


def _start(layer, name):
    """Where a parameter starts, and whether a study moves that."""
    if name in layer.fixed or name[0] not in "WR":
        start = f"starts at {layer.fixed.get(name, 0.0):g}"
    else:
        start = "starts uniform in +-1/sqrt(H)"
    sign = layer.variant.forget.get(name)
    if sign is None:
        return start
    factor = "" if sign == 1 else "minus " if sign == -1 else f"{sign:g} times "
    return f"{start}, or at {factor}a study's forget_bias"


def _state(layer, name):
    output = ", is the output" if name == layer.states[0] else ""
    return f"{name}  (H,)  starts at {layer.fixed.get(name, 0.0):g}{output}"


def _hyperparameter(cls, name, default):
    kind = "set at run time" if isinstance(default, float) else "structure: compiled anew"
    ranges = f", searched in {cls.search[name]}" if name in cls.search else ""
    return f"{name} = {default!r}  {kind}{ranges}"


def run():
    """``main`` for a process: a reader that went away (``| head``) is no error."""
    try:
        status = main()
        sys.stdout.flush()
    except BrokenPipeError:
        # Python flushes standard output once more when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return status


if __name__ == "__main__":
    sys.exit(run())

"""The cells on the command line.

gatelab cells                      every cell: states, sizes, work, time, citation
gatelab cells --matching oscill    those with that in their name, summary or citation
gatelab cells peephole             one cell: its equations and its derived gradient
gatelab cells peephole --latex     the same for a paper; --numpy, --kernel: as code
gatelab cells peephole --diagram peephole.svg     a drawing of its step
gatelab cells odyssey:peepholes=False,forget_gate=coupled      with options
gatelab cells --import my_cell.py my_cell      a cell of your own
gatelab certify my_cell.py   check all that a cell must pass; names serve, too
"""

import argparse
import io
import os
import sys

from gatelab.calculus.program import derive
from gatelab.describing import listing
from gatelab.describing import one_cell as showing
from gatelab.errors import LayerError, StudyError
from gatelab.networks.layer import Layer
from gatelab.parsing import Parser
from gatelab.tasks import TaskError

from . import VariantError, get


def parser():
    """The command line."""
    p = Parser(
        prog="gatelab cells",
        description=(__doc__ or "").partition("\n")[0],
        epilog=(__doc__ or "").partition("\n\n")[2],
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    p.add_argument("name", nargs="?", help="a cell, to see its equations and its gradient")
    shown = p.add_mutually_exclusive_group()
    shown.add_argument("--latex", action="store_true", help="equations and gradient as LaTeX")
    shown.add_argument("--numpy", action="store_true", help="the step and its gradient in NumPy")
    shown.add_argument("--kernel", action="store_true", help="the source that Numba compiles")
    shown.add_argument("--diagram", metavar="FILE", help="draw the step into an SVG file")
    p.add_argument("--matching", default="", metavar="TEXT", help="only cells that mention it")
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
    argv = sys.argv[1:] if argv is None else argv
    if argv[:1] == ["certify"]:
        return _certify(argv[1:])
    arguments = parser().parse_args(argv)
    try:
        for file in arguments.files:
            _import(file)
        if arguments.name:
            print(_one(arguments))
            return 0
        if arguments.latex or arguments.numpy or arguments.kernel or arguments.diagram:
            raise VariantError("no cell is named; write gatelab cells NAME and the option")
        return listing.show(arguments.inputs, arguments.hidden, arguments.matching)
    except (VariantError, LayerError, StudyError, TaskError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


def _certify(argv):
    from gatelab.certification.command import main as certify

    return certify(argv, _import)


def _import(file):
    from gatelab.studies.reading import import_file  # only for those who ask: it imports all tasks

    import_file(file)


def _one(arguments):
    """What was asked about one cell, as text."""
    cls = get(arguments.name)
    program = derive(cls())
    if arguments.diagram:
        return showing.diagram(program, arguments.diagram)
    for option in ("latex", "numpy", "kernel"):
        if getattr(arguments, option):
            return getattr(showing, option)(cls, program)
    layer = Layer(cls, arguments.inputs, arguments.hidden, backend="numpy")
    return showing.described(cls, layer)


def run():
    """``main`` for a process: a reader that went away (``| head``) is no error."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a name that the terminal cannot show
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

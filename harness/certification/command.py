"""``gatelab certify``: certificates on the command line."""

import sys
from pathlib import Path

from gatelab.tasks import TaskError
from gatelab.variants import VariantError

from .. import variants
from ..errors import CertificationError, StudyError
from ..parsing import Parser
from .judge import certify

DESCRIPTION = "Hold cells to account: gradients, renderings, batches, masks, limits."


def main(argv, import_file):
    """Print what each cell measured; the exit status: 1 if one fails, 2 for a wrong argument.

    Args:
        import_file: imports a Python file, whose cells are registered then.
    """
    p = Parser(prog="gatelab certify", description=DESCRIPTION)
    p.add_argument("cells", nargs="*", help="names, or Python files that register cells; else all")
    try:
        cells = _cells(p.parse_args(argv).cells, import_file)
    except (VariantError, StudyError, TaskError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return max([_certify(cls) for cls in cells])


def _cells(given, import_file):
    """Classes, each once, in the order given."""
    classes = []
    for word in given or variants.names():
        is_file = word.endswith(".py") or Path(word).is_file()
        classes += _registered_by(word, import_file) if is_file else [variants.get(word)]
    return list(dict.fromkeys(classes))


def _registered_by(file, import_file):
    before = {name: variants.get(name) for name in variants.names()}
    import_file(file)
    new = [variants.get(n) for n in variants.names() if before.get(n) is not variants.get(n)]
    if not new:
        raise VariantError(f"{file} registers no cell; write @register('my_cell') above a class")
    return new


def _certify(cls):
    try:
        print(certify(cls), end="\n\n", flush=True)
    except (CertificationError, VariantError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0

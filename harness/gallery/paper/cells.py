"""What the paper says about each cell, from its class and its traced step."""

from gatelab.variants import get

from ...calculus import text, typst
from ...calculus.program import Program, derive
from ...describing.about import family, formula, words
from ..cell_pages import own

REFERENCE = "standard"
ENOUGH = 2  # equations that a cell shares with the LSTM, from which on they are not repeated


def cells() -> list[dict]:
    """The cells of this package, in alphabetical order."""
    known = typst.equations(derive(get(REFERENCE)()))
    return [_cell(name, known if name != REFERENCE else []) for name in own()]


def _cell(name, known):
    cls = get(name)
    program, said = derive(cls()), words(cls)
    lines = typst.equations(program)
    shared = [line for line in lines if line in known]
    shared = shared if len(shared) >= ENOUGH else []
    return {
        "name": name,
        "family": family(program, said.summary),
        "summary": said.summary.replace("``", ""),
        "source": said.source,
        "parameters": formula(program).replace(" HD", "\N{NO-BREAK SPACE}HD"),
        "shared": [left for left, *_ in shared],
        "equations": [" ".join(line) for line in lines if line not in shared],
    }


def lstm() -> dict:
    """The reference: its equations, and its derived gradient by the names of text."""
    program = derive(get(REFERENCE)())
    return {
        "equations": typst.aligned(typst.equations(program)),
        "gradient": typst.aligned(_brief(program)),
        "derived": dict(_named(program)),
        "parameters": formula(program),
    }


def _named(program: Program):
    """("d_a_o", its equation) of each line of the gradient."""
    names = [line.split()[0] for line in text.gradient(program).splitlines()]
    for name, line in zip(names, typst.gradient(program), strict=False):
        yield name, " ".join(line)


def _brief(program):
    """The gradient with one gate's parameters; those of the others have the same form."""
    lines = dict(zip((n for n, _ in _named(program)), typst.gradient(program), strict=False))
    others = tuple(f"d_{kind}_{gate}" for kind in "WRb" for gate in "fgo")
    return [line for name, line in lines.items() if name not in others]

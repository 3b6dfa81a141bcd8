"""The text in docs/paper, set by Typst with the facts that it shows."""

import json
from pathlib import Path

from ...foundation.errors import GatelabError
from .freshness import digest

MAIN = Path("paper") / "lstm.typ"


def pdf(docs: Path, shown: dict) -> bytes:
    """The paper as a PDF.

    Args:
        docs: the folder docs of a checkout; the paper's pictures are read from there.
        shown: what ``facts`` returns.

    Raises:
        GatelabError: Typst is not installed, or the text does not fit the facts.
    """
    (made,) = _set(docs, shown, format="pdf")
    return made


def pictures(docs: Path, shown: dict, ppi: float = 80) -> list[bytes]:
    """The paper's pages as PNGs, to look at; arguments and errors as for ``pdf``."""
    return _set(docs, shown, format="png", ppi=ppi)


def engine():
    """Typst, as a module.

    Raises:
        GatelabError: it is not installed.
    """
    try:
        import typst  # pyright: ignore[reportMissingImports]
    except ImportError:
        raise GatelabError("typst is missing; pip install 'gatelab[paper]'") from None
    return typst


def _set(docs, shown, **how):
    typst = engine()
    try:
        made, warnings = typst.compile_with_warnings(
            docs.resolve() / MAIN, root=docs.resolve(), ignore_system_fonts=True,
            sys_inputs={"facts": json.dumps(shown), "digest": digest(docs, shown)}, **how,
        )  # fmt: skip
    except typst.TypstError as error:
        raise GatelabError(f"{docs / MAIN}: {_first_line(error)}") from None
    if warnings:
        raise GatelabError(f"{docs / MAIN}: {_first_line(warnings[0])}")
    return made if isinstance(made, list) else [made]


def _first_line(said):
    return str(said).strip().partition("\n")[0]

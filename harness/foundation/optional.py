"""Packages that one feature needs and an installation may lack."""

import importlib
from collections.abc import Callable
from typing import Any

from .errors import GatelabError, first_line


def optional(package, advice, error: Callable[[str], GatelabError] = GatelabError) -> Any:
    """A package, imported; where it cannot be, a refusal that says what to do.

    Args:
        package: its name, as in ``import``.
        advice: what to do if it is missing: "pip install 'gatelab[torch]'".
        error: the class of the refusal, or what makes one of a message.

    Raises:
        GatelabError: the package, or what it needs in its turn, is missing.
    """
    try:
        return importlib.import_module(package)
    except ImportError as reason:
        raise error(f"{package} cannot be imported ({first_line(reason)}); {advice}") from None

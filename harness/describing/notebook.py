"""A cell in a notebook: its name, what it is, its equations."""

import re
from html import escape

from gatelab.variants import VariantError
from gatelab.variants.language.variant import hyperparameters, label

from ..calculus import mathml
from ..calculus.program import derive
from .about import words


def shown(variant):
    """A cell as HTML that needs neither a script nor a style sheet.

    Args:
        variant: an instance of a variant, or the class itself for its defaults.

    Returns:
        HTML: name, first sentence of the docstring, equations, hyperparameters, citation. If the
        step cannot be traced, the reason stands in place of the equations.
    """
    variant = variant() if isinstance(variant, type) else variant
    cls = type(variant)
    said, settings = words(cls), {name: getattr(variant, name) for name in hyperparameters(cls)}
    try:
        equations = mathml.equations(derive(variant))
    except VariantError as error:
        equations = f"<pre>{escape(str(error))}</pre>"
    parts = [
        f"<p><b>{escape(label(cls))}</b> {_prose(said.summary)}</p>",
        equations,
        ", ".join(f"{name} = {value!r}" for name, value in settings.items()),
        said.citation,
    ]
    head, mathematics, *small = parts
    below = [f"<p><small>{_prose(text)}</small></p>" for text in small if text]
    return f"<div>{head}{mathematics}{''.join(below)}</div>"


def _prose(text):
    """Plain text as HTML; what stands in double backticks is code."""
    return re.sub(r"``(.+?)``", r"<code>\1</code>", escape(text))

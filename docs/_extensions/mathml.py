"""Mathematics as MathML, which browsers show without a script: nothing is loaded from a network."""

import re
from xml.etree import ElementTree

from docutils.nodes import SkipNode
from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.errors import ExtensionError

MATH = "{http://www.w3.org/1998/Math/MathML}"
ACCENTS = set("ˉˆ˜~˙¨ˇ→⃗")
SHORT = re.compile(r"\\([td]?frac)\s*(\w)\s*(\w)")  # \frac12, which docutils does not read


def setup(app):
    app.add_html_math_renderer("mathml", (inline, None), (block, None))
    app.config.html_math_renderer = "mathml"
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def inline(page, node):
    page.body.append(mathml(node.astext(), as_block=False))
    raise SkipNode


def block(page, node):
    page.body.append(f'<div class="math">{mathml(node.astext(), as_block=True)}</div>')
    raise SkipNode


def mathml(formula, as_block):
    try:
        shown = tex2mathml(SHORT.sub(r"\\\1{\2}{\3}", formula), as_block=as_block)
    except MathError as error:
        raise ExtensionError(f"the formula {formula!r} cannot be shown: {error}") from error
    tree = ElementTree.fromstring(shown.replace("&ApplyFunction;", "\u2061"))
    for place in tree.iter():
        mend(place, place.tag.removeprefix(MATH))
    ElementTree.register_namespace("", MATH[1:-1])
    return ElementTree.tostring(tree, encoding="unicode")


def mend(place, kind):
    r"""What docutils sets in another way than TeX does.

    In ``\bar{a}_t`` the index belongs beside the letter, not below it; the words of
    ``\underbrace{x}_{words}`` belong below the brace, not beside it; the bars of a norm do not
    grow.
    """
    if kind == "munderover" and place[2].text in ACCENTS:
        base, index, above = place
        accented = ElementTree.Element(f"{MATH}mover", accent="true")
        accented.extend([base, above])
        place.tag, place[:] = f"{MATH}msub", [accented, index]
    elif kind == "msub" and any(part.text == "⏟" for part in place[0]):
        place.tag = f"{MATH}munder"
    elif kind == "mo" and place.text == "‖":
        place.attrib.setdefault("stretchy", "false")

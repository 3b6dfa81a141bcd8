"""Mathematics as MathML, which browsers show without a script: nothing is loaded from a network."""

from docutils.nodes import SkipNode
from docutils.utils.math.latex2mathml import tex2mathml


def setup(app):
    app.add_html_math_renderer("mathml", (inline, None), (block, None))
    app.config.html_math_renderer = "mathml"
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def inline(page, node):
    page.body.append(tex2mathml(node.astext(), as_block=False))
    raise SkipNode


def block(page, node):
    page.body.append(f'<div class="math">{tex2mathml(node.astext(), as_block=True)}</div>')
    raise SkipNode

"""Every cell of the package as a page and a drawing, and their index."""

from .. import variants
from ..calculus.program import derive
from ..diagram import draw
from .cell_index import index
from .cell_page import page


def pages() -> dict[str, str]:
    """{file name: text}, always the same for the same cells."""
    classes = [variants.get(name) for name in own()]
    made = {"README.md": index(classes)}
    for cls in classes:
        made[f"{cls.name}.md"] = page(cls, own())
        made[f"{cls.name}.svg"] = draw(derive(cls()))
    return made


def own() -> list[str]:
    """Cells of this package; those of other packages have their own documentation."""
    known = ((name, variants.get(name).__module__) for name in variants.names())
    return [name for name, module in known if module.startswith("gatelab.variants.")]

"""Cells whose equations are no longer those of their study's folder."""

from ..calculus import text
from ..calculus.program import derive
from ..reporting import facts


def rewritten(out, variants):
    """What has changed in the equations of cells, in words.

    Args:
        out: the study's folder.
        variants: classes.

    Returns:
        {"variants.gru.equations": sentence}, of the cells that the folder knows by others.
    """
    found = {}
    for variant in variants:
        then = _lines(facts.cell(out, variant.name).get("equations", ""))
        now = _lines(text.equations(derive(variant())))
        if then and then != now:
            gone, come = _without(then, now), _without(now, then)
            said = f"the equations of {variant.name} were {gone}, now {come}"
            found[f"variants.{variant.name}.equations"] = said
    return found


def _lines(equations):
    return [" ".join(line.split()) for line in equations.splitlines() if line.strip()]


def _without(these, those):
    return ", ".join(f"`{line}`" for line in these if line not in those) or "the same but for order"

"""Work: the arithmetic of a step, counted."""

from .blocks import operands


def multiply_adds(program, inputs, hidden):
    """Of the products with matrices in one forward step of one sequence."""
    rows = [row for group in program.blocks.groups for row in group.rows]
    width = lambda vector: inputs if vector.op == "input" else hidden
    return sum(hidden * width(vector) for row in rows for vector in operands(row))

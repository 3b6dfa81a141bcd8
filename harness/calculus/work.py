"""Work: the number of arithmetic operations of a step."""

from .blocks import operands


def multiply_adds(program, inputs, hidden):
    """Number of multiply-adds in the matrix products of one forward step of one sequence.

    Args:
        program: the ``Program`` of the cell.
        inputs: D, number of inputs.
        hidden: H, number of units.
    """
    rows = [row for group in program.blocks.groups for row in group.rows]
    width = lambda vector: inputs if vector.op == "input" else hidden
    return sum(hidden * width(vector) for row in rows for vector in operands(row))

"""Kinds of parameters, determined by the prefix of a name."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """What all parameters with one prefix have in common.

    Attributes:
        prefix: the prefix of their names.
        axes: the axes of their shape, in units H and inputs D.
        use: what a step may do with such a parameter.
    """

    prefix: str
    axes: tuple[str, ...]
    use: str

    @property
    def is_matrix(self):
        return len(self.axes) == 2

    @property
    def is_vector(self):
        return len(self.axes) == 1

    @property
    def is_scalar(self):
        return not self.axes

    def shape(self, inputs, hidden):
        """The shape of such a parameter in a layer of these sizes."""
        return tuple({"D": inputs, "H": hidden}[axis] for axis in self.axes)

    @property
    def shown(self):
        """``(H, D)``, ``(H,)``, ``()``."""
        return f"({self.axes[0]},)" if self.is_vector else f"({', '.join(self.axes)})"


WEIGHT = Kind("W_", ("H", "D"), "(H, D), multiplies x")
RECURRENT = Kind("R_", ("H", "H"), "(H, H), multiplies H units")
PEEPHOLE = Kind("p_", ("H",), "(H,), elementwise")
BIAS = Kind("b_", ("H",), "(H,), a bias")
SCALAR = Kind("s_", (), "a scalar")
KINDS = {kind.prefix: kind for kind in (WEIGHT, RECURRENT, PEEPHOLE, BIAS, SCALAR)}


def kind_of(word):
    """The kind of parameter that a word names, None if it names none."""
    return KINDS.get(word[:2])


def kind(parameter):
    """The kind of a parameter."""
    return KINDS[parameter[:2]]

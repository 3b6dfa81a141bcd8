"""Pictures of what trained cells do, each with its finding in words and its numbers as a table."""

from .activations import activations
from .drift import drift
from .lag import lag
from .memory import half_lives
from .saturation import saturation
from .shown import Shown

__all__ = ["Shown", "activations", "drift", "half_lives", "lag", "saturation"]

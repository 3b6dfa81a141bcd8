"""What a trained cell does on test sequences: its gates, its memory, its states, its gradients."""

from .found import Dynamics, of

__all__ = ["Dynamics", "of"]

"""What goes wrong above the cells and the tasks: sizes, settings, studies."""

from .foundation.errors import GatelabError


class LayerError(GatelabError):
    """Sizes, dtypes or arrays that a layer cannot take."""


class StudyError(GatelabError):
    """A study that cannot be run as it was asked for."""


class MachineError(StudyError):
    """The machine fails, not the cell: a full disk, no memory. It ends a study and counts not."""


class CertificationError(GatelabError):
    """A cell that fails one of its checks; names the check, the array and both numbers."""


class ClaimError(GatelabError):
    """A file of a published claim that cannot be used, or a claim that is not there."""

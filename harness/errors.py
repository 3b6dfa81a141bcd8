"""What goes wrong above the cells: sizes, settings, studies. One line each."""


class LayerError(ValueError):
    """Sizes, dtypes or arrays that a layer cannot take."""


class StudyError(ValueError):
    """A study that cannot be run as it was asked for."""


def first_line(error):
    """What an error says, in one line of moderate length."""
    return str(error).strip().partition("\n")[0][:200] or type(error).__name__


class CertificationError(ValueError):
    """A cell that fails one of its checks; names the check, the array and both numbers."""

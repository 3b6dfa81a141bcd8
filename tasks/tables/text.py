"""The text of a file."""

from os import PathLike
from pathlib import Path

from gatelab.foundation.errors import did_you_mean

from ..framework.errors import TaskError


def existing(path: str | PathLike) -> Path:
    """The path of an existing file.

    Raises:
        TaskError: there is no such file.
    """
    path = Path(path).expanduser()
    if path.is_file():
        return path
    looked_for = path.absolute()
    if path.is_dir():
        raise TaskError(f"{looked_for} is a folder; give a file's path")
    beside = looked_for.parent.iterdir() if looked_for.parent.is_dir() else ()
    hint = did_you_mean(path.name, [other.name for other in beside])
    raise TaskError(f"no file {path}, looked for {looked_for}{hint and f'; {hint}'}")


def text_of(path: Path) -> str:
    """The text of a file, with newlines as line ends.

    Raises:
        TaskError: the file is empty or not UTF-8.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")  # some editors write a byte order mark
    except UnicodeDecodeError as error:
        raise TaskError(
            f"{path} is not UTF-8: byte {error.start} is {error.object[error.start]:#04x}; "
            "save it as UTF-8"
        ) from None
    except OSError as error:
        raise TaskError(f"{path} cannot be read: {error.strerror}") from None
    if not text.strip():
        raise TaskError(f"{path} is empty")
    return text

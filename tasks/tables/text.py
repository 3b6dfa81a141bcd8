"""The text of a file: what its bytes say, or a refusal that names the encoding to try."""

import codecs
from os import PathLike
from pathlib import Path

from gatelab.foundation.errors import did_you_mean

from ..framework.errors import TaskError

#: Byte order marks; that of UTF-32 begins with that of UTF-16.
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: What files begin with that are no text, whatever they are called.
OTHERS = (
    (b"PK\x03\x04", "a workbook or another archive; save the sheet as CSV"),
    (b"\xd0\xcf\x11\xe0", "an old workbook; save the sheet as CSV"),
    (b"\x1f\x8b", "compressed; unpack it first"),
    (b"PAR1", "a Parquet file; call it .parquet"),
    (b"ARROW1", "a Feather file; call it .feather"),
)


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


def text_of(path: Path, encoding: str | None = None) -> str:
    """The text of a file, with newlines as line ends.

    Args:
        encoding: None for what a byte order mark says, and else UTF-8 (or UTF-16, which shows).

    Raises:
        TaskError: the file is empty, no text, or in another encoding.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise TaskError(f"{path} cannot be read: {error.strerror}") from None
    for start, what in OTHERS:
        if data.startswith(start):
            raise TaskError(f"{path} is no text but {what}")
    text = _decoded(path, data, encoding).replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise TaskError(f"{path} is empty")
    if "\0" in text:
        raise TaskError(f"{path} is no text: it holds bytes of 0")
    return text


def _decoded(path, data, encoding):
    name = encoding or _shown_encoding(data)
    try:
        return data.decode(name).removeprefix("\ufeff")
    except LookupError:
        raise TaskError(
            f"{path} cannot be read: there is no encoding {encoding!r}; there are utf-8, utf-16, "
            "latin-1, cp1252 and others"
        ) from None
    except UnicodeDecodeError as error:
        where = f"byte {error.start} is {data[error.start]:#04x}"
        raise TaskError(f"{path} is not {name.upper()}: {where}; {_other(data, error)}") from None


def _shown_encoding(data):
    """The encoding that a byte order mark names, or that shows in zeros beside every letter."""
    for mark, name in MARKS:
        if data.startswith(mark):
            return name
    start = data[:2000]
    for first, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        if len(start) > 3 and start[first::2].count(0) > 0.8 * (len(start) // 2):
            return name
    return "utf-8"


def _other(data, error):
    """Advice: the encoding that reads the byte at which another one failed, and as what."""
    if error.encoding.startswith("utf-16") or error.encoding.startswith("utf-32"):
        return "the file seems to be cut off"
    for name in ("latin-1", "cp1252"):
        text = data.decode(name, errors="replace")
        # Latin-1 has control characters where cp1252 has quotes, dashes and the euro.
        if name == "cp1252" or not any("\x80" <= letter < "\xa0" for letter in text):
            break
    else:
        name, text = "latin-1", data.decode("latin-1")
    word = _word_at(text, error.start)
    return f'encoding="{name}" reads {word!r}; if that is wrong, name another or save it as UTF-8'


def _word_at(text, place):
    """The word of a text around a place."""
    start = max(text.rfind(mark, 0, place) for mark in " \n,;\t\"'") + 1
    stops = [text.find(mark, place) for mark in " \n,;\t\"'"]
    return text[start : min([stop for stop in stops if stop >= 0], default=len(text))][:30]

"""Rows of a damaged SQLite file, read page by page: each leaf of a table is read for itself.

Indexes are read as well, for they hold some columns a second time.

SQLite finds a row by way of the pages above its own, and refuses a file that was cut off. Here only
the row's own pages have to be sound. To which table it belongs, its form must say.
The format: https://www.sqlite.org/fileformat2.html.
"""

import struct
from pathlib import Path

HEADER = b"SQLite format 3\0"
TABLE, INDEX, INDEX_ABOVE = 0x0D, 0x0A, 0x02  # kinds of pages that hold rows
INTEGERS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}  # {type: bytes}


def rows(path):
    """All rows that can be read, of all tables and indexes.

    Args:
        path: of the file; its write-ahead log, if there is one, is read as well.

    Yields:
        lists of a row's values: None, int, float, str or bytes. In place of an ``INTEGER PRIMARY
        KEY``, which SQLite does not store twice, there is the number of the row. A row of an index
        ends with the number of the table's row. What was deleted or changed may appear beside its
        successor.
    """
    pages, usable = _pages(Path(path))
    for number, page in pages.items():
        kind, cells = _cells(page, 100 if number == 1 else 0)
        for at in cells:
            try:
                yield _row(pages, usable, kind, page, at)
            except (IndexError, ValueError, KeyError, struct.error):  # this one is damaged
                continue


def _cells(page, start):
    """(kind of a page, where its rows begin)."""
    kind, count = page[start], int.from_bytes(page[start + 3 : start + 5], "big")
    first = start + (12 if kind == INDEX_ABOVE else 8)
    if kind not in (TABLE, INDEX, INDEX_ABOVE) or first + 2 * count > len(page):
        return kind, ()
    return kind, struct.unpack_from(f">{count}H", page, first)


def _pages(path):
    """({number: bytes}, bytes of a page that are used)."""
    content = path.read_bytes()
    log = path.with_name(f"{path.name}-wal")
    size, reserved = _sizes(content)
    count = len(content) // size
    pages = {k + 1: content[k * size : (k + 1) * size] for k in range(count)}
    return pages | _logged(log.read_bytes() if log.exists() else b"", size), size - reserved


def _sizes(content):
    if content.startswith(HEADER):
        (size,) = struct.unpack_from(">H", content, 16)
        return (65536 if size == 1 else size), content[20]
    return 4096, 0  # what SQLite takes unless told otherwise


def _logged(log, size):
    """{number: bytes} of the pages in a write-ahead log, as far as they were committed."""
    found, committed = {}, {}
    for start in range(32, len(log) - 24 - size + 1, 24 + size):
        number, commit = struct.unpack_from(">II", log, start)
        if log[start + 8 : start + 16] != log[16:24]:  # left over from an older round
            break
        found[number] = log[start + 24 : start + 24 + size]
        if commit:
            committed = dict(found)
    return committed


def _row(pages, usable, kind, page, at):
    length, at = _varint(page, at + 4 if kind == INDEX_ABOVE else at)
    if kind != TABLE:
        return _values(_payload(pages, usable, (usable - 12) * 64 // 255 - 23, page, at, length))
    number, at = _varint(page, at)
    values = _values(_payload(pages, usable, usable - 35, page, at, length))
    return [number if k == 0 and value is None else value for k, value in enumerate(values)]


def _payload(pages, usable, most, page, at, length):
    """The bytes of a row, of which the end may be on pages of its own if it has more than most."""
    here = length
    if length > most:
        least = (usable - 12) * 32 // 255 - 23
        here = least + (length - least) % (usable - 4)
        here = here if here <= most else least
    found, at = [page[at : at + here]], at + here
    following = page[at : at + 4]
    while here < length:
        more = pages[int.from_bytes(following, "big")]
        following, part = more[:4], more[4:usable][: length - here]
        found.append(part)
        here += len(part) or length
    payload = b"".join(found)
    if len(payload) != length:
        raise ValueError("cut off")
    return payload


def _values(payload):
    end, at = _varint(payload, 0)
    kinds, values = [], []
    while at < end:
        kind, at = _varint(payload, at)
        kinds.append(kind)
    for kind in kinds:
        value, at = _value(payload, at, kind)
        values.append(value)
    if at != len(payload):
        raise ValueError("no row")
    return values


def _value(payload, at, kind):
    if kind in (0, 8, 9):
        return {0: None, 8: 0, 9: 1}[kind], at
    if kind == 7:
        return struct.unpack_from(">d", payload, at)[0], at + 8
    length = INTEGERS[kind] if kind < 12 else (kind - 12) // 2
    content = payload[at : at + length]
    if kind in INTEGERS:
        return int.from_bytes(content, "big", signed=True), at + length
    return (content.decode() if kind % 2 else content), at + length


def _varint(content, at):
    """A number of one to nine bytes, and where it ends."""
    value = 0
    for k in range(8):
        byte = content[at + k]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + k + 1
    return value << 8 | content[at + 8], at + 9

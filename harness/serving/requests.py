"""Requests over HTTP: bodies of bytes in, JSON out; knows no sockets."""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from gatelab.foundation.spelling import value
from gatelab.tasks.preparation.forecasting import Forecasting
from gatelab.tasks.preparation.sequences import Sequences
from gatelab.tasks.preparation.texts import NextCharacter

from ..errors import GatelabError, StudyError
from .fitted import Fitted

SHOWN = {
    "forecast": "curl --data-binary @latest.csv",
    "sequences": """curl -d '{"sequences": [[[0.1, 0.2], [0.3, 0.4]]]}'""",
    "text": """curl -d '{"text": "Once upon a", "steps": 20}'""",
    "strings": """curl -d '{"text": "Antonelli"}'""",
}
KEYS = {
    "forecast": ("rows",),
    "sequences": ("sequences", "sequence"),
    "text": ("text", "texts"),
    "strings": ("text", "texts"),
}


def about(fitted: Fitted, address: str) -> dict[str, Any]:
    """What a server answers with and what it takes."""
    prepared = fitted.prepared
    found = {
        "task": fitted.task,
        "cell": fitted.cell,
        "takes": prepared.reads,
        "example": f"{SHOWN[prepared.kind]} {address}/predict",
    }
    if isinstance(prepared, Forecasting):
        columns = [*prepared.when, *prepared.series, *prepared.columns]
        found |= {"columns": columns, "rows": prepared.window}
        found |= {"options": "of reading rows, in the address: /predict?sort=True&fill=previous"}
    return found


def answer(
    fitted: Fitted, body: bytes, content_type: str = "", options: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The answer to a request.

    Args:
        body: CSV, text or JSON.
        content_type: its header; without one of JSON or text, a body that begins with a bracket is
            JSON.
        options: of reading rows, from the address: ``?sort=True``.

    Returns:
        {"task", "cell", "answer": rows of it}, ready for JSON.

    Raises:
        GatelabError: the body cannot be read.
    """
    if not body.strip():
        raise StudyError(f"the body is empty; try {SHOWN[fitted.prepared.kind]} .../predict")
    if content_type.startswith("multipart/"):
        raise StudyError("send the file itself as the body: curl --data-binary @FILE")
    given = _json(body) if _is_json(body, content_type) else body
    more, notes = {}, []
    if isinstance(fitted.preparation, Forecasting):
        frame, notes = _forecast(fitted, given, options or {})
    else:
        if options:
            raise StudyError(f"no option {min(options)!r}: only rows of a table have options")
        frame, more = _predicted(fitted, given)
    found = {"task": fitted.task, "cell": fitted.cell, "answer": records(frame)}
    return found | more | ({"notes": notes} if notes else {})


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of an answer with their index, ready for JSON: times in ISO format, no NaN."""
    table = flat(frame)
    return [
        {str(name): _plain(cell) for name, cell in zip(table.columns, row, strict=True)}
        for row in table.itertuples(index=False, name=None)
    ]


def flat(frame: pd.DataFrame) -> pd.DataFrame:
    """An answer with its index as first columns, times in ISO format."""
    if any(name is not None for name in frame.index.names):
        frame = frame.reset_index()
    for name in frame.select_dtypes("datetime"):
        frame[name] = [time.isoformat() for time in frame[name]]
    return frame


def _plain(cell):
    cell = cell.item() if hasattr(cell, "item") else cell
    return None if isinstance(cell, float) and not abs(cell) < float("inf") else cell


def _is_json(body, content_type):
    if "json" in content_type:
        return True
    return not content_type.startswith("text/") and body.lstrip()[:1] in (b"{", b"[")


def _json(body):
    try:
        return json.loads(body.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise StudyError(f"the body is not UTF-8: byte {error.start}") from None
    except (ValueError, RecursionError) as error:
        raise StudyError(f"the body is no JSON: {error}") from None


# -- rows of a table -------------------------------------------------------------------------------


def _forecast(fitted, given, options):
    prepared = fitted.preparation
    reading = {name: value(text) for name, text in options.items()}
    if isinstance(given, bytes):
        table = _from_text(prepared, given, reading)
    else:
        table = prepared.read(_frame(_held(given, KEYS["forecast"], bare=True)), **reading)
    return fitted.forecast(table), [*table.notes, *prepared.strangers(table)]


def _from_text(prepared, body, reading):
    """The table that a body of text holds, read by the same reader as a file's."""
    if b"\n" not in body.strip() and b"\r" not in body.strip():
        raise StudyError("the rows came as one line; curl's -d drops line ends, --data-binary not")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        path.write_bytes(body)
        try:
            return prepared.read(path, **reading)
        except GatelabError as error:  # the file is ours; its name would say nothing
            said = str(error).replace(f"{path}: ", "").replace(str(path), "rows")
            raise StudyError(said) from None


def _frame(rows):
    """Rows as objects, or columns as lists, as a frame."""
    is_rows = isinstance(rows, list) and rows and all(isinstance(row, dict) for row in rows)
    is_columns = isinstance(rows, dict) and all(isinstance(cells, list) for cells in rows.values())
    try:
        if rows and (is_rows or is_columns):
            return pd.DataFrame(rows)
    except ValueError:  # columns of different lengths
        pass
    raise StudyError(
        'rows are objects, {"rows": [{"load": 1.5, ...}, ...]}, or lists of one length by column'
    )


# -- texts and sequences ---------------------------------------------------------------------------


def _predicted(fitted, given):
    """The answer as a frame, and what stands beside it."""
    prepared, keys = fitted.prepared, KEYS[fitted.prepared.kind]
    if isinstance(prepared, Sequences):
        if isinstance(given, bytes):
            raise StudyError(f"sequences are sent as JSON: {SHOWN[prepared.kind]} .../predict")
        held, key = _held(given, keys), _key(given, keys)
        return fitted.predict([held] if key == "sequence" else held), {}
    drawn = ("steps", "temperature", "seed") if isinstance(prepared, NextCharacter) else ()
    text = _text(given) if isinstance(given, bytes) else _held(given, keys, drawn)
    frame = fitted.predict(text)
    if isinstance(prepared, NextCharacter) and isinstance(given, dict) and "steps" in given:
        return frame, {"continuation": _continued(fitted, text, given)}
    return frame, {}


def _text(body):
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise StudyError(f"the text is not UTF-8: byte {error.start}") from None


def _continued(fitted, text, given):
    steps, seed = given["steps"], given.get("seed", 0)
    temperature = given.get("temperature", 1.0)
    whole = all(isinstance(each, int) and each >= 0 for each in (steps, seed))
    if not whole or not isinstance(temperature, int | float) or not isinstance(text, str):
        raise StudyError("steps and seed are whole numbers, temperature is a number; give one text")
    return fitted.write(text, steps, temperature, seed)


def _key(given, keys):
    return next((key for key in keys if isinstance(given, dict) and key in given), None)


def _held(given, keys, more=(), bare=False):
    """What a JSON body holds under the key that it must have, or the body itself if ``bare``."""
    if bare and isinstance(given, list):
        return given
    key = _key(given, keys)
    if key is None:
        raise StudyError(f"the JSON must be an object with {' or '.join(map(repr, keys))}")
    if others := sorted({*given} - {key, *more}):
        raise StudyError(f"the JSON holds {others[0]!r} beside {key!r}, which means nothing here")
    return given[key]

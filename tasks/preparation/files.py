"""Preparations as JSON."""

import json
from dataclasses import fields
from os import PathLike
from pathlib import Path
from typing import Any

from ..framework.errors import TaskError
from .preparation import Preparation
from .sequences import Sequences
from .texts import NextCharacter, Strings


def from_json(data: dict[str, Any]) -> Preparation:
    """The preparation that ``Preparation.to_json`` wrote.

    Raises:
        TaskError: it is of an unknown kind, or lacks something.
    """
    try:
        cls = _kinds()[data["kind"]]
        known = {field.name for field in fields(cls)}
        held: dict[str, Any] = {n: _frozen(value) for n, value in data.items() if n in known}
        return cls(**held)
    except (KeyError, TypeError) as error:
        raise TaskError(f"no preparation that this version can read: {error}") from None


def save(preparation: Preparation, path: str | PathLike) -> None:
    """Write a preparation to a JSON file."""
    text = json.dumps(preparation.to_json(), indent=1, ensure_ascii=False)
    Path(path).write_text(text + "\n", encoding="utf-8")


def load(path: str | PathLike) -> Preparation:
    """Read a preparation that ``save`` wrote.

    Raises:
        TaskError: the file cannot be read, or holds no preparation.
    """
    try:
        return from_json(json.loads(Path(path).read_text(encoding="utf-8")))
    except TaskError as error:
        raise TaskError(f"{path}: {error}") from None
    except (OSError, ValueError) as error:
        raise TaskError(f"{path} cannot be read: {error}") from None


def _kinds() -> dict[str, type[Preparation]]:
    from .forecasting import Forecasting  # reads tables: a study of another task does without

    return {cls.kind: cls for cls in (Forecasting, Sequences, NextCharacter, Strings)}


def _frozen(value):
    """Lists of JSON as the tuples that they were."""
    return tuple(map(_frozen, value)) if isinstance(value, list) else value

"""A network with its preparation: what can be used on new data."""

import math
from dataclasses import dataclass
from itertools import islice
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from gatelab.tasks.preparation import files
from gatelab.tasks.preparation.forecasting import Forecasting, Rows
from gatelab.tasks.preparation.preparation import Preparation
from gatelab.tasks.preparation.texts import NextCharacter

from ..errors import StudyError
from ..networks.generating import continuation
from ..networks.network import Network

MOST = 10_000  # steps of one continuation


@dataclass(frozen=True, eq=False)
class Fitted:
    """A trained network that takes raw input.

    Attributes:
        network: of the best trial.
        preparation: what stands between raw input and the network; None if its task has none.
        task, cell: their names.
        metric, score: what the trial reached on validation.
    """

    network: Network
    preparation: Preparation | None = None
    task: str = ""
    cell: str = ""
    metric: str = ""
    score: float = math.nan

    def forecast(self, rows: Rows, **reading: Any) -> pd.DataFrame:
        """The rows after the latest ones, in the table's own units; see ``Forecasting.forecast``.

        Raises:
            StudyError: the task is no forecast of a table.
            TaskError: the rows do not fit.
        """
        return self.forecasting.forecast(self.network, rows, **reading)

    def predict(self, raw: Any) -> pd.DataFrame:
        """The answer to raw input: rows of a table, texts or sequences, as the task needs them.

        Raises:
            StudyError: the task takes no raw input.
            TaskError: the input does not fit.
        """
        return self.prepared.answer(self.network, raw)

    def write(self, text: str, steps: int, temperature: float = 1.0, seed: int = 0) -> str:
        """Continue a text by so many characters.

        Raises:
            StudyError: the task is no text, or the steps or the temperature are out of range.
            TaskError: the text has a character that the network does not know.
        """
        if not isinstance(self.preparation, NextCharacter):
            raise StudyError(f"{self.task} is no text that can be continued")
        if not (0 < steps <= MOST and temperature >= 0 and math.isfinite(temperature)):
            raise StudyError(f"give 1 to {MOST:,} steps and a temperature of 0 or more")
        writer, rng = self.preparation.writer(), np.random.default_rng(seed)
        opening = writer.read(text)[None]
        drawn = continuation(self.network, writer, opening, temperature, rng)
        return writer.shown(np.concatenate([*islice(drawn, steps)]))

    def export(self, path: str | PathLike) -> list[Path]:
        """Write an ONNX model, and its preparation as JSON beside it; see ``gatelab.export``.

        Returns:
            the files.
        """
        model = Path(path)
        self.network.export(model)
        if self.preparation is None:
            return [model]
        beside = model.with_suffix(".preparation.json")
        files.save(self.preparation, beside)
        return [model, beside]

    @property
    def forecasting(self) -> Forecasting:
        """The preparation of a forecast.

        Raises:
            StudyError: the task is none.
        """
        if not isinstance(self.prepared, Forecasting):
            raise StudyError(
                f"{self.task} is no forecast of a table: it takes {self.prepared.reads}; "
                "gatelab serve answers"
            )
        return self.prepared

    @property
    def prepared(self) -> Preparation:
        """The preparation.

        Raises:
            StudyError: there is none.
        """
        if self.preparation is None:
            raise StudyError(
                f"{self.task or 'the task'} keeps no preparation: its networks take prepared "
                "sequences, network.predict(x); for data of your own run the study's command again"
            )
        return self.preparation

"""A trained network as an MLflow model, which MLflow makes by running this file, without pickle."""

import numpy as np
import pandas as pd
from mlflow.exceptions import MlflowException
from mlflow.models import set_model
from mlflow.protos.databricks_pb2 import INVALID_PARAMETER_VALUE
from mlflow.pyfunc import PythonModel  # type: ignore[attr-defined]

from gatelab.errors import GatelabError
from gatelab.networks.network import Network
from gatelab.serving.requests import flat
from gatelab.tasks.preparation import files
from gatelab.tasks.preparation.sequences import Sequences
from gatelab.tasks.preparation.texts import TEXT
from gatelab.tracking import portable


class ServedNetwork(PythonModel):
    """Answers raw input if a preparation travels with the network, else as ``Network.predict``."""

    def load_context(self, context):
        """Read the weights, after the source of their cell if it was sent along."""
        if "cell" in context.artifacts:
            portable.register(context.artifacts["cell"])
        # NumPy: a server answers at once, without compiling.
        self.network = Network.load(context.artifacts["weights"], backend="numpy")
        path = context.artifacts.get("preparation")
        self.preparation = files.load(path) if path else None

    # Sequences come as an array; MLflow wants one type here, and holds input to the signature.
    def predict(self, context, model_input: pd.DataFrame, params=None):
        """Answer.

        Args:
            context: not used.
            model_input: raw rows of a table, texts in a column "text", or sequences (N, T, D);
                without a preparation, prepared sequences.
            params: {"lengths": valid steps of each sequence}; empty if all are T long.

        Returns:
            a frame; without a preparation values or logits, (N, K) or (N, T, K).
        """
        try:
            return self._answer(model_input, list((params or {}).get("lengths", ())))
        except GatelabError as error:  # MLflow answers with status 400, and shows no traceback
            raise MlflowException(str(error), INVALID_PARAMETER_VALUE) from None

    def _answer(self, given, lengths):
        lengths = np.asarray(lengths) if lengths else None
        if self.preparation is None:
            return self.network.predict(np.asarray(given, np.float32), lengths)
        if isinstance(self.preparation, Sequences):
            x = np.asarray(given, np.float32)
            return flat(self.preparation.batch(self.network, x, lengths))
        raw = given[TEXT].tolist() if [*given.columns] == [TEXT] else given
        return flat(self.preparation.answer(self.network, raw))


set_model(ServedNetwork())

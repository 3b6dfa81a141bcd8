"""A trained network as an MLflow model, which MLflow makes by running this file, without pickle."""

import numpy as np
from mlflow.models import set_model
from mlflow.pyfunc import PythonModel  # type: ignore[attr-defined]

from gatelab.networks.network import Network
from gatelab.tracking import portable


class ServedNetwork(PythonModel):
    """Answers with ``Network.predict``."""

    def load_context(self, context):
        """Read the weights, after the source of their cell if it was sent along."""
        if "cell" in context.artifacts:
            portable.register(context.artifacts["cell"])
        # NumPy: a server answers at once, without compiling.
        self.network = Network.load(context.artifacts["weights"], backend="numpy")

    def predict(self, context, model_input: np.ndarray, params=None):
        """Values or logits, (N, K) or (N, T, K), of sequences.

        Args:
            context: not used.
            model_input: (N, T, D) numbers.
            params: {"lengths": valid steps of each sequence}; empty if all are T long.
        """
        lengths = list((params or {}).get("lengths", ()))
        x = np.asarray(model_input, np.float32)
        return self.network.predict(x, np.asarray(lengths) if lengths else None)


set_model(ServedNetwork())

"""A network on its way to other frameworks, and from torch."""


class Portable:
    """What a ``Network`` inherits; the writers for other frameworks are imported when called."""

    def export(self, path):
        """Write an ONNX model with inputs x and lengths; needs gatelab[onnx]; see ``export``."""
        from ..export import export

        export(self, path)

    def to_torch(self):
        """The network as a ``torch.nn.Module`` with these weights, which predicts the same.

        It is trained without dropout and noise; zoneout mixes old and new states by its rate.

        Returns:
            a module called as ``module(x, lengths=None)``, with x (N, T, D).

        Raises:
            LayerError: torch is missing.
        """
        from ..standalone import loaded

        return loaded.in_torch(self)

    def to_jax(self):
        """The network as a pure function in JAX, with these weights, which predicts the same.

        Weights in float64 stay so only if ``jax_enable_x64`` is set.

        Returns:
            a named tuple (predict, params, module): ``predict(params, x, lengths=None)``. It can
            be called as ``predict``, too, without its first argument.

        Raises:
            LayerError: JAX is missing.
        """
        from ..standalone import loaded

        return loaded.in_jax(self)

    def to_keras(self):
        """The network as a ``keras.Model`` with these weights, which predicts the same.

        Returns:
            a model called as ``model(x, mask=None)``, with x (N, T, D) and a mask (N, T) that is
            False after a sequence's end.

        Raises:
            LayerError: Keras or its backend is missing.
        """
        from ..standalone import loaded

        return loaded.in_keras(self)

    @classmethod
    def from_torch(cls, module, kind, readout=None, backend="numba"):
        """A network with the weights of one of torch's recurrent modules.

        Args:
            module: a ``torch.nn.LSTM``, ``GRU`` or ``RNN``, of any depth, in one direction or two.
                The cells are standard, gru_reset_after and rnn.
            kind: kind of task, a name in ``losses.LOSSES``.
            readout: a ``torch.nn.Linear`` that reads the module's outputs; without it the network
                answers with the outputs as they are.
            backend: see ``Layer``.

        Raises:
            LayerError: another module, or one with what no network here has: ``proj_size``, relu,
                weights in half precision.
        """
        from .from_torch import network_of

        return network_of(cls, module, kind, readout, backend)

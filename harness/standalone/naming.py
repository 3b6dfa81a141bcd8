"""What written files call things, so that a cell's own names do not clash with theirs."""

import builtins
import keyword
import re

HELPERS = ("mean", "layer_norm")
#: Arguments and attributes of the written classes and functions.
ARGUMENTS = (
    "self", "p", "x", "inputs", "hidden", "units", "batch_first", "cell", "state", "states",
    "lengths", "rngs", "key", "dtype", "name", "training", "trainable", "kwargs", "output_size",
    "return_sequences", "return_state",
)  # fmt: skip
#: The torch layer's own variables, beside its states.
OWN = ("state", "lengths", "steps", "rows", "runs", "outputs", "over", "time", "t")
#: What else a written file calls by a name of its own; a cell's class is called otherwise.
GLOBALS = frozenset((
    "torch", "Tensor", "nn", "List", "Optional", "Tuple", "States", "jax", "jnp", "nnx", "keras",
    "ops", "Layer", "layer", "shapes", "init", "start", "step", "flipped", "level", "load",
    "_own", "predict", *HELPERS, *dir(builtins),
))  # fmt: skip


def class_name(variant):
    """The name of a cell's class, as an identifier."""
    name = re.sub(r"\W", "", type(variant).__name__.partition(":")[0]) or "Cell"
    free = name.isidentifier() and not keyword.iskeyword(name) and name not in GLOBALS
    return name if free else f"Cell{name}"

"""Where parameters start that a cell demands, in the words of each framework."""

from gatelab.variants.language.parameters import kind

#: Per scheme of a matrix: in torch, in jax, in keras.
SCHEMES = {
    "uniform": (
        "uniform_(self.{0}, -bound, bound)",
        'jax.random.uniform(keys["{0}"], of["{0}"], dtype, -bound, bound)',
        "uniform",
    ),
    "glorot": (
        "xavier_uniform_(self.{0})",
        'jax.nn.initializers.glorot_uniform()(keys["{0}"], of["{0}"], dtype)',
        '"glorot_uniform"',
    ),
    "orthogonal": (
        "orthogonal_(self.{0})",
        'jax.nn.initializers.orthogonal()(keys["{0}"], of["{0}"], dtype)',
        '"orthogonal"',
    ),
    "identity": ("eye_(self.{0})", 'jnp.eye(*of["{0}"], dtype=dtype)', '"identity"'),
}
NUMBER = (
    "constant_(self.{0}, {1})",
    'jnp.full(of["{0}"], {1}, dtype)',
    "constant({1})",
)
RANGE = (
    "uniform_(self.{0}, {1}, {2})",
    'jax.random.uniform(keys["{0}"], of["{0}"], dtype, {1}, {2})',
    "between({1}, {2})",
)


def demanded(parameters, values):
    """[{name, torch, jax}] of the parameters whose start a cell demands."""
    found = [(name, *_forms(name, values[name])) for name in parameters if name in values]
    return [{"name": name, "torch": torch, "jax": jax} for name, torch, jax, _ in found]


def keras_initializer(name, values):
    """The text of a parameter's initializer in Keras."""
    default = "uniform" if kind(name).is_matrix else 0.0
    return (
        '"zeros"'
        if values.get(name, default) == 0.0
        else _forms(name, values.get(name, default))[2]
    )


def _forms(name, value):
    if isinstance(value, str):
        return [form.format(name) for form in SCHEMES[value]]
    if isinstance(value, tuple):
        return [form.format(name, *value) for form in RANGE]
    return [form.format(name, value) for form in NUMBER]

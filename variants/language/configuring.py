"""Configured variants: a class with other defaults, and a name that says which."""

from .variant import hyperparameters, label


def configured(cls, **settings):
    """A variant whose hyperparameters have other defaults, under a name that says so.

    What is given is no longer searched, the default included.

    Returns:
        A class called ``name:beta=0.9``, the same one each time; ``cls`` if nothing differs.

    Raises:
        VariantError: a hyperparameter that ``cls`` does not have, or a value it cannot take.
    """
    cls, settings = bare(cls), given(cls) | settings
    made, defaults = cls(**settings), hyperparameters(cls)
    changes = {name: getattr(made, name) for name in defaults if name in settings}
    if not changes:
        return cls
    name = f"{label(cls)}:{','.join(f'{k}={v}' for k, v in changes.items())}"
    known = cls.__dict__.get("_configured")
    if known is None:  # on the class itself: a class that is gone takes its configurations along
        cls._configured = known = {}
    if name not in known:
        search = {k: v for k, v in cls.search.items() if k not in changes}
        own = {"name": name, "search": search, "__doc__": cls.__doc__}
        own |= {"_bare": cls, "_given": changes}
        known[name] = type(cls.__name__, (cls,), own | changes | {"__module__": cls.__module__})
    return known[name]


def bare(cls):
    """The class that a configured one was made from."""
    return cls.__dict__.get("_bare", cls)


def given(cls):
    """{hyperparameter: value} that a configured class's name fixes."""
    return cls.__dict__.get("_given", {})


def left_open(cls):
    """{hyperparameter: default} that its name does not fix: what settings and searches reach."""
    return {k: v for k, v in hyperparameters(cls).items() if k not in given(cls)}

"""Configured variants: a class with other defaults, and a name that states them."""

from .variant import hyperparameters, label


def configured(cls, **settings):
    """A variant with other defaults of its hyperparameters, under a name that states them.

    Hyperparameters given here are no longer searched, even if given their default.

    Returns:
        a class called ``name:beta=0.9``, the same one each time; ``cls`` if nothing differs.

    Raises:
        VariantError: ``cls`` has no such hyperparameter, or the value is not allowed.
    """
    cls, settings = bare(cls), given(cls) | settings
    made, defaults = cls(**settings), hyperparameters(cls)
    changes = {name: getattr(made, name) for name in defaults if name in settings}
    if not changes:
        return cls
    name = f"{label(cls)}:{','.join(f'{k}={v}' for k, v in changes.items())}"
    known = cls.__dict__.get("_configured")
    if known is None:  # on the class itself, so that they are freed with it
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
    """{hyperparameter: default} not fixed by its name: those that settings and searches may set."""
    return {k: v for k, v in hyperparameters(cls).items() if k not in given(cls)}

"""Names of cells or tasks; a Python file stands for those that it registers."""

from gatelab.foundation.errors import GatelabError
from gatelab.foundation.plugins import Registry
from gatelab.foundation.user_files import import_file


def names_of(words: tuple[str, ...], registry: Registry) -> list[str]:
    """The names that words stand for.

    Args:
        words: names or Python files; none for everything in the registry.

    Returns:
        names without duplicates, in the order given.

    Raises:
        GatelabError: a file cannot be imported, or registers nothing of this kind.
    """
    found = []
    for word in words or registry.names():
        found += _registered_by(word, registry) if word.endswith(".py") else [word]
    return list(dict.fromkeys(found))


def _registered_by(file, registry):
    before = {name: registry.get(name) for name in registry.names()}
    import_file(file)
    new = [name for name in registry.names() if before.get(name) is not registry.get(name)]
    if not new:
        what = registry.what
        raise GatelabError(
            f"{file} registers no {what}; write @register('my_{what}') above a class"
        )
    return new

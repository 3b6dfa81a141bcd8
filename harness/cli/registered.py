"""Names, and Python files that stand for what they register."""

from gatelab.foundation.errors import GatelabError
from gatelab.foundation.plugins import Registry
from gatelab.foundation.user_files import import_file


def names_of(words: tuple[str, ...], registry: Registry) -> list[str]:
    """Names, each once, in the order given; all that the registry knows if there are no words.

    Raises:
        GatelabError: a file that cannot be imported or registers nothing of this kind.
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

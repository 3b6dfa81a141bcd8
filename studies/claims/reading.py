"""Read a claim from its file, typed; whatever is wrong is refused in one line."""

import tomllib
from datetime import date
from pathlib import Path

from gatelab import tasks, variants
from gatelab.errors import ClaimError
from gatelab.foundation.errors import GatelabError, unknown
from gatelab.foundation.spelling import value

from . import statements
from .claim import SURE, Arm, Claim
from .table import Table, known

FOLDER = Path(__file__).parent


def names():
    """The names of all claims, sorted."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def find(name):
    """The claim with this name, or in a file of a user's own (.toml).

    Raises:
        ClaimError: there is none (close matches are listed), or its file is refused.
    """
    if name.endswith(".toml"):
        return read(name)
    if name not in names():
        raise unknown("claim", name, names(), ClaimError)
    return read(FOLDER / f"{name}.toml")


def read(path) -> Claim:
    """The claim in a file.

    Raises:
        ClaimError: what is wrong with the file, in one line that begins with its name.
    """
    try:
        return _claim(Path(path).stem, Table(tomllib.loads(Path(path).read_text("utf-8"))))
    except (GatelabError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ClaimError(f"{Path(path).name}: {error}") from None


def _claim(name, table):
    words = {key: table.take(key, str) for key in ("title", "source", "said", "sure", "differs")}
    if words["sure"] not in SURE:
        raise unknown("value of sure", words["sure"], SURE, ClaimError)
    specified = {k: _task(k, text) for k, text in table.take("tasks", dict).items()}
    arms = {k: _arm(k, given, specified) for k, given in table.take("arms", dict).items()}
    budget = _budget(table)
    claim = Claim(
        name, **words, **budget,
        fixed=table.take("fixed", date),
        tasks=specified,
        arms=arms,
        statements=statements.read(table.take("statements", list), specified, arms, budget),
    )  # fmt: skip
    table.end()
    statements.check(claim)
    return claim


def _budget(table):
    """The budget and the settings; those of a larger study, if the claim rests on one."""
    entries = {name: _entry(name, each) for name, each in table.take("search", dict, {}).items()}
    if "study" in table.left:
        other = {"draws": 0, "searched": True, "seed": 0, "settings": {}, "search": entries}
        return {"study": table.take("study", str), **other}
    searched = "seeds" not in table.left
    return {
        "draws": table.take("draws" if searched else "seeds", int),
        "searched": searched,
        "seed": table.take("seed", int, 0),
        "settings": table.take("settings", dict, {}),
        "search": entries,
    }


def _task(name, text):
    if not isinstance(text, str):
        raise ClaimError(f"task {name} is {text!r}; write a name with options, as dyck:kinds=1")
    tasks.make(text, name=name)
    return text


def _arm(name, given, specified):
    table = Table({"cell": given} if isinstance(given, str) else given, f"arm {name}: ")
    cell = table.take("cell", str)
    variants.get(cell)
    settings = table.take("settings", dict, {})
    chosen = tuple(table.take("tasks", list, [*specified]))
    for task in chosen:
        known("task", task, specified)
    table.end()
    return Arm(name, cell, settings, chosen)


def _entry(name, given):
    """An entry of a search space: a list, or a range as in "1e-4:1e-2:log"."""
    if isinstance(given, list):
        return given
    if not isinstance(given, str) or ":" not in given:
        raise ClaimError(
            f"search: {name} is {given!r}; write a range as 1e-4:1e-2:log, or a list of choices"
        )
    low, high, *log = given.split(":")
    return (value(low), value(high), *log)

"""Read a claim from its file, typed; whatever is wrong is refused in one line."""

import math
import tomllib
from datetime import date
from pathlib import Path

from gatelab import tasks, variants
from gatelab.errors import ClaimError
from gatelab.foundation.errors import GatelabError, unknown
from gatelab.foundation.spelling import value

from .claim import SURE, Arm, Claim
from .rules import RULES
from .table import Table

FOLDER = Path(__file__).parent
#: Upper limits of what must be above 0.
MOST = {"margin": math.inf, "tolerance": math.inf, "share": 1}


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
        statements=tuple(
            statement
            for each in table.take("statements", list)
            for statement in _statements(each, specified, arms, budget["search"])
        ),
    )  # fmt: skip
    table.end()
    _check(claim)
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
        _known("task", task, specified)
    table.end()
    return Arm(name, cell, settings, chosen)


def _statements(given, specified, arms, search):
    """A rule per arm that a statement names."""
    table = Table(given, "statement: ")
    says = table.take("says", str)
    if says not in RULES:
        raise unknown("rule", says, RULES, ClaimError)
    task = table.take("task", str, next(iter(specified)) if len(specified) == 1 else None)
    who = table.take("arms", list)
    fields = {key: table.take(key, kind) for key, kind in RULES[says].fields.items()}
    table.end()
    for name in MOST.keys() & fields.keys():
        if not 0 < fields[name] < MOST[name]:
            limits = "above 0" if math.isinf(MOST[name]) else f"between 0 and {MOST[name]}"
            raise ClaimError(f"statement: {name} is {fields[name]}; give a number {limits}")
    if "setting" in fields:
        _known("setting", fields["setting"], search)
    for arm in [*who, *([fields["than"]] if "than" in fields else [])]:
        _known("arm", arm, arms)
        if _known("task", task, specified) not in arms[arm].tasks:
            raise ClaimError(f"arm {arm} is not trained on {task}; name the task among its tasks")
    return [RULES[says].rule(arm=arm, task=task, says=says, **fields) for arm in who]


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


def _check(claim):
    if not claim.statements:
        raise ClaimError("a claim needs statements; write [[statements]] with arms and says")
    for statement in () if claim.study else claim.statements:
        if claim.draws < (least := statement.least(claim)):
            raise ClaimError(
                f"{claim.draws} draws can never decide whether {statement.words}; {least} could"
            )
    if not claim.searched and claim.search:
        raise ClaimError("seeds train fixed settings; drop seeds or search")
    needed = {(s.arm, s.task) for s in claim.statements}
    needed |= {(s.than, s.task) for s in claim.statements if hasattr(s, "than")}
    for arm in claim.arms.values():
        for task in arm.tasks:
            if (arm.name, task) not in needed:
                raise ClaimError(
                    f"no statement is about arm {arm.name} on {task}; add one, or do not train it"
                )


def _known(what, name, known):
    if name not in known:
        raise unknown(what, name, known, ClaimError)
    return name

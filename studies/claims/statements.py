"""Read the statements of a claim, and check that its study can decide them."""

import math

from gatelab.errors import ClaimError
from gatelab.foundation.errors import unknown

from .rules import RULES
from .table import Table, known

#: Upper limits of what must be above 0.
MOST = {"margin": math.inf, "tolerance": math.inf, "share": 1}


def read(given, specified, arms, budget):
    """The rules of all statements: one for each arm that a statement names.

    Args:
        given: list of tables.
        specified: {name: specification} of the tasks.
        arms: {name: Arm}.
        budget: the claim's, with its search space.

    Raises:
        ClaimError: what is wrong with one of them.
    """
    found = [_read(each, specified, arms, budget["search"]) for each in given]
    return tuple(rule for rules in found for rule in rules)


def _read(given, specified, arms, search):
    """A rule per arm that a statement names."""
    table = Table(given, "statement: ")
    says = table.take("says", str)
    if says not in RULES:
        raise unknown("rule", says, RULES, ClaimError)
    task = table.take("task", str, next(iter(specified)) if len(specified) == 1 else None)
    who = table.take("arms", list)
    fields = {key: table.take(key, *kind) for key, kind in RULES[says].fields.items()}
    table.end()
    for name in MOST.keys() & fields.keys():
        if not 0 < fields[name] < MOST[name]:
            limits = "above 0" if math.isinf(MOST[name]) else f"between 0 and {MOST[name]}"
            raise ClaimError(f"statement: {name} is {fields[name]}; give a number {limits}")
    if "setting" in fields:
        known("setting", fields["setting"], search)
    for arm in [*who, *([fields["than"]] if "than" in fields else [])]:
        known("arm", arm, arms)
        if known("task", task, specified) not in arms[arm].tasks:
            raise ClaimError(f"arm {arm} is not trained on {task}; name the task among its tasks")
    if fields.get("than") in who:
        raise ClaimError(f"statement: arm {fields['than']} is compared with itself; drop it")
    return [RULES[says].rule(arm=arm, task=task, says=says, **fields) for arm in who]


def check(claim):
    """Refuse a claim whose statements cannot be decided, or do not need all that is trained.

    Raises:
        ClaimError: the reason.
    """
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

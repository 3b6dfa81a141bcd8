"""What came of the claims, as text: a line for the terminal, and the page."""

from collections import Counter

from gatelab.foundation import origin
from gatelab.foundation.markdown import table

from .claim import SURE
from .outcomes import together

OVERVIEW = ("claim", "source", "quotation", "outcome", "statements")
DECISIONS = ("statement", "outcome", "what was seen")
ARMS = ("arm", "task", "cell", "settings", "draws", "failed", "test: best", "median")
INTRODUCTION = """# Published claims, tested

A claim of the literature is a file in [studies/claims](../../studies/claims): its source, what was
said, and how it is tested. Cells, tasks, search space, number of draws, margin and rule were fixed
before the claim's study ran (of the Odyssey's claims before a result of its study was seen); a
file that is changed afterwards is refused. Single runs with another seed had shown which sizes fit
into a quarter of an hour of one core. All arms of a claim share their draws: draw 7 of each has the
same settings, data and seeds. What a claim does not name is as in any study; so the forget bias is
searched from 0 to 2 unless it is fixed.

"Reproduced" and "contradicted" are said of the claim as its rule tests it here, with small networks
and small budgets, not of the paper. Each section says how the test differs from the source. A claim
is reproduced if all its statements are, and contradicted if one is; each is tested at 5%.

`gatelab claims NAME` runs one of them again, and `gatelab claims --write docs/results/claims.md`
makes this page from the scores of all draws, which lie beside it in `claims/`."""


def outcomes(claim, draws):
    """The Outcome of each statement."""
    return [statement.decide(claim, draws) for statement in claim.statements]


def state(claim, draws):
    """The state of the claim."""
    return together(outcomes(claim, draws))


def said(claim, draws):
    """The outcome for the terminal: a line for the claim, then one for each statement."""
    found = outcomes(claim, draws)
    lines = [f"{claim.name}: {together(found)}. {claim.title}"]
    return "\n".join([*lines, *(f"  {outcome.state}: {outcome.why}" for outcome in found)])


def page(kept):
    """The page.

    Args:
        kept: [(Claim, its ``Kept`` draws or None if its study has not ended)].
    """
    found = [(c, k, outcomes(c, k.draws) if k else []) for c, k in kept]
    rows = [_row(*each) for each in sorted(found, key=lambda each: each[1] is None)]
    sections = [_section(*each) for each in found if each[1]]
    return "\n\n".join([INTRODUCTION, table(OVERVIEW, rows), *sections, origin.line()]) + "\n"


def _row(claim, kept, found):
    """The claim's state, and how many of its statements have which."""
    known = (claim.source, SURE[claim.sure])
    if not kept:
        return claim.title, *known, "not run", f"{len(claim.statements)}"
    counts = Counter(outcome.state for outcome in found)
    parts = ", ".join(f"{count} {state}" for state, count in counts.items())
    return f"[{claim.title}](#{claim.name})", *known, together(found), parts


def _section(claim, kept, found):
    decisions = [
        (statement.words, outcome.state, outcome.why)
        for statement, outcome in zip(claim.statements, found, strict=True)
    ]
    rules = dict.fromkeys(statement.rule for statement in claim.statements)
    file = f"[{claim.name}.toml](../../studies/claims/{claim.name}.toml)"
    made = kept.origin.removeprefix("Made by ")
    return "\n\n".join(
        [
            f'<a id="{claim.name}"></a>\n\n## {claim.title}: {together(found)}',
            f"{claim.source} ({SURE[claim.sure]}): {claim.said}",
            f"How the test differs: {claim.differs}",
            table(DECISIONS, decisions),
            f"Decided by: {'; '.join(rules)}.",
            table(ARMS, _arms(claim, kept.draws)),
            f"{_budget(claim)} Fixed on {claim.fixed}, in {file}; "
            f"draws in [{claim.name}.csv](claims/{claim.name}.csv), made by {made}",
        ]
    )


def _arms(claim, draws):
    for arm in claim.arms.values():
        for task in arm.tasks:
            mine = draws[(draws.arm == arm.name) & (draws.task == task)]
            tests = mine.test[mine.state == "complete"]
            best = tests.min() if claim.metric(task).direction == "minimize" else tests.max()
            yield (
                arm.name, claim.tasks[task], arm.cell, _spelled(arm.settings), f"{len(mine)}",
                f"{len(mine) - len(tests)}", f"{best:.4g}", f"{tests.median():.4g}",
            )  # fmt: skip


def _budget(claim):
    if claim.study:
        return (
            f"The draws are those of the study {claim.study}, as far as it had come when the claim "
            "was decided. More draws would be a second look: a claim is decided once."
        )
    how = f"draws of {_spelled(claim.search)}" if claim.searched else "seeds"
    fixed = f" with {_spelled(claim.settings)}" if claim.settings else ""
    return f"{claim.draws} {how}{fixed}, seed {claim.seed}."


def _spelled(chosen):
    return ", ".join(f"{name} {_entry(value)}" for name, value in chosen.items())


def _entry(value):
    if isinstance(value, tuple):
        return " to ".join(f"{end:g}" for end in value[:2]) + " (log)" * (len(value) == 3)
    return " or ".join(map(str, value)) if isinstance(value, list) else str(value)

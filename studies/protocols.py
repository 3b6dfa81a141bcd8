"""Do our cells solve the papers' tasks in as many sequences as the papers say? Runs and tables.

A run trains one sequence at a time and counts sequences until the paper's stop rule is met, with
five seeds; failures count. Two more tables are made with fixed budgets: the legal symbols of the
embedded Reber grammar, and how far cells count.
"""

import statistics

from gatelab.foundation import origin
from gatelab.foundation.markdown import table
from gatelab.running.checks import count

from .jobs import Job, results
from .papers import (
    BESIDE,
    BEYOND,
    COUNTERS,
    LONGEST,
    LSTMS,
    PATIENCE,
    PROMISED,
    READING,
    TIMES,
    TRAINED,
    counted,
    legal_symbols,
    sequences,
)

SOLVING = (
    "experiment", "cell", "settings", "paper", "ours, median (least to most)", "failed",
    "times the paper's", "verdict", "tested then: wrong, mean error; paper", "ours, worst seed",
)  # fmt: skip
COUNTED = ("cell", "all strings right up to n =, by seed", "verdict")


def jobs(promised, beside, counters, seeds):
    """The ``Job`` of every run; the required experiments come first."""
    for seed in range(seeds):
        for p in promised:
            yield Job(f"{_file(p)}-{seed}", sequences, p.given | {"seed": seed})
        reader = {"cell": "standard", "settings": READING, "seed": seed}
        yield Job(f"legal-{seed}", legal_symbols, reader)
        for cell, chosen in counters.items():
            given = {"cell": cell, "settings": chosen, "trained": TRAINED, "longest": LONGEST}
            yield Job(f"counting-{cell}-{seed}", counted, given | {"seed": seed})
    for p in beside:
        for seed in range(seeds):
            yield Job(f"{_file(p)}-{seed}", sequences, p.given | {"seed": seed})


def said(job, result):
    """The line that is printed when a run is done."""
    if "legal" in result:
        return (
            f"{job.name}: {100 * result['legal']:.6g}% of the steps with exactly the legal symbols"
        )
    if "accepted" in result:
        return f"{job.name}: right up to n = {result['accepted']:,}"
    solved = "solved after" if result["solved"] else "given up after"
    return f"{job.name}: {solved} {result['sequences']:,} sequences, {result['seconds']:.0f} s"


# The table of sequences --------------------------------------------------------------------------


def solving_row(protocol, records):
    """A row with the columns of SOLVING."""
    p, counts = protocol, counts_of(records)
    return (
        p.name, p.cell, settings(p), f"{p.paper:,}", *in_words(counts),
        times(statistics.median(counts) / p.paper), verdict(counts, p.paper),
        p.tested, worst(records),
    )  # fmt: skip


def settings(protocol):
    """The chosen settings as text; all others have their defaults."""
    return ", ".join(f"{name} {value}" for name, value in protocol.settings.items())


def counts_of(records):
    """The sequences of each run; one that failed took longer than any number."""
    return [r["sequences"] if r["solved"] else float("inf") for r in records]


def in_words(counts):
    """The median count and its range as text, and how many runs failed."""
    failed = counts.count(float("inf"))
    return number(statistics.median(counts)) + spread(counts), f"{failed} of {len(counts)}"


def number(count):
    """A count as text; "given up" if a run did not meet the rule."""
    return "given up" if count == float("inf") else f"{count:,.0f}"


def spread(counts):
    """The range of the counts as text, if some run met the rule."""
    least, most = min(counts), max(counts)
    return "" if least == float("inf") else f" ({number(least)} to {number(most)})"


def times(ratio):
    """A multiple of the paper's number as text, "over 5" if the median run was given up."""
    return f"over {PATIENCE}" if ratio == float("inf") else f"{ratio:.2f}"


def verdict(counts, paper):
    """The verdict, by the median; failed runs count as infinite and are mentioned."""
    if statistics.median(counts) > TIMES * paper:
        return "MISSED"
    failed = counts.count(float("inf"))
    return f"reached, {failed} failed" if failed else "reached"


def rule_line(protocol):
    """The stop rule of an experiment as a line of Markdown."""
    return f"* {protocol.name}: {protocol.rule}"


def worst(records):
    """The number of wrong test sequences after training and the mean error, for the worst seed."""
    tests = [r["test"] for r in records]
    most = max(tests, key=lambda test: (test["wrong"], test["error"]))
    return f"{most['wrong']:,} of {most['of']:,}, error {most['error']:.2g}"


# The tables of legal symbols and of counting -----------------------------------------------------


def legal_line(records):
    """The share of steps of unseen strings with exactly the legal symbols, by seed; the verdict."""
    by_seed = ", ".join(f"{100 * r['legal']:.6g}%" for r in records)
    held = all(r["legal"] == 1 for r in records)
    return (
        f"Embedded Reber, steps of {records[0]['strings']} unseen strings with exactly the legal "
        f"symbols, by seed: {by_seed}: {'reached' if held else 'MISSED'}."
    )


def counting_row(cell, records):
    """A row with the columns of COUNTED; only LSTMs must count beyond the limit."""
    reached = sorted(r["accepted"] for r in records)
    by_seed = ", ".join(f"at least {n:,}" if n == LONGEST else f"{n:,}" for n in reached)
    held, of = sum(n > BEYOND for n in reached), len(reached)
    if cell in LSTMS:
        return cell, by_seed, "reached" if held == of else f"MISSED by {of - held} of {of}"
    return cell, by_seed, f"holds with {held} of {of}" if held else "fails, as the paper says"


def text(found, promised, beside, counters, seeds):
    """All tables as Markdown."""
    of = lambda name: [found[f"{name}-{seed}"] for seed in range(seeds)]
    rows = lambda protocols: [solving_row(p, of(_file(p))) for p in protocols]
    counting = [counting_row(cell, of(f"counting-{cell}")) for cell in counters]
    return "\n\n".join(
        [
            f"Sequences until solved, {seeds} seeds:",
            table(SOLVING, rows(promised)),
            legal_line(of("legal")),
            f"a^n b^n, trained up to n = {TRAINED}; target: right beyond n = {BEYOND}; "
            f"{seeds} seeds:",
            table(COUNTED, counting),
            "Further experiments and cells:",
            table(SOLVING, rows(beside)),
            "A run is solved if, in the task's own words:",
            "\n".join(dict.fromkeys(map(rule_line, (*promised, *beside)))),
            origin.line(),
        ]
    )


def _file(protocol):
    return f"{protocol.task}-{protocol.cell}-{protocol.name}".replace(" ", "").replace(",", "-")


def show(out, workers, seeds):
    """Run what has not been run yet, print the tables and write them to ``out/protocols.md``."""
    workers, seeds = count("workers", workers), count("seeds", seeds)
    wanted = list(jobs(PROMISED, BESIDE, COUNTERS, seeds))
    found = results(wanted, out / "runs", workers, said)
    written = text(found, PROMISED, BESIDE, COUNTERS, seeds)
    (out / "protocols.md").write_text(written + "\n")
    print(written)

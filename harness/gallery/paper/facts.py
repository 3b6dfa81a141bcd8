"""Everything that the paper shows: equations, errors, distances, verdicts, citations."""

import csv
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from ...foundation import origin
from . import pages
from .cells import cells, lstm
from .gradients import nudges
from .slips import slips
from .sources import references

BY_HAND = Path("tests") / "oracles" / "lstm_by_hand.py"


def facts(docs: Path, largest_error: Callable[[str], float]) -> dict:
    """Everything that the text in docs/paper shows, ready for JSON.

    Args:
        docs: the folder docs of a checkout.
        largest_error: (name of a cell) -> error of its gradient; see ``gradients``.

    Raises:
        GatelabError: a page lacks a table that the paper shows.
        OSError: a file is missing.
    """
    known = read(docs)
    return known | _measured([cell["name"] for cell in known["cells"]], largest_error)


def read(docs: Path) -> dict:
    """The facts that are not measured while the paper is set; raises as ``facts`` does."""
    results = docs / "results"
    claims = _claims(results / "claims.md")
    return {
        "lstm": lstm(),
        "by_hand": _code(docs.parent / BY_HAND),
        "cells": cells(),
        "slips": slips(docs / "learn" / "2-backwards-through-time.ipynb"),
        "agreement": _rows(results / "agreement.csv"),
        "ties": pages.table(docs / "verification.md", "cell", "other people's code"),
        "frameworks": pages.table(docs / "take-it-home.md", "framework", "float64"),
        "calibration": _calibration(results / "calibration.md"),
        "survey": _survey(results),
        "odyssey": _odyssey(results),
        "activations": _activations(results / "activations.md"),
        "claims": claims,
        "references": references([row[1] for row in claims["rows"]]),
    }


def _measured(names, largest_error):
    errors = {name: largest_error(name) for name in names}
    return {
        "made": origin.line().replace(f"`{origin.command()}`", "`make paper`"),
        "errors": {name: _power(error) for name, error in errors.items()},
        "largest_error": _power(max(errors.values())),
        "nudges": nudges(),
    }


def _calibration(page):
    return {
        "studies": pages.number(page, r"([\d,]+) simulated studies"),
        "alarms": pages.table(page, "surface", "draws", "attainable"),
        "power": pages.table(page, "surface", "draws", "difference, noise SDs"),
        "equality": pages.table(page, "surface", "draws", "margin, noise SDs"),
        "lopsided": pages.table(page, "surface", "draws", "decision: worse"),
        "elsewhere": pages.table(page, "surface", "draws", "all draws"),
    }


def _survey(results):
    page, draws = results / "survey.md", _rows(results / "survey.csv")
    return {
        "verdicts": pages.table(page, "cell", "verdict"),
        "tasks": pages.table(page, "task", "metric"),
        "trainings": len(draws),
        "draws": len({row["draw"] for row in draws}),
        "nemenyi": pages.number(page, r"if they are ([\d.]+) apart"),
    }


def _odyssey(results):
    page, draws = results / "odyssey.md", _rows(results / "odyssey.csv")
    return {
        "verdicts": pages.table(page, "variant", "cell", "verdict"),
        "variance": pages.table(page, "of the variance (ranks)"),
        "hyperparameters": pages.table(page, "hyperparameter", "share [95%]"),
        "trainings": len(draws),
        "draws": len({row["draw"] for row in draws}),
        "planned": pages.number(page, r"(?:of|All) (\d+) planned draws"),
        "margin": pages.number(page, r"Up to ([\d.]+) either way counts as equal"),
    }


def _activations(page):
    rows = [row for task in pages.tables(page, "cell", "gates") for row in task["rows"]]
    return {
        "runs": pages.number(page, r"These are\s+([\d,]+) training runs"),
        "outcomes": Counter(row[2] for row in rows if row[2]),
        "functions": len({function for row in rows for function in row[:2]}),
        "squish": [_squish(rows, place) for place in range(2)],
    }


def _squish(rows, place):
    """The verdicts on squish in the cell (0) or in the gates (1), in words."""
    digits, adding = [row[2] for row in rows if row[place] == "squish"]
    return f"{digits} on both" if digits == adding else f"{digits} on digits, {adding} on adding"


def _claims(page):
    found = pages.table(page, "claim", "source", "quotation")
    return found | {
        "outcomes": Counter(row[3] for row in found["rows"]),
        "odyssey_draws": pages.number(page, r"\| V \| chorales \| peephole \| \| (\d+) \|"),
    }


def _rows(file):
    with open(file, newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def _code(file):
    """The lines of code of the backward pass that was typed by hand."""
    _, _, backward = file.read_text(encoding="utf-8").partition("def backward(")
    lines = [line.strip() for line in backward.rpartition('"""')[2].splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def _power(error):
    """2.3e-16 as Typst mathematics."""
    mantissa, exponent = f"{error:.1e}".split("e")
    return f"{mantissa} dot 10^({int(exponent)})"

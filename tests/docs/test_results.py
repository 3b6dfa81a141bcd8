"""Results in docs/: each says where it is from, and is of what the studies hold today."""

import csv
import re
import shlex
import subprocess
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from gatelab import variants
from gatelab.describing import listing
from gatelab.foundation import origin
from gatelab.statistics.calibration_table import ALARMS, DRAWS, LOPSIDED, SYMMETRIC
from gatelab.studies import drawn, odyssey_page, papers, protocols, survey_page
from gatelab.studies.acceptance import PROMISES
from gatelab.studies.claims import draws, reading, telling
from gatelab.studies.claims.outcomes import CONTRADICTED, NOT_DECIDED, REPRODUCED
from gatelab.variants.lstm_activations import ACTIVATIONS

DOCS = Path(__file__).parents[2] / "docs"
RESULTS = DOCS / "results"
TABLES = sorted(RESULTS.glob("*.md"))
PICTURES = sorted([*DOCS.glob("*.png"), *RESULTS.glob("*.png")])
STATES = (REPRODUCED, CONTRADICTED, NOT_DECIDED)
CLAIMS = sorted((RESULTS / "claims").glob("*.csv"))


def description(picture):
    with Image.open(picture) as image:
        return image.info.get("Description", "")


def rows(name):
    """The cells of every line of a table, headings among them."""
    lines = (RESULTS / name).read_text(encoding="utf-8").splitlines()
    return [tuple(line[2:-2].split(" | ")) for line in lines if line.startswith("| ")]


@pytest.mark.parametrize("file", [*TABLES, *PICTURES, *CLAIMS], ids=lambda file: file.name)
def test_a_result_says_which_command_made_it_when_where_and_from_which_commit(file):
    text = description(file) if file in PICTURES else file.read_text(encoding="utf-8")
    (found,) = origin.LINE.finditer(text)
    assert found["command"].startswith(("gatelab ", "python -m gatelab."))
    assert date(2026, 1, 1) < date.fromisoformat(found["day"]) <= date.today()
    assert re.fullmatch(r"[0-9a-f]{7,40}( with changes)?", found["commit"])


@pytest.mark.parametrize("file", [*TABLES, *PICTURES, *CLAIMS], ids=lambda file: file.name)
def test_the_commit_is_one_of_this_history(file):
    git = lambda *words: subprocess.run(["git", *words], cwd=DOCS, capture_output=True, text=True)
    shallow = git("rev-parse", "--is-shallow-repository")
    if shallow.stdout.strip() != "false":
        pytest.skip("no history here")
    text = description(file) if file in PICTURES else file.read_text(encoding="utf-8")
    commit = origin.LINE.search(text)["commit"].partition(" ")[0]
    assert git("merge-base", "--is-ancestor", commit, "HEAD").returncode == 0


def test_what_is_written_is_read_again(monkeypatch):
    monkeypatch.setattr(origin.sys, "argv", ["/usr/bin/gatelab", "first", "--out", "a `b`"])
    found = origin.LINE.fullmatch(origin.line())
    assert shlex.split(found["command"]) == ["gatelab", "first", "--out", "a 'b'"]
    assert found["day"] == str(date.today())
    assert found["commit"] == origin.commit()


# Stale: what a study holds now, and what its table shows -----------------------------------------


def test_the_acceptance_table_is_of_the_promises_of_today():
    shown = [(row[0], row[1], row[3].split()[-1]) for row in rows("acceptance.md")[2:]]
    assert shown == [(p.name, p.variant, str(p.target)) for p in PROMISES]


def test_the_protocols_are_those_of_today():
    shown = [row[:4] for row in rows("protocols.md") if len(row) == len(protocols.SOLVING)]
    wanted = [
        (p.name, p.cell, protocols.settings(p), f"{p.paper:,}")
        for p in (*papers.PROMISED, *papers.BESIDE)
    ]
    assert [row for row in shown if row[3][0].isdigit()] == wanted


def test_the_activations_are_those_of_today():
    named = {name for row in rows("activations.md") for name in row[:2]}
    assert named >= {*ACTIVATIONS}


def test_the_speed_table_has_every_cell():
    with open(listing.SPEED, newline="") as file:
        measured = {row["variant"] for row in csv.DictReader(file)}
    assert measured == {*variants.names()}


def test_the_page_of_claims_is_made_of_the_draws_beside_it():
    """And the draws are of the claims of today: else reading them is refused."""
    kept = [
        (claim, draws.read(claim, RESULTS / "claims"))
        for claim in map(reading.find, reading.names())
    ]
    shown, held = rows("claims.md"), [(claim, found) for claim, found in kept if found]
    assert sum("not run" in row for row in shown) == len(kept) - len(held)
    decided = [row[:2] for row in shown if len(row) == len(telling.DECISIONS)]
    assert [row for row in decided if row[1] in STATES] == [
        (statement.words, outcome.state)
        for claim, found in held
        for statement, outcome in zip(
            claim.statements, telling.outcomes(claim, found.draws), strict=True
        )
    ]
    assert [path.stem for path in CLAIMS] == [claim.name for claim, _ in held]


@pytest.mark.parametrize("page", [odyssey_page, survey_page], ids=["odyssey", "survey"])
def test_the_verdicts_are_those_of_the_draws_beside_them(page):
    file = RESULTS / f"{page.__name__.rpartition('.')[2].removesuffix('_page')}.md"
    draws = drawn.read(file.with_suffix(".csv"))
    assert page.decisions(draws) in file.read_text(encoding="utf-8")


def test_the_calibration_is_of_today_s_surfaces_and_every_decision_kept_its_level():
    alarms = [row for row in rows("calibration.md") if len(row) == len(ALARMS)]
    last = 2 + len(DRAWS) * len(SYMMETRIC)  # the table of power has as many columns
    found = dict(zip(alarms[0], zip(*alarms[2:last], strict=True), strict=True))
    assert {*found["surface"]} == {surface.name for surface in SYMMETRIC}
    assert all(4 <= float(share) <= 6 for share in found["decision"])
    assert {row[0] for row in rows("calibration.md")} >= {surface.name for surface in LOPSIDED}

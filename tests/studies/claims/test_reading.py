"""Claim files: all of ours can be read; what is wrong with one is said in a line."""

import re
from dataclasses import replace

import pytest
from helpers.processes import ROOT
from helpers.refusals import refused

from gatelab.errors import ClaimError
from gatelab.studies.claims import reading
from gatelab.studies.claims.differences import Difference
from gatelab.studies.claims.reaching import Reach

TEXT = """
title = "B is better than A"
source = "Somebody (2026)"
said = "B is better."
sure = "M"
differs = "Everything is smaller."
fixed = 2026-11-28
draws = 14

[tasks]
sums = "adding:length=20"
bits = "parity"

[arms]
a = "standard"
b = { cell = "gru", settings = { forget_bias = 1.0 }, tasks = ["sums"] }

[settings]
batch = 8

[search]
lr = "1e-3:1e-2:log"
hidden = [8, 16]

[[statements]]
arms = ["b"]
task = "sums"
says = "better"
than = "a"
margin = 1

[[statements]]
arms = ["a"]
task = "bits"
says = "can reach"
score = 0.9
share = 0.2
"""


def of(folder, old="", new=""):
    """The claim of TEXT with a part replaced."""
    assert old in TEXT
    path = folder / "toy.toml"
    path.write_text(TEXT.replace(old, new) if old else TEXT)
    return reading.read(path)


def test_a_file_is_read_typed(tmp_path):
    claim = of(tmp_path)
    assert (claim.name, claim.draws, claim.searched, claim.seed) == ("toy", 14, True, 0)
    assert claim.search == {"lr": (1e-3, 1e-2, "log"), "hidden": [8, 16]}
    assert claim.arms["a"].tasks == ("sums", "bits")
    assert claim.trials == 14 * 3
    assert claim.statements == (
        Difference("b", "sums", "better", "a", 1),
        Reach("a", "bits", "can reach", 0.9, 0.2),
    )
    assert (claim.task("sums").name, claim.task("sums").length) == ("sums", 20)


@pytest.mark.parametrize("name", reading.names())
def test_every_claim_of_ours_is_read(name):
    claim = reading.find(name)
    assert claim.name == name
    assert len(claim.title) <= 100
    assert claim.statements


def test_there_are_at_least_twelve():
    assert len(reading.names()) >= 12


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("differs =", "diffres =", "toy.toml: differs is missing; found .*diffres"),
        ("batch = 8", "batch = 8\n[serach]\nlr = [1]", "unknown key 'serach'; did you mean search"),
        ('sure = "M"', 'sure = "X"', "unknown value of sure 'X'; known: M, S, V"),
        ("fixed = 2026-11-28", 'fixed = "today"', "fixed is 'today'; give a day"),
        ("draws = 14", "draws = 4.5", "draws is 4.5; give a whole number"),
        (
            "draws = 14",
            "draws = 11",
            "11 draws can never decide whether b is better .*; 12 could",
        ),
        (
            "draws = 14",
            "draws = 13",
            "13 draws can never decide whether a can reach .*; 14 could",
        ),
        ("draws = 14", "seeds = 14", "seeds train fixed settings; drop seeds or search"),
        ('"adding:length=20"', '"ading"', "unknown task 'ading'; did you mean adding"),
        ('"adding:length=20"', '"adding:lenght=20"', "'lenght'; did you mean length"),
        ('"parity"', "20", "task bits is 20; write a name"),
        ('"standard"', '"standart"', "unknown variant 'standart'; did you mean standard"),
        ('"standard"', "3", "arm a: 3 is no table"),
        ('tasks = ["sums"]', 'task = ["sums"]', "arm b: unknown key 'task'; did you mean tasks"),
        ('tasks = ["sums"]', 'tasks = ["sum"]', "unknown task 'sum'; did you mean sums"),
        ('"1e-3:1e-2:log"', "1e-3", "search: lr is 0.001; write a range"),
        ('says = "better"', 'says = "beter"', "unknown rule 'beter'; did you mean better"),
        ('arms = ["b"]', 'arms = [["b"]]', "unknown arm .*'b'"),
        ('than = "a"', 'than = "b"', "arm b is compared with itself"),
        ('than = "a"', 'than = "c"', "unknown arm 'c'"),
        ('arms = ["a"]\ntask = "bits"', 'arms = ["b"]\ntask = "bits"', "b is not trained on bits"),
        ('arms = ["a"]\ntask = "bits"', 'arms = ["a"]\ntask = "sums"', "no statement .* a on bits"),
        ('task = "sums"\nsays', "says", "statement: task is missing"),
        ("margin = 1", "", "statement: margin is missing"),
        ("margin = 1", "margin = 0", "statement: margin is 0; give a number above 0"),
        ("share = 0.2", "share = 1", "share is 1; give a number between 0 and 1"),
        ("margin = 1", "margin = true", "margin is True; give a number"),
        ("share = 0.2", "share = 0.2\nmargin = 1", "unknown key 'margin'"),
        (
            'says = "can reach"\nscore = 0.9',
            'says = "explains at least"\nsetting = "clip"',
            "unknown setting 'clip'; known: hidden, lr",
        ),
        ("title =", "title", "toy.toml: .*line 2"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(tmp_path, old, new, said):
    with refused(ClaimError, said):
        of(tmp_path, old, new)


def test_a_claim_without_statements_is_refused(tmp_path):
    said = TEXT[TEXT.index("[[statements]]") :]
    with refused(ClaimError, "statements is missing"):
        of(tmp_path, said, "")
    (tmp_path / "empty.toml").write_text(
        TEXT.replace(said, "").replace("[tasks]", "statements = []\n[tasks]")
    )
    with refused(ClaimError, "needs statements"):
        reading.read(tmp_path / "empty.toml")


def test_a_claim_that_is_not_there_is_refused():
    with refused(ClaimError, "unknown claim 'paritty'; did you mean parity"):
        reading.find("paritty")


def test_a_claim_of_your_own_is_a_path(tmp_path):
    assert of(tmp_path) == reading.find(str(tmp_path / "toy.toml"))


def test_the_docs_show_a_claim_that_can_be_read(tmp_path):
    page = (ROOT / "docs" / "own-claim.md").read_text("utf-8")
    (shown,) = re.findall(r"```toml\n(title.*?)```", page, re.S)
    (tmp_path / "shown.toml").write_text(shown)
    assert [s.says for s in reading.read(tmp_path / "shown.toml").statements] == [
        "cannot reach", "better",
    ]  # fmt: skip


def test_the_digest_is_of_what_decides_and_not_of_words(tmp_path):
    claim = of(tmp_path)
    assert replace(claim, title="Another", said="", differs="").digest == claim.digest
    margin = replace(claim, statements=(replace(claim.statements[0], margin=2),))
    others = [margin, replace(claim, draws=5), replace(claim, settings={"batch": 9})]
    assert len({claim.digest, *(other.digest for other in others)}) == 4

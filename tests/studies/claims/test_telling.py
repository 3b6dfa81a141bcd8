"""The page of claims: made from the files of draws, and saying no more than they do."""

import pandas as pd
import pytest
from helpers.command import command

from gatelab.studies.claims import draws, reading, showing, telling


def made_up(claim, best):
    """Draws in which every arm has this score, to be written in place of a run's."""
    return pd.DataFrame(
        {
            "arm": arm.name, "task": task, "draw": k, "state": "complete", "valid": best,
            "test": best, "parameters": 100, "seconds": 1.0,
        }
        for arm in claim.arms.values()
        for task in arm.tasks
        for k in range(claim.draws)
    )  # fmt: skip


@pytest.fixture
def kept(tmp_path):
    """A folder of runs that holds draws of two claims."""
    for name, best in (("parity", 0.5), ("counting", 1.0)):
        (tmp_path / name).mkdir()
        claim = reading.find(name)
        draws.write(claim, made_up(claim, best), tmp_path / name)
    return tmp_path


def test_the_page_is_made_of_the_draws_and_is_the_same_again(kept, monkeypatch):
    page = kept / "docs" / "claims.md"
    assert command("claims")(["--write", str(page), "--out", str(kept)]) == 0
    text = page.read_text(encoding="utf-8")
    assert sorted(path.name for path in (kept / "docs" / "claims").iterdir()) == [
        "counting.csv", "parity.csv",
    ]  # fmt: skip
    for name in ("counting", "parity"):
        (kept / name / f"{name}.csv").unlink()
    assert command("claims")(["--write", str(page), "--out", str(kept)]) == 0
    assert page.read_text(encoding="utf-8") == text  # from the draws beside it


def test_the_page_says_what_was_seen(kept):
    showing.write(kept / "claims.md", kept)
    text = (kept / "claims.md").read_text(encoding="utf-8")
    overview, *sections = text.split("\n## ")
    rows = [line[2:-2].split(" | ") for line in overview.splitlines() if line.startswith("| ")][2:]
    assert len(rows) == len(reading.names())
    assert sum(row[3] == "not run" for row in rows) == len(rows) - 2
    (row,) = [row for row in rows if row[0].endswith("](#parity)")]
    assert row[3:] == ["contradicted", "2 reproduced, 4 contradicted"]
    assert [section.partition("\n")[0].rpartition(": ")[2] for section in sections] == [
        "contradicted", "contradicted",
    ]  # fmt: skip
    counting, parity = sections
    assert "gru: 16 of 16 draws reached legal 1" in counting
    assert "rnn: none of 16 draws reached accuracy 0.99" in parity
    assert "lr 0.001 to 0.03 (log)" in parity
    assert text.count("Made by `") == 1


def test_the_terminal_says_the_same(kept):
    claim = reading.find("parity")
    said = telling.said(claim, draws.read(claim, kept / "parity").draws)
    first, *others = said.splitlines()
    assert first.startswith("parity: contradicted. Linear recurrences")
    assert len(others) == len(claim.statements)
    assert sum(line.startswith("  reproduced: ") for line in others) == 2

"""The paper: it has every cell, its numbers are those of the sources, and Typst can set it."""

import json
import re
import shutil
import sys
from functools import cache

import pytest
from helpers.packages import needs
from helpers.processes import ROOT
from oracles import distances

from gatelab import GatelabError, variants
from gatelab.calculus import typst
from gatelab.calculus.program import derive
from gatelab.gallery.cell_pages import own
from gatelab.gallery.paper import __main__ as command
from gatelab.gallery.paper import freshness, gradients, pages, slips, sources, typesetting
from gatelab.gallery.paper.facts import facts

DOCS = ROOT / "docs"


@cache
def shown():
    return facts(DOCS, lambda name: 1.5e-15)


def test_every_cell_is_in_the_paper_with_all_its_equations():
    cells = {cell["name"]: cell for cell in shown()["cells"]}
    assert [*cells] == own()
    for name, cell in cells.items():
        lines = typst.equations(derive(variants.get(name)()))
        assert len(cell["shared"]) + len(cell["equations"]) == len(lines)
        assert cell["parameters"]
        assert cell["source"]


def test_equations_of_the_lstm_are_not_repeated_and_others_are():
    cells = {cell["name"]: cell for cell in shown()["cells"]}
    assert cells["standard"]["shared"] == []
    assert len(cells["standard"]["equations"]) == 6
    assert cells["coupled"]["shared"] == ["i_(t)", "g_(t)", "o_(t)", "h_(t)"]
    assert len(cells["coupled"]["equations"]) == 1
    assert "1 - i_(t)" in cells["coupled"]["equations"][0]


def test_numbers_are_those_of_the_sources():
    found = shown()
    json.dumps(found)
    assert found["largest_error"] == "1.5 dot 10^(-15)"
    assert len(found["agreement"]) == len(distances.FILE.read_text().splitlines()) - 1
    outcomes = found["claims"]["outcomes"]
    assert sum(outcomes.values()) == len([*(ROOT / "studies" / "claims").glob("*.toml")])
    odyssey = (DOCS / "results" / "odyssey.md").read_text("utf-8")
    assert re.search(rf"(All|of) {found['odyssey']['planned']} planned draws", odyssey)


def test_each_paper_is_cited_once():
    claims = [
        "Bai, Kolter (2018), arXiv:1803.01271, table 1",
        "Bai, Kolter (2018), arXiv:1803.01271",
        "Hochreiter, Schmidhuber (1997), experiment 2a",
        "Greff, Koutnik (2017), An Odyssey, arXiv:1503.04069; Sarrof (2024), NeurIPS",
    ]
    references = sources.references(claims)
    arxiv = [match[1] for text in references if (match := re.search(r"arXiv:([\d.]+\d)", text))]
    assert len(arxiv) == len(set(arxiv))
    assert len([text for text in references if text.startswith("Greff")]) == 1
    assert len([text for text in references if text.startswith("Hochreiter")]) == 1
    assert len([text for text in references if text.startswith("Rusch, Mishra (2021)")]) == 2
    assert "Bai, Kolter (2018), arXiv:1803.01271." in references
    assert "Sarrof (2024), NeurIPS." in references
    assert references == sorted(references, key=str.casefold)


# Tables


PAGE = """# Title

| a | b |
| --- | --- |
| **1** | 2 |

| cell | verdict |
| --- | ---: |
| `gru` | [**better**](x.md) |
| `a\\|b` | -0.1 |

38 planned
draws.
"""


@pytest.fixture
def page(tmp_path):
    file = tmp_path / "page.md"
    file.write_text(PAGE, "utf-8")
    return file


def test_a_table_is_found_by_its_columns_and_read_without_markdown(page):
    found = pages.table(page, "cell", "verdict")
    assert found == {"heads": ["cell", "verdict"], "rows": [["gru", "better"], ["a|b", "-0.1"]]}
    assert pages.number(page, r"(\d+) planned draws") == "38"


def test_tables_of_the_same_columns_are_found_together(page):
    text = page.read_text("utf-8")
    page.write_text(f"{text}\n{text}", "utf-8")
    assert len(pages.tables(page, "cell", "verdict")) == 2
    assert len(pages.tables(page, "a")) == 2


def test_what_a_page_lacks_is_refused(page):
    with pytest.raises(GatelabError, match="no table of cell, p"):
        pages.table(page, "cell", "p")
    with pytest.raises(GatelabError, match="does not say"):
        pages.number(page, r"(\d+) made draws")


# Errors of gradients


@pytest.mark.parametrize("name", ["rnn", "star"])
def test_gradients_are_exact_to_rounding(name):
    assert 0 < gradients.largest_error(name) < 1e-13


def test_an_error_is_seen(monkeypatch):
    right = gradients.run

    def bent(*given):
        found = right(*given)
        return found | {"gradient of b_h": found["gradient of b_h"] * 1.001}

    monkeypatch.setattr(gradients, "run", bent)
    assert 1e-4 < gradients.largest_error("rnn") < 1e-2


def test_a_central_difference_has_a_best_nudge_and_a_complex_step_needs_none():
    exponents, central, by_complex = zip(*gradients.nudges(), strict=True)
    assert exponents == tuple(range(-1, -16, -1))
    assert 1e-13 < min(central) < 1e-8
    assert central[0] > 1e-6
    assert central[-1] > 1e-6
    assert max(by_complex[8:]) < 1e-14


def test_slips_are_those_that_the_notebook_prints():
    found = shown()["slips"]
    assert found["checks"] == ["1 step, zeros", "1 step, random", "5 steps, random"]
    assert ["h_old in place of c_old", "-", "R_f, W_f, b_f, h0", "all of them"] in found["rows"]
    assert len(found["rows"]) == 4


def test_a_notebook_without_slips_is_refused(tmp_path):
    notebook = tmp_path / "2.ipynb"
    notebook.write_text(json.dumps({"cells": [{"outputs": [{"text": ["1 step\n"]}]}, {}]}))
    with pytest.raises(GatelabError, match="prints no slips"):
        slips.slips(notebook)


# Typst


def test_the_paper_is_set_without_a_warning(tmp_path, monkeypatch, capsys):
    needs("typst")
    monkeypatch.setattr(command, "facts", lambda folder, largest_error: shown())
    for part in ("paper", "cells", "results"):
        shutil.copytree(DOCS / part, tmp_path / part)
    assert command.main([str(tmp_path)]) == 0
    assert (tmp_path / "lstm.pdf").read_bytes().startswith(b"%PDF")
    assert "lstm.pdf: " in capsys.readouterr().out
    assert 8 <= len(typesetting.pictures(DOCS, shown(), ppi=20)) <= 16


def test_drawings_are_set_in_letters_of_mathematics(tmp_path):
    needs("typst")
    shutil.copytree(DOCS / "paper", tmp_path, dirs_exist_ok=True)
    asked = '#import "style.typ": slanted\n#metadata(slanted("Wxhσ1")) <set>'
    (tmp_path / "asked.typ").write_text(asked, "utf-8")
    given = {"facts": "{}", "digest": ""}
    found = typesetting.engine().query(tmp_path / "asked.typ", "<set>", sys_inputs=given)
    assert json.loads(found)[0]["value"] == "𝑊𝑥ℎ𝜎1"
    for part in (DOCS / "paper").glob("*.typ"):
        assert 'image("../cells' not in part.read_text("utf-8")  # but drawing(...)


def test_a_sentence_whose_verdict_has_changed_is_refused(monkeypatch):
    needs("typst")
    moved = json.loads(json.dumps(shown()))
    (row,) = (r for r in moved["odyssey"]["verdicts"]["rows"] if r[1] == "no_forget_gate")
    row[2] = "equal"
    with pytest.raises(GatelabError, match="no_forget_gate is no longer worse"):
        typesetting.pdf(DOCS, moved)


def test_without_typst_one_line_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "typst", None)
    monkeypatch.setattr(command, "facts", lambda *_: pytest.fail("measured before it was refused"))
    assert command.main([str(DOCS)]) == 2
    assert "pip install 'gatelab[paper]'" in capsys.readouterr().err


def test_a_folder_without_pages_is_refused(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(command, "engine", lambda: None)
    unmeasured = lambda name: pytest.fail("measured before it was refused")
    monkeypatch.setattr(command, "largest_error", unmeasured)
    assert command.main([str(tmp_path / "nowhere")]) == 2
    said = capsys.readouterr().err
    assert re.fullmatch(r"error: .*nowhere.*\.md: No such file.*; name the folder docs .*\n", said)


# The committed one


def test_the_committed_paper_is_what_its_sources_say_today():
    assert freshness.is_fresh(DOCS, shown()), "docs/lstm.pdf is stale; run make paper"


def test_a_paper_that_is_up_to_date_is_left_alone(monkeypatch, capsys):
    monkeypatch.setattr(command, "engine", lambda: None)
    monkeypatch.setattr(command, "pdf", lambda *_: pytest.fail("set anew"))
    assert command.main([str(DOCS)]) == 0
    assert "lstm.pdf is up to date" in capsys.readouterr().out


def test_a_moved_verdict_and_another_text_make_it_stale_and_a_measured_error_does_not(tmp_path):
    shutil.copytree(DOCS / "paper", tmp_path / "paper")
    known = freshness.digest(DOCS, shown())
    moved = json.loads(json.dumps(shown()))
    moved["odyssey"]["verdicts"]["rows"][0][2] = "equal"
    assert freshness.digest(DOCS, moved) != known
    assert freshness.digest(tmp_path, shown() | {"largest_error": "1"}) == known
    (tmp_path / "paper" / "7-end.typ").write_text("= Limits")
    assert freshness.digest(tmp_path, shown()) != known

"""The page: whole, self-contained, in the words of the terminal, and the same when rebuilt."""

import re

import pytest
from helpers.made_up import make_forecasts, make_ledger
from helpers.pages import Tree, figures

from gatelab.reporting import page, words
from gatelab.reporting.page.view import View
from gatelab.reporting.page.writing import html

RUN = "http://127.0.0.1:5000/#/experiments/1/runs/2"
ORDER = """
    answers leaderboard forecasts differences across tuning learning hyperparameters cost dynamics
    cells made
""".split()
KINDS = """
    forecast ahead differences ranks tuning time learning shares importance marginal cost saturation
    half lag drift activations
""".split()


@pytest.fixture(scope="module")
def ledger(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    make_forecasts(folder, "adding", ("standard", "gru", "rnn"))
    made = make_ledger(folder, draws=12, failing={"rnn": 0.15}, dynamics=True)
    made.about["mlflow"]["runs"] = {"adding/gru": RUN, "adding/rnn": "javascript:alert(1)"}
    return made


@pytest.fixture(scope="module")
def text(ledger):
    return html(View(ledger))


def test_sections_come_in_the_order_of_a_reader_in_a_hurry(text):
    sections = [attrs["id"] for tag, attrs, _ in Tree(text).elements if tag == "section"]
    assert sections == ORDER


def test_the_answers_are_the_terminal_s_sentences(ledger, text):
    said = Tree(text).words.replace(" :", ":")
    for row in ledger.verdicts().itertuples():
        assert words.sentence(row) in said


def test_every_figure_has_a_finding_with_numbers_and_its_table(text):
    found = figures(text)
    assert {name.partition("-")[0] for name in found} == {*KINDS}
    for name, figure in found.items():
        caption = re.search(r"<figcaption>(.*?)</figcaption>", figure, re.DOTALL)
        assert caption, name
        assert re.search(r"\d", caption[1]), name
        assert re.search(r"<details>.*<table>.*<tbody>\s*<tr>.*</details>", figure, re.DOTALL), name
        assert f'aria-labelledby="{name}-title {name}-about"' in figure


def test_nothing_comes_from_elsewhere(text):
    for tag, attrs, _ in Tree(text).elements:
        assert tag not in ("script", "link", "iframe", "object", "embed")
        for key in ("src", "srcset", "data", "style"):
            assert "http" not in (attrs.get(key) or ""), (tag, attrs)
    assert not re.search(r"@import|url\((?!#)", text)
    assert len(text.encode()) < 1e6


def test_ids_are_unique_and_every_reference_finds_its_own(text):
    ids = [attrs["id"] for _, attrs, _ in Tree(text).elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    asked = set(re.findall(r'(?:href="#|url\(#)([^")]+)', text))
    assert asked
    assert asked <= set(ids)


def test_writing_leaves_files_for_a_paper_and_again_the_same(tmp_path):
    ledger = make_ledger(tmp_path, tasks=("adding",), names=("standard", "gru"), draws=6)
    path = page.write(ledger)
    assert path == tmp_path / "report.html"
    for tag, attrs, _ in Tree(path.read_text(encoding="utf-8")).elements:
        link = attrs.get("href", "#")
        if tag == "a" and not link.startswith("#"):
            assert (tmp_path / link).exists(), link
    assert "gru" in (tmp_path / "verdicts.tex").read_text()
    assert "Wilcoxon" in (tmp_path / "methods.txt").read_text()
    drawn = sorted((tmp_path / "figures" / "report").iterdir())
    before = [file.read_bytes() for file in (path, *drawn)]
    assert {file.suffix for file in drawn} == {".pdf", ".png"}
    page.write(ledger)
    assert [file.read_bytes() for file in (path, *drawn)] == before


def test_links_lead_to_runs_in_mlflow_and_are_web_addresses(text):
    links = [a["href"] for tag, a, _ in Tree(text).elements if tag == "a" and "href" in a]
    assert links.count(RUN) == 2  # beside the answer, and in the list of runs
    assert "javascript" not in text


def test_the_numbers_of_a_figure_are_those_of_matplotlib(text):
    assert ">0.005</text>" in figures(text)["marginal-adding-lr"]

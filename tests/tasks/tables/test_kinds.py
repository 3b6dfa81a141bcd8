"""Every kind of data in docs/own-data.md is read, or refused with advice that works."""

import shlex

import pytest
from helpers.drawing import rng
from helpers.kinds import DOCS, kinds, page

from gatelab import tasks
from gatelab.tasks import TaskError

KINDS = [kind for rows in kinds().values() for kind in rows]


def named(kind):
    return f"{kind.what}-{kind.override}".replace(" ", "_")


@pytest.mark.parametrize("kind", KINDS, ids=named)
def test_data_are_read_or_refused(kind, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    kind.write(tmp_path)
    if not kind.refused:
        task = tasks.make(kind.typed())
        assert "; ".join(task.notes) == kind.noted
        _first_row(task, kind)
        return
    with pytest.raises(TaskError) as refusal:
        tasks.make(kind.typed())
    assert str(refusal.value).removeprefix(kind.file).lstrip(": ") == kind.refused


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.override], ids=named)
def test_an_override_works_as_a_shell_passes_it_on(kind, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    kind.write(tmp_path)
    (typed,) = shlex.split(kind.typed(kind.override))
    task = tasks.make(typed)
    _first_row(task, kind)
    task.splits(rng())


def test_the_docs_are_the_list():
    anew = "PYTHONPATH=tests python -m helpers.kinds writes docs/own-data.md anew"
    assert DOCS.read_text(encoding="utf-8") == page(), anew


def _first_row(task, kind):
    if kind.first:
        assert tuple(task.rows[0]) == pytest.approx(kind.first, rel=1e-12)

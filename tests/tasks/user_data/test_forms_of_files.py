"""A text may hold a table, prose or a sequence per row: what it holds decides, not its suffix."""

import numpy as np
import pytest
from helpers.drawing import rng
from helpers.refusals import refused
from helpers.tables import table

from gatelab import tasks
from gatelab.tasks import TaskError
from gatelab.tasks.user_data.forms import rows_share
from gatelab.tasks.user_data.from_files import READERS
from gatelab.tasks.user_data.prose import Prose
from gatelab.tasks.user_data.series import Series
from gatelab.tasks.user_data.spelled import SUFFIXES

SHORT = "window=9,horizon=3"
PROSE = """In 1984, he said, nothing happened; in 1985, too.
Chapter 2. "Where," she asked, "are the 12 spoons?"

- one, two, three
1, 2, 3, go! The rest was silence.
"""


def rows(n=30, names=(), seed=0):
    draw = rng(seed)
    lines = [",".join(map(repr, map(float, draw.normal(size=9)))) for _ in range(n)]
    lines = [f"{'ab'[i % 2]},{line}" for i, line in enumerate(lines)]
    return "\n".join([*([",".join(names)] if names else []), *lines]) + "\n"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_called_txt_is_a_table(separator, folder):
    table().to_csv("load.txt", index=False, sep=separator)
    word = {",": "comma", ";": "semicolon", "\t": "tab"}[separator]
    task = tasks.make(f"load.txt:separator={word},{SHORT}")
    assert isinstance(task, Series)
    assert np.array_equal(task.rows, tasks.make(f"load.csv:{SHORT}").rows)
    assert isinstance(tasks.make(f"load.txt:form=table,separator={word},{SHORT}"), Series)


def test_prose_stays_prose(folder):
    (folder / "book.txt").write_text(PROSE * 200, encoding="utf-8")
    assert isinstance(tasks.make("book.txt"), Prose)
    table().to_csv("load.txt", index=False)
    assert isinstance(tasks.make("load.txt:form=text,length=8"), Prose)
    assert isinstance(tasks.make("load.txt:length=8"), Prose)  # an option of texts alone
    with refused(TaskError, "unknown option of book.txt 'window'"):
        tasks.make("book.txt:window=8,length=8")


def test_what_may_be_both_is_refused_and_the_advice_works(folder):
    (folder / "log.txt").write_text("so he said\n1.5,2.5\n" * 4000)
    with refused(TaskError, 'log.txt may be a table or a text, .* form="table" or form="text"'):
        tasks.make("log.txt")
    assert isinstance(tasks.make('log.txt:form="text",length=9'), Prose)
    with refused(TaskError, "log.txt.*"):
        tasks.make("log.txt:form=table")
    with refused(
        TaskError, "log.txt has one of the forms table, text, sequences, got form='prose'"
    ):
        tasks.make("log.txt:form=prose")


@pytest.mark.parametrize(
    ("text", "share"),
    [
        (PROSE, 0),
        ("a,b\n1,2\n3,4\n5,6\n", 1),
        ("when;price\n2023-01-01 10:00;$12.5\n2023-01-01 11:00;?\n2023-01-01 12:00;5%\n", 1),
        ("1.5 2.5\n3.5 4.5\n5.5 6.5\n", 1),
        ("load\n1.5\n2.5\n3.5\n", 1),
        ("ham\tgo now\nspam\twin a prize\nham\tok\n", 0),
        ('{"a": 1, "b": 2}\n{"a": 3, "b": 4}\n{"a": 5, "b": 6}\n', 0),
        ("To be\nor not\nto be\n", 0),
        ("", 0),
    ],
)
def test_lines_look_like_rows_or_do_not(text, share):
    assert rows_share(text) == share


@pytest.mark.parametrize("suffix", [".csv", ".txt", ".tsv"])
def test_files_of_the_ucr_archive_are_sequences_with_their_test(suffix, folder):
    mark = "\t" if suffix == ".tsv" else ","
    (folder / f"Made_TRAIN{suffix}").write_text(rows(20).replace(",", mark))
    (folder / f"Made_TEST{suffix}").write_text(rows(12, seed=1).replace(",", mark))
    task = tasks.make(f"Made_TRAIN{suffix}")
    tasks.check_task(task)
    assert (task.name, task.labels, task.kind) == ("Made", ("a", "b"), "classification")
    assert task.test.x.shape == (12, 9, 1)
    assert tasks.make(f"Made_TRAIN{suffix}:validation=none").validation == "none"


def test_a_sequence_per_row_is_refused_as_a_table_and_the_advice_works(folder):
    names = ["label", *(f"t{i}" for i in range(9))]
    (folder / "rows.csv").write_text(rows(names=names))
    with refused(TaskError, r"rows.csv has 9 numbered columns and 'label': .* form=\"sequences\""):
        tasks.make("rows.csv")
    task = tasks.make('rows.csv:form="sequences"')
    tasks.check_task(task)
    assert (task.labels, task.batch.x.shape) == (("a", "b"), (30, 9, 1))
    assert tasks.make("rows.csv:label=first").labels == ("a", "b")
    (folder / "nameless.csv").write_text(rows())
    with refused(TaskError, r"nameless.csv has no names .* 10 cells; .* form=\"sequences\""):
        tasks.make("nameless.csv")
    assert tasks.make("nameless.csv:form=sequences").labels == ("a", "b")
    numbers = "y,a1,a2,a3\n" + "".join(f"{i},{i},2,3\n" for i in range(30))
    (folder / "numbers.csv").write_text(numbers)
    task = tasks.make("numbers.csv:form=sequences,kind=regression")
    assert (task.kind, task.batch.y[:, 0].tolist()) == ("regression", [*range(30)])
    with refused(TaskError, "kind of rows must be classification or regression, got 'series'"):
        tasks.make("numbers.csv:form=sequences,kind=series")


def test_a_table_of_moments_with_numbered_columns_is_a_table_if_said(folder):
    frame = table().reset_index(drop=True)
    wide = {f"s{k}": frame["load"] + k for k in range(9)} | {"class": frame["load"] > 0}
    frame.iloc[:, :1].assign(**{k: v.astype(float) for k, v in wide.items()}).to_csv("wide.csv")
    columns = ",".join(f"s{k}" for k in range(9))
    with refused(TaskError, 'form="sequences"; if each row is a moment, form="table"'):
        tasks.make("wide.csv")
    assert tasks.make(f"wide.csv:form=table,columns={columns},{SHORT}").inputs == 9
    assert tasks.make(f"wide.csv:columns={columns},{SHORT}").inputs == 9  # options of tables alone


def test_a_file_is_known_by_the_suffixes_that_there_are_readers_for():
    assert [*READERS] == [*SUFFIXES]

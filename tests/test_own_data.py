"""Tasks out of files that somebody brings: a table, a text, arrays."""

import re
from itertools import islice

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tasks
from studies.compare import main
from tasks import METRICS, TaskError
from tasks.__main__ import main as show
from tasks.own_files import name_of
from tasks.prose import Prose
from tasks.series import Series
from tasks.typed import task_of

processes = pytest.mark.xdist_group("studies")


def rng(seed=0):
    return np.random.default_rng(seed)


def table(n=200):
    """Hours with a date, a load and a temperature."""
    return pd.DataFrame(
        {
            "date": pd.date_range("2020-01-01", periods=n, freq="h").astype(str),
            "load": np.sin(np.arange(n) / 4) + 0.3 * rng(1).standard_normal(n),
            "temperature": rng(2).standard_normal(n).cumsum(),
        }
    )


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A working folder with load.csv in it."""
    monkeypatch.chdir(tmp_path)
    table().to_csv("load.csv", index=False)
    return tmp_path


# A table -----------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=60)
@given(
    st.integers(1, 20), st.integers(1, 9), st.integers(1, 5), st.integers(0, 60), st.integers(0, 99)
)
def test_windows_and_targets_are_rows_of_their_own_split(window, horizon, stride, more, seed):
    n = 5 * (window + horizon) + more
    load = rng(seed).standard_normal(n)
    row = np.arange(n, dtype=float)  # is no target, so that every step says which row it is
    options = {"window": window, "horizon": horizon, "stride": stride}
    task = Series(np.stack([row, load], 1), ["row", "load"], ["load"], **options)
    splits = task.splits(rng())
    parts = dict(zip(splits._fields, (splits.train.batch, splits.valid, splits.test), strict=True))
    edges = {"train": (0, n * 3 // 5), "valid": (n * 3 // 5, n * 4 // 5), "test": (n * 4 // 5, n)}
    seen = slice(*edges["train"])
    for name, batch in parts.items():
        read = np.rint(batch.x[..., 0] * row[seen].std() + row[seen].mean()).astype(int)
        assert (np.diff(read) == 1).all()
        first, last = read[:, 0], read[:, -1]
        assert (np.diff(first) == stride).all()
        assert first[0] == edges[name][0]
        assert edges[name][1] - stride <= last[-1] + horizon < edges[name][1]
        change = load[last[:, None] + 1 + np.arange(horizon)] - load[last][:, None]
        assert batch.y == pytest.approx(change / load[seen].std(), abs=1e-5)
        assert batch.x[..., 1] == pytest.approx(
            (load[read] - load[last][:, None]) / load[seen].std(), abs=1e-5
        )


def test_a_csv_is_a_task_in_one_line(folder):
    task = tasks.from_csv("load.csv", targets="load", window=12, horizon=4, season=6, epochs=3)
    tasks.check_task(task)
    assert (task.name, task.columns, task.targets) == ("load", ("load", "temperature"), ("load",))
    assert (task.inputs, task.outputs, task.ahead, task.epochs) == (2, 4, 4, 3)
    splits, load = task.splits(rng()), table().load.to_numpy()
    score, y = METRICS["mse"].score, splits.test.y
    baselines = task.baselines(splits)
    assert baselines["last value"] == pytest.approx(float(np.square(y).mean()))
    last = 160 + 11 + np.arange(len(y))
    again = load[last[:, None] - 5 + np.arange(4)] - load[last][:, None]
    want = score((again / load[:120].std()).astype(np.float32), y, None)
    assert baselines["6 rows before"] == pytest.approx(want, rel=1e-5)
    assert 0 < baselines["linear"] < baselines["last value"]


def test_every_column_is_a_target_if_none_is_named_and_horizons_are_row_by_row(folder):
    task = tasks.from_csv("load.csv", window=5, horizon=3)
    y = task.splits(rng()).test.y[0].reshape(3, 2)
    rows = table()[["load", "temperature"]].to_numpy()
    assert y == pytest.approx((rows[165:168] - rows[164]) / rows[:120].std(0), abs=1e-5)


def test_dates_and_row_numbers_are_left_out_and_other_separators_understood(folder):
    frame = table()
    frame.to_csv("numbered.csv")
    frame.to_csv("tabs.tsv", sep="\t", index=False, encoding="utf-8-sig")
    frame.to_csv("semicolons.csv", sep=";", index=False)
    first, *others = (
        tasks.from_file(name, window=5, **more)
        for name, more in [
            ("load.csv", {}), ("numbered.csv", {}), ("tabs.tsv", {}),
            ("semicolons.csv", {"separator": ";"}),
        ]
    )  # fmt: skip
    for task in others:
        assert task.columns == ("load", "temperature")
        assert np.array_equal(task.rows, first.rows)


LINES = {
    "head.csv": "a,b\n",
    "headless.csv": "1,2\n3,4\n",
    "word.csv": "a,b\n1,2\n3,x\n",
    "hole.csv": "a,b\n1,2\n,4\n",
    "gap.csv": "a,b\n1,2\n\n3,4\n",
    "huge.csv": "a,b\n1,2\n3,inf\n",
    "truth.csv": "a,b\n1,True\n",
    "twice.csv": "a,a\n1,2\n",
    "nameless.csv": "a,\n1,2\n",
    "semicolon.csv": "a;b\n1;2\n",
    "ragged.csv": "a,b\n1,2\n1,2,3\n",
    "wide.csv": "a,b\n1,2,3\n1,2,3\n",
    "dates.csv": "day\n2020-01-01\n",
    "short.csv": "a\n" + "1\n2\n" * 20,
    "still.csv": "a,b\n" + "".join(f"{i},7\n" for i in range(100)),
    "nothing.csv": "",
    "blank.txt": " \n",
    "brief.txt": "to be or not to be",
    "notes.md": "text",
}


@pytest.fixture
def bad(folder):
    for name, lines in LINES.items():
        (folder / name).write_text(lines)
    (folder / "latin.txt").write_bytes("naïve".encode("latin-1"))
    (folder / "broken.npz").write_bytes(b"PK\x03\x04 no archive")
    (folder / "some.csv").mkdir()
    x, y = rng().standard_normal((20, 3, 1)), np.arange(20) % 2
    np.savez("objects.npz", x=np.array([{}, 1], object), y=y)
    np.savez("answerless.npz", x=x)
    np.savez("misspelt.npz", x=x, y=y, length=y)
    np.savez("flat.npz", x=x[..., 0], y=y)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("laod.csv", r"no file laod.csv, looked for /.*/laod.csv; did you mean load.csv"),
        ("some.csv", "is a folder"),
        ("nothing.csv", "nothing.csv is empty"),
        ("head.csv", "holds no rows"),
        ("headless.csv", "the first line must name the columns, got 1, 2"),
        ("word.csv", r"column 'b', row 2 \(line 3\) is 'x', no finite number"),
        ("hole.csv", r"column 'a', row 2 \(line 3\) is missing"),
        ("gap.csv", r"column 'a', row 2 \(line 3\) is missing"),
        ("huge.csv", r"column 'b', row 2 \(line 3\) is 'inf', no finite number"),
        ("truth.csv", r"column 'b', row 1 \(line 2\) is 'True'"),
        ("twice.csv", "two columns are called 'a'"),
        ("nameless.csv", "column 2 has no name"),
        ("semicolon.csv", "separator=';'"),
        ("ragged.csv", "Expected 2 fields in line 3, saw 3"),
        ("wide.csv", "more values than the first line has names"),
        ("dates.csv", "holds no column of numbers"),
        ("short.csv", r"short.csv: 40 rows leave 24 .*, 8 .*, 8 .*window \+ horizon, 60"),
        ("still.csv:window=5,horizon=2", "column 'b' never changes in the training rows"),
        ("load.csv:columns=load,temprature", "unknown column 'temprature'; did you mean temp"),
        ("load.csv:columns=date", r"column 'date', row 1 \(line 2\) is '2020"),
        ("load.csv:columns=load,targets=temperature", "unknown target 'temperature'; known: load"),
        ("load.csv:columns=load,load", "each once"),
        ("load.csv:window=99,horizon=9", r"window \+ horizon, 108, must fit"),
        ("load.csv:window=0", "window must be a whole number of at least 1"),
        ("load.csv:window=9,season=10", "season is 10: at most the window"),
        ("load.csv:widnow=9", "unknown option of load.csv 'widnow'; did you mean window"),
        ("load.csv:window", "cannot read 'window'"),
        ("load.csv:", "cannot read ''"),
        ("notes.md", "ends with .csv, .tsv, .txt, .npz"),
        ("folder/load", "ends with .csv, .tsv, .txt, .npz"),
        ("blank.txt", "blank.txt is empty"),
        ("brief.txt", "18 characters leave 16 to train on"),
        ("latin.txt", "latin.txt is not UTF-8: byte 2 is 0xef"),
        ("broken.npz", "is no .npz file, or a broken one"),
        ("objects.npz", "holds Python objects"),
        ("answerless.npz", "holds no array 'y'"),
        ("misspelt.npz", "unknown array 'length'; did you mean lengths"),
        ("flat.npz", r"flat.npz: x must be \(N, T, D\)"),
    ],
)
def test_what_is_wrong_with_a_file_is_one_line_before_anything_is_written(
    text, complaint, bad, folder, capsys
):
    before = sorted(folder.rglob("*"))
    assert main(["--tasks", text, "--variants", "gru", "--out", "out"]) == 2
    said = capsys.readouterr().err
    assert re.search(complaint, said)
    assert said.count("\n") == 1
    assert show([text]) == 2
    assert sorted(folder.rglob("*")) == before


def test_a_table_whose_windows_have_no_room_is_refused():
    rows = np.broadcast_to(np.arange(10_000_000.0)[:, None], (10_000_000, 1))
    with pytest.raises(TaskError, match=r"the windows take 2.2 GiB; stride=2 takes fewer"):
        Series(rows, ["a"], ["a"], window=48, horizon=12)


# A text ------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 2000), st.integers(2, 8), st.integers(1, 7), st.integers(0, 99))
def test_no_character_of_a_split_is_read_or_asked_for_in_another(more, length, rows, seed):
    symbols = rng(seed).choice([*"abcd\n"], 700 + more)
    held_out = len(symbols) // 10
    symbols[-1] = symbols[-3 * held_out // 2] = "é"  # in test and validation, not in training
    text = "".join(symbols)
    task = Prose(text, length=length)
    train, valid, test = np.split([*text], [len(text) - 2 * held_out, len(text) - held_out])
    letters = np.array([*task.alphabet, "?"])  # of what is read as nothing and never asked for
    splits = task.splits(rng())

    def spelled(batch):
        read = letters[np.where(batch.x.any(-1), batch.x.argmax(-1), -1)]
        return read, letters[batch.y]

    for part, batch in ((valid, splits.valid), (test, splits.test)):
        read, asked = spelled(batch)
        n, steps = read.shape
        part = np.where(part == "é", "?", part)
        assert n * steps + n > len(part) - 1 - n  # nothing but a rest is left out
        for k in range(n):
            assert "".join(read[k]) == "".join(part[k * steps : (k + 1) * steps])
            assert "".join(asked[k]) == "".join(part[k * steps + 1 : (k + 1) * steps + 1])
    for batch in islice(splits.train.batches(rng(seed), rows), 20):
        for read, asked in zip(*spelled(batch), strict=True):
            assert "".join([*read, asked[-1]]) in "".join(train)


def test_a_text_is_a_task_in_one_line(folder):
    words = rng().choice("the quick brown fox, naïve, jumps over a lazy dog\n".split(" "), 2000)
    (folder / "A book.txt").write_text(" ".join(words) + " ŁŁ the", encoding="utf-8")
    task = tasks.from_text("A book.txt", length=20)
    tasks.check_task(task)
    assert task.name == "A_book"
    assert task.alphabet == "".join(sorted({*"".join(words), " "}))
    splits = task.splits(rng())
    assert (splits.test.y == -1).sum() == 2
    pair, triple = (task.baselines(splits)[name] for name in ("pair", "triple"))
    assert 0 < triple < pair < np.log(task.outputs)


# Arrays ------------------------------------------------------------------------------------------


def test_arrays_come_back_from_a_file(folder):
    x, lengths = rng().standard_normal((20, 5, 2)), 1 + np.arange(20) % 5
    np.savez("mine.npz", x=x, y=x.sum((1, 2)), lengths=lengths, kind="regression")
    task = tasks.from_npz("mine.npz", epochs=4)
    tasks.check_task(task)
    same = tasks.from_arrays(x, x.sum((1, 2)), lengths, "regression", "mine", epochs=4)
    assert task.options() == same.options()
    assert (task.kind, task.outputs) == ("regression", 1)
    for one, other in zip(task.batch, same.batch, strict=True):
        assert np.array_equal(one, other)
    np.savez("classes.npz", x=x, y=np.arange(20) % 2)
    assert tasks.from_npz("classes.npz").kind == "classification"


# On the command line -----------------------------------------------------------------------------


def test_paths_keep_their_colons_and_commas_and_columns_are_a_list(folder):
    odd = folder / "a:b=1,c.csv"
    (folder / "load.csv").rename(odd)
    task = task_of(f"{odd}:columns=load,temperature,window=7,targets=load,name=mine,horizon=2")
    assert (task.columns, task.targets, task.name) == (("load", "temperature"), ("load",), "mine")
    assert (task.window, task.horizon) == (7, 2)
    odd.rename("load.csv")
    assert task_of("load.csv:window=7,name=other.csv").name == "other.csv"
    assert task_of("adding:length=9,epochs=2").options()["length"] == 9


@pytest.mark.parametrize(
    ("stem", "name"), [("load", "load"), ("2019-load v1.2", "_2019_load_v1_2"), ("été", "été")]
)
def test_a_name_is_an_identifier(stem, name, tmp_path):
    assert name_of(tmp_path / f"{stem}.csv") == name


@processes
def test_a_study_of_a_csv_resumes_and_knows_when_the_file_has_changed(folder, capsys):
    words = ["--tasks", "load.csv:window=12,horizon=4,columns=load", "--variants", "gru",
             "--trials", "2", "--finals", "0", "--out", "out", "--quiet",
             "--set", "updates=5", "hidden=4", "batch=8"]  # fmt: skip
    assert main(words) == 0
    first = (folder / "out" / "trials.csv").read_text()
    assert first.count("load,gru,") == 2
    assert main(words) == 0
    assert (folder / "out" / "trials.csv").read_text() == first
    frame = table()
    frame.loc[180, "load"] += 1
    frame.to_csv("load.csv", index=False)
    capsys.readouterr()
    assert main(words) == 2
    assert re.fullmatch(r"error: out has other settings: .*load.*data.*\n", capsys.readouterr().err)
    assert (folder / "out" / "trials.csv").read_text() == first

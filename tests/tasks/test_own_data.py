"""Tasks out of files that somebody brings: a table, a text, arrays."""

import re
from itertools import islice

import numpy as np
import pandas as pd
import pytest
from helpers.command import command
from hypothesis import given, settings
from hypothesis import strategies as st

from gatelab import tasks
from gatelab.tasks import METRICS, TaskError
from gatelab.tasks.shared.characters import in_rows, ngrams
from gatelab.tasks.user_data.own_files import name_of
from gatelab.tasks.user_data.prose import Prose
from gatelab.tasks.user_data.series import Series

main, show = command("compare"), command("tasks")

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


def test_what_only_might_be_a_date_is_never_left_out(folder):
    """A column that is neither read nor plainly a date is refused by name."""
    for value in ("1,5", "12,3", "1,100", "1-2", "5/7", "10 A", "12h", "M5", "1.5.2", "2020-13-45"):
        (folder / "odd.csv").write_text("load;other\n" + f"{value};1\n" * 9)
        with pytest.raises(TaskError, match=f"column 'load', row 1 .line 2. is '{value}'"):
            tasks.from_csv("odd.csv", separator=";")
    (folder / "odd.csv").write_text("load,other\n" + "2020-01-01,1\n" * 3 + "x,1\n")
    with pytest.raises(TaskError, match="column 'load', row 1"):
        tasks.from_csv("odd.csv")


@pytest.mark.parametrize(
    "date",
    ["2020-01-05", "5.1.2020 13:00", "31/12/2020", "2020/1/5T07:15:00Z", "12:30", "9:15:10.5 PM",
     "2020-01-05 00:00:00+01:00", "5-Jan-2020"],
)  # fmt: skip
def test_what_is_plainly_a_date_is_left_out(date, folder):
    lines = "".join(f"{date},{i % 7}\n" for i in range(99))
    (folder / "dated.csv").write_text("when,load\n" + lines + ",3\n")
    assert tasks.from_csv("dated.csv", window=5, horizon=2).columns == ("load",)


@pytest.mark.parametrize("options", ["decimal=comma", r"separator=semicolon,decimal=comma"])
def test_commas_as_decimals_are_read(options, folder):
    table().to_csv("european.csv", sep=";", decimal=",", index=False)
    plain, european = (
        tasks.make(f"{file}:window=5{more}")
        for file, more in [("load.csv", ""), ("european.csv", f",{options}")]
    )
    assert european.columns == ("load", "temperature")
    assert np.array_equal(european.rows, plain.rows)
    words = (folder / "european.csv").read_text().replace(";", "\t")
    (folder / "tabs.csv").write_text(words)
    tabbed = tasks.make(r"tabs.csv:separator=\t,decimal=comma,window=5")
    assert np.array_equal(tabbed.rows, plain.rows)
    # What is left after one cell that is no number is read with the same decimals.
    (folder / "tabs.csv").write_text(words + "2020-01-01\t1,5\t1.5\n")
    with pytest.raises(TaskError, match=r"column 'temperature', row 201 .* is '1.5'"):
        tasks.from_csv("tabs.csv", separator="tab", decimal=",")


@pytest.mark.parametrize(("horizon", "grown"), [(48, True), (49, False)])
def test_trees_forecast_no_further_than_they_are_worth(horizon, grown):
    rows = rng().standard_normal((300, 1))
    task = Series(rows, ["a"], ["a"], window=4, horizon=horizon)
    assert ("boosting" in task.baselines(task.splits(rng()))) == grown


LINES = {
    "head.csv": "a,b\n",
    "dated.csv": "2020-01-01,1.5\n2020-01-02,2.5\n",
    "european.csv": "2020-01-01;1,5\n2020-01-02;2,5\n",
    "commas.csv": "day;a\n2020-01-01;1,5\n2020-01-02;2,5\n",
    "lower.csv": "\na,b\n1,2\n",
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
        ("dated.csv", "the first line must name the columns, got 2020-01-01, 1.5"),
        ("european.csv:separator=;", "the first line must name the columns, got 2020-01-01, 1,5"),
        ("commas.csv:separator=;", r"column 'a', row 1 .* is '1,5', .*decimal=','"),
        ("commas.csv:separator=;,decimal=;", "decimal must be '.' or ','"),
        ("lower.csv", "the first line is blank; it must name the columns"),
        ("load.csv:separator=2", "separator must be one character .*, got 2"),
        ("load.csv:separator=||", r"separator must be one character .*, got '\|\|'"),
        (r"load.csv:separator=\t", "one column, 'date,load,temperature': is it separator=','"),
        ("load.csv:path=3", "unknown option of load.csv 'path'"),
        ("adding:task=3", "unknown option of adding 'task'"),
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


@settings(deadline=None, max_examples=30)
@given(st.integers(2, 6), st.integers(4, 400), st.integers(1, 5), st.integers(0, 99))
def test_what_is_counted_where_it_occurs_is_what_whole_tables_say(K, n, rows, seed):
    text, held_out = rng(seed).integers(K, size=n), rng(seed + 1).integers(K, size=60)
    test = in_rows(held_out, K, rows)
    tables = whole_tables(text, test)
    for name, found in ngrams(text, test).items():
        want = np.take_along_axis(tables[name], test.y[..., None], -1)[..., 0]
        assert found == pytest.approx(want, abs=1e-12)
        assert np.exp(tables[name]).sum(-1) == pytest.approx(1)


def whole_tables(text, test):
    """{name: log probabilities (N, T, K)}, by counting all K^2 pairs and K^3 triples."""
    K, after = test.x.shape[-1], test.x.argmax(-1)
    singles, pairs, triples = np.zeros(K), np.zeros((K, K)), np.zeros((K, K, K))
    np.add.at(singles, text, 1)
    np.add.at(pairs, (text[:-1], text[1:]), 1)
    np.add.at(triples, (text[:-2], text[1:-1], text[2:]), 1)
    one = (singles + 1) / (len(text) + K)
    two = (pairs + K * one) / (pairs.sum(1, keepdims=True) + K)
    three = (triples + K * two) / (triples.sum(2, keepdims=True) + K)
    pair = np.log(two)[after]
    triple = np.concatenate([pair[:, :1], np.log(three)[after[:, :-1], after[:, 1:]]], 1)
    return {"character": np.log(np.broadcast_to(one, pair.shape)), "pair": pair, "triple": triple}


def test_a_text_of_many_kinds_of_characters_has_baselines_and_too_many_are_refused():
    kinds = [chr(0x4E00 + i) for i in range(4000)]
    text = "".join(rng().choice(kinds[:1471], 20_000))
    task = Prose(text)
    scores = task.baselines(task.splits(rng()))
    assert scores["triple"] == pytest.approx(np.log(1471), rel=0.05)
    with pytest.raises(TaskError, match=r"200000 .* of 4000 kinds, take 3.0 GiB; give a shorter"):
        Prose("".join(kinds) * 500)


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


@pytest.mark.parametrize("kind", ["classification", "series"])
def test_scale_is_that_of_the_training_sequences_if_asked_for(kind, folder):
    x = 50 + 9 * rng().standard_normal((40, 5, 3))
    x[..., 2] = 7  # never changes
    lengths = np.where(np.arange(40) % 2, 3, 5)
    y = np.arange(40) % 2 if kind == "classification" else x[..., :1]
    np.savez("mine.npz", x=x, y=y, lengths=lengths, kind=kind)
    plain, scaled = tasks.make("mine.npz"), tasks.make("mine.npz:standardise=True")
    assert not plain.options()["standardise"]
    before, after = plain.splits(rng()), scaled.splits(rng())
    assert before.test.x[before.test.valid()].mean() > 30
    seen = before.train.batch.x[before.train.batch.valid()].astype(float)
    for one, other in zip(
        (before.train.batch, before.valid, before.test),
        (after.train.batch, after.valid, after.test),
        strict=True,
    ):
        want = (one.x - seen.mean(0)) / np.array([*seen.std(0)[:2], 1])
        assert other.x == pytest.approx(np.where(one.valid()[..., None], want, 0), abs=1e-4)
        assert np.array_equal(one.y, other.y, equal_nan=kind == "series")
    assert 0 < abs(after.test.x[after.test.valid()][:, :2].mean()) < 1
    with pytest.raises(TaskError, match="standardise must be bool"):
        tasks.make("mine.npz:standardise=2")


# On the command line -----------------------------------------------------------------------------


def test_paths_keep_their_colons_and_commas_and_columns_are_a_list(folder):
    odd = folder / "a:b=1,c.csv"
    (folder / "load.csv").rename(odd)
    task = tasks.make(f"{odd}:columns=load,temperature,window=7,targets=load,name=mine,horizon=2")
    assert (task.columns, task.targets, task.name) == (("load", "temperature"), ("load",), "mine")
    assert (task.window, task.horizon) == (7, 2)
    odd.rename("load.csv")
    assert tasks.make("load.csv:window=7,name=other.csv").name == "other.csv"
    assert tasks.make("adding:length=9,epochs=2").options()["length"] == 9


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

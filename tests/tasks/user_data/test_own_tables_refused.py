"""What is wrong with a table is one line, before anything is written."""

import re

import numpy as np
import pytest
from helpers.command import command
from helpers.drawing import rng

from gatelab.tasks import TaskError
from gatelab.tasks.user_data.series import Series

main, show = command("compare"), command("tasks")
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
    "truth.csv": "a,b\n1,True\n2,1\n3,False\n4,True\n",
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
    np.savez("flat.npz", x=x[..., None], y=y)


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
        ("commas.csv:separator=;", r"2 rows leave 1 .*window \+ horizon, 60"),
        ("commas.csv:separator=;,decimal=;", "decimal must be '.' or ','"),
        ("lower.csv", r"1 rows leave 0 .*window \+ horizon, 60"),
        ("load.csv:separator=2", "separator must be one character .*, got 2"),
        ("load.csv:separator=||", r"separator must be one character .*, got '\|\|'"),
        (
            r"load.csv:separator=\t",
            "one column, 'date,load,temperature': is it separator=\"comma\"",
        ),
        ("load.csv:path=3", "unknown option of load.csv 'path'"),
        ("adding:task=3", "unknown option of adding 'task'"),
        ("word.csv", r"column 'b', row 2 \(line 3\) is 'x', no finite number"),
        ("hole.csv", r"column 'a', row 2 \(line 3\) is missing"),
        ("gap.csv", r"column 'a', row 2 \(line 3\) is missing"),
        ("huge.csv", r"column 'b', row 2 \(line 3\) is 'inf', no finite number"),
        ("truth.csv", r"column 'b', row 1 .* is 'True', no finite number"),
        ("twice.csv", "two columns are called 'a'"),
        ("nameless.csv", "column 2 has no name"),
        ("semicolon.csv:separator=comma", "one column, 'a;b': is it separator=\"semicolon\""),
        ("ragged.csv", r"row 2 \(line 3\) has more cells than there are names, 3 and 2"),
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

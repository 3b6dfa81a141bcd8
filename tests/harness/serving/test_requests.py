"""Bodies of requests: what is read as what, and what is refused."""

import json
import math

import pandas as pd
import pytest
from helpers.in_use import hours

from gatelab.errors import GatelabError
from gatelab.serving import requests


def rows(n=6):
    """The latest hours as a frame."""
    table = hours(n)
    frame = table.frame().reset_index(names="date")
    return frame.assign(date=frame["date"].astype(str))


def answer(fitted, given, kind="", **options):
    body = given if isinstance(given, bytes) else json.dumps(given).encode()
    return requests.answer(fitted, body, kind, options)


def refusal(fitted, given, kind=""):
    with pytest.raises(GatelabError) as refused:
        answer(fitted, given, kind)
    return str(refused.value)


def test_rows_come_as_csv_or_json_alike(forecaster):
    csv = rows().to_csv(index=False)
    expected = answer(forecaster, csv.encode())["answer"]
    assert [row["time"] for row in expected] == ["2024-01-01T06:00:00", "2024-01-01T07:00:00"]
    assert expected[0]["load, last value"] == 105
    records = rows().to_dict("records")
    for same in (
        csv.replace("\n", "\r\n").encode(), b"\xef\xbb\xbf" + csv.encode(),
        csv.replace(",", ";").encode(), {"rows": records}, records,
        {"rows": rows().to_dict("list")},
    ):  # fmt: skip
        assert answer(forecaster, same)["answer"] == expected


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (rows(3).to_csv(index=False).encode(), "3 rows: the network reads the last 4"),
        (rows().to_csv(index=False).replace("\n", "").encode(), "--data-binary"),
        (rows().drop(columns="load").to_csv(index=False).encode(), "load"),
        (rows().drop(columns="date").to_csv(index=False).encode(), "date"),
        (rows().drop(index=3).to_csv(index=False).encode(), "2 hours after row 3"),
        (rows()[::-1].to_csv(index=False).encode(), "sort=True"),
        (rows().assign(load=[1, 2, 3, 4, 5, None]).to_csv(index=False).encode(), "missing"),
        ({"rows": rows().assign(load=[1, 2, 3, 4, 5, None]).to_dict("records")}, "missing"),
        ({"rows": []}, "rows are objects"),
        ({"rows": [[1, 2]]}, "rows are objects"),
        ({"rows": {"load": [1], "temperature": [1, 2]}}, "rows are objects"),
        ({"x": 1}, "must be an object with 'rows'"),
        ({"rows": [], "n": 1}, "holds 'n' beside 'rows'"),
        (3, "must be an object with 'rows'"),
        (b"{", "no JSON"),
    ],
)
def test_rows_that_do_not_fit_are_refused_in_a_line(forecaster, given, said):
    found = refusal(forecaster, given, "application/json" if given == 3 else "")
    assert said in found
    assert "\n" not in found
    assert "/tmp" not in found


def test_options_of_reading_come_in_the_address(forecaster):
    newest_first = rows()[::-1].to_csv(index=False).encode()
    found = answer(forecaster, newest_first, sort="True")
    assert found["answer"] == answer(forecaster, rows().to_csv(index=False).encode())["answer"]
    assert any("time order" in note for note in found["notes"])


def test_sequences(classifier):
    two = answer(classifier, {"sequences": [[[1, 2], [3, 4]], [[5, 6]]]})["answer"]
    one = answer(classifier, {"sequence": [[1, 2], [3, 4]]})["answer"]
    assert one == two[:1]
    assert two[1]["sequence"] == 1
    assert math.isclose(two[1]["calm"] + two[1]["storm"], 1)
    assert "sent as JSON" in refusal(classifier, b"1,2")
    assert "holds 'steps' beside" in refusal(classifier, {"sequence": [[1, 2]], "steps": 3})


def test_texts(reader, namer):
    (said,) = answer(reader, b"abab")["answer"]
    assert answer(reader, {"text": "abab"})["answer"] == [said]
    assert answer(reader, {"texts": ["abab", "b"]})["answer"][0] == said
    assert answer(namer, b"abc")["answer"][0].keys() == {"predicted", "x", "y"}
    assert "holds 'steps' beside" in refusal(namer, {"text": "a", "steps": 3})


def test_a_text_goes_on(reader):
    given = {"text": "ab", "steps": 20, "seed": 3}
    found = answer(reader, given)
    assert len(found["continuation"]) == 20
    assert {*found["continuation"]} <= {*"ab\n"}
    assert answer(reader, given) == found
    assert answer(reader, given | {"seed": 4}) != found


@pytest.mark.parametrize(
    "wrong",
    [{"steps": 0}, {"steps": 1.5}, {"steps": 10**9}, {"temperature": "hot"}, {"temperature": -1},
     {"seed": -1}, {"text": "abz"}],
    ids=str,
)  # fmt: skip
def test_a_text_that_cannot_go_on(reader, wrong):
    assert "\n" not in refusal(reader, {"text": "ab", "steps": 3} | wrong)


def test_answers_are_json_without_nan():
    frame = pd.DataFrame({"a": [math.nan, math.inf, 1.5]})
    assert requests.records(frame) == [{"a": None}, {"a": None}, {"a": 1.5}]

"""Requests over HTTP, on a port of this machine."""

import http.client
import json
import socket
import threading

import pytest

from gatelab.errors import StudyError
from gatelab.serving import server
from gatelab.serving.fitted import Fitted

TEXT = "ab"


@pytest.fixture
def address(reader):
    """Host and port of a server that continues texts."""
    with server.listening(reader, port=0) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield listening.server_address
        listening.shutdown()


def ask(address, method, path, body=None, **headers):
    """(status, JSON) of a request."""
    connection = http.client.HTTPConnection(*address, timeout=10)
    connection.request(method, path, body, {k.replace("_", "-"): v for k, v in headers.items()})
    response = connection.getresponse()
    found = response.status, json.loads(response.read())
    connection.close()
    return found


def test_a_text_is_answered(address):
    status, found = ask(address, "POST", "/predict", TEXT)
    assert (status, found["task"], found["cell"]) == (200, "book", "gru")
    assert found["answer"][0].keys() == {"predicted", "a", "b", "\n"}


def test_it_says_that_it_is_up_and_what_it_takes(address):
    assert ask(address, "GET", "/health") == (200, {"status": "ok"})
    status, found = ask(address, "GET", "/")
    assert status == 200
    assert f":{address[1]}/predict" in found["example"]


@pytest.mark.parametrize(
    ("given", "status", "said"),
    [
        (("POST", "/predict", ""), 400, "the body is empty"),
        (("POST", "/predict", b"\xff\xfe\xff"), 400, "not UTF-8"),
        (("POST", "/predict", '{"text": 1}'), 400, "give a text"),
        (("POST", "/predict?sort=True", TEXT), 400, "no option 'sort'"),
        (("POST", "/other", TEXT), 404, "no page /other"),
        (("GET", "/other"), 404, "no page /other"),
        (("GET", "/predict"), 405, "send a body"),
    ],
)
def test_what_cannot_be_answered_is_said_in_a_line(address, given, status, said):
    found = ask(address, *given)
    assert found[0] == status
    assert said in found[1]["error"]
    assert "\n" not in found[1]["error"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content_Encoding": "gzip"}, 415),
        ({"Content_Type": "multipart/form-data; boundary=x"}, 400),
        ({"Content_Type": "application/json"}, 400),  # a text is not JSON
        ({"Content_Length": str(server.LARGEST + 1)}, 413),
        ({"Content_Length": "many"}, 411),
        ({"Content_Length": "-1"}, 411),
    ],
    ids=str,
)
def test_headers_that_it_cannot_follow(address, headers, status):
    assert ask(address, "POST", "/predict", TEXT, **headers)[0] == status


def test_a_fault_of_its_own_is_answered_too(address, reader, monkeypatch):
    monkeypatch.setattr(Fitted, "predict", lambda self, raw: 1 / 0)
    assert ask(address, "POST", "/predict", TEXT) == (
        500, {"error": "ZeroDivisionError: division by zero"},
    )  # fmt: skip
    assert ask(address, "GET", "/health")[0] == 200


def test_it_is_bound_to_this_machine(reader):
    with server.listening(reader, port=0) as listening:
        assert listening.server_address[0] == "127.0.0.1"


def test_a_port_in_use_is_refused(reader):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(StudyError, match="choose another --port"):
            server.listening(reader, port=other.getsockname()[1])


def test_a_network_without_preparation_is_refused(reader):
    bare = Fitted(reader.network, None, "adding")
    with pytest.raises(StudyError, match="adding keeps no preparation"):
        server.listening(bare, port=0)

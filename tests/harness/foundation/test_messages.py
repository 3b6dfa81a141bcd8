"""No message shows the address of an object, or a password."""

import pytest

from gatelab import GatelabError, Layer
from gatelab.foundation import origin
from gatelab.foundation.errors import first_line
from gatelab.foundation.secrets import masked, stripped
from gatelab.variants import Variant, tanh


def test_an_address_tells_nobody_anything():
    thing = object()
    assert str(GatelabError(f"{thing!r} is odd")) == "<object> is odd"
    assert first_line(ValueError(f"{print} and {test_an_address_tells_nobody_anything}")) == (
        "<built-in function print> and <function test_an_address_tells_nobody_anything>"
    )
    with pytest.raises(GatelabError, match=r"^<object> is not a variant"):
        Layer(thing, 2, 3)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://me:secret@host:5000/a", "https://***@host:5000/a"),
        ("at postgresql://me:s%40cr:et@host/db and", "at postgresql://***@host/db and"),
        ("http://me:p@ss@host", "http://***@host"),
        ("'http://token@host'", "'http://***@host'"),
        ("http://me:secret/a@host:5000/b", "http://***@host:5000/b"),
        ("http://host:5000/a@b", "http://host:5000/a@b"),
        ("postgresql://host/db?password=secret&x=1", "postgresql://host/db?password=***&x=1"),
        ("postgresql://host/db?x=1&sslpassword=secret", "postgresql://host/db?x=1&sslpassword=***"),
        ("https://host/a@b and me@host", "https://host/a@b and me@host"),
        ("sqlite:////data/a@b.db", "sqlite:////data/a@b.db"),
    ],
)
def test_a_password_within_an_address_is_shown_nowhere(text, shown, monkeypatch):
    assert masked(text) == str(GatelabError(text)) == first_line(OSError(text)) == shown
    assert stripped(text) == shown.replace("***@", "").replace("***", "")
    monkeypatch.setattr("sys.argv", ["study.py", "--tracking-uri", text.split()[0]])
    assert "secret" not in origin.command()


def test_a_value_in_the_name_of_a_parameter_is_called_what_it_is():
    class Named(Variant):
        def step(self, p, x, h):
            gate = tanh(p.W_g @ x)
            return tanh(p.W_h @ x + p[f"R_{gate}"] @ h)

    said = r"a value of the step stands in the name of a parameter, 'R_<tanh of the step>'; write "
    with pytest.raises(GatelabError, match=said):
        Layer(Named, 2, 3)

    class State(Variant):
        def step(self, p, x, h):
            return tanh(p.W_h @ x + p[f"R_{h}"] @ h)

    with pytest.raises(GatelabError, match="'R_<state h>'; write the name"):
        Layer(State, 2, 3)

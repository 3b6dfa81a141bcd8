"""Free-running generation: every step follows from what was given and drawn."""

from itertools import islice

import numpy as np
import pytest
from helpers import networks
from helpers.drawing import rng
from helpers.written import LETTERS, Letters, Scales

from gatelab import tasks
from gatelab.errors import StudyError
from gatelab.networks.generating import continuation, generate
from gatelab.tasks import TaskError
from gatelab.tasks.shared.writers import Chords, Symbols


def network(task, cell="standard", **options):
    return networks.network(cell, task.kind, (task.inputs, 6, task.outputs), seed=3, **options)


def cycling():
    """A network that answers every letter with the next one, f with a."""
    made = network(Letters(), "rnn", moved=0)
    made.params["W_h"][...] = 3 * np.eye(6)
    made.params["R_h"][...] = 0
    made.params["V"][...] = 60 * np.roll(np.eye(6), 1, axis=0)
    return made


@pytest.mark.parametrize("temperature", [0.0, 1.0])
def test_a_network_that_knows_the_next_symbol_writes_it(temperature):
    sample = generate(cycling(), Letters(), 9, rng(), "c", temperature)
    assert Letters().writer().shown(sample.x) == "cdefabcdef"
    assert sample.given == 1


def test_from_nothing_it_begins_as_after_the_first_symbol():
    sample = generate(cycling(), Letters(), 4, rng())
    assert Letters().writer().shown(sample.x) == "bcde"
    assert sample.given == 0
    assert Symbols("a\nb").start == "\n"


@pytest.mark.parametrize(("task", "opening"), [(Letters(), "abf"), (Scales(), "C4 E4, D#4")])
@pytest.mark.parametrize("options", [{}, {"layers": 2, "residual": True}, {"backend": "numba"}])
def test_every_step_is_predicted_from_all_that_was_given_and_drawn(task, opening, options):
    made, seen = network(task, **options), []

    class Spy(type(task.writer())):
        def drawn(self, logits, temperature, rng):
            seen.append(logits)
            return super().drawn(logits, temperature, rng)

    writer = task.writer()
    spy = Spy(*[LETTERS] * isinstance(writer, Symbols))
    begun = writer.read(opening)
    steps = islice(continuation(made, spy, begun[None], 1.0, rng()), 12)
    whole = np.concatenate([begun[None], np.stack([*steps], 1)], 1)
    asked = made.predict(writer.fed(whole))
    n = len(writer.fed(begun[None])[0])
    assert np.allclose(np.concatenate(seen), asked[0, n - 1 : -1], rtol=0, atol=1e-12)


@pytest.mark.parametrize(("task", "opening"), [(Letters(), "ab"), (Scales(), "")])
def test_one_go_is_two_halves(task, opening):
    made, whole, halves = network(task), rng(5), rng(5)
    sample = generate(made, task, 40, whole, opening)
    half = generate(made, task, 15, halves, opening)
    again = generate(made, task, 25, halves, half.x)
    assert np.array_equal(sample.x, again.x)
    assert again.given == half.given + 15
    other = generate(made, task, 40, rng(6), opening)
    assert not np.array_equal(sample.x, other.x)


@pytest.mark.parametrize("task", [Letters(), Scales()])
def test_openings_from_a_test_sequence_are_fed_as_they_stand_there(task):
    x, writer = task.draw(rng(), 1).x[0], task.writer()
    fed = writer.fed(writer.opening(x, 4)[None])[0]
    assert np.array_equal(fed, x[: len(fed)])
    assert len(writer.opening(x, 4)) == 4


def test_openings_are_read_as_they_are_shown():
    for writer, text in ((Symbols(LETTERS), "fade"), (Chords(), "A0 C4 G#4, , C8")):
        assert writer.shown(writer.read(text)) == text
        assert writer.read("").shape == (0, writer.inputs)
    assert np.argwhere(Chords().read("C4")).tolist() == [[0, 39]]
    assert Symbols(LETTERS).shown(np.eye(6)[[1, 0]] * [[1], [0]]) == "b~"


@pytest.mark.parametrize(
    ("writer", "text", "complaint"),
    [
        (Symbols(LETTERS), "abz", "'z', which is none of the task's 6 symbols"),
        (Chords(), "C4 H4", "'H4', which is no key from A0 to C8"),
        (Chords(), "C9", "'C9'"),
    ],
)
def test_openings_in_other_symbols_are_refused(writer, text, complaint):
    with pytest.raises(TaskError, match=complaint):
        writer.read(text)


@pytest.mark.parametrize(
    ("task", "more", "complaint"),
    [
        ("adding", {}, "adding cannot be written"),
        (Scales(), {}, r"does not fit scales.*\('labelling', 6, 6\)"),
        (Letters(), {"temperature": -1.0}, "temperature of 0 or more"),
        (Letters(), {"temperature": np.nan}, "temperature of 0 or more"),
        (Letters(), {"steps": 0}, "at least 1 step"),
    ],
)
def test_what_cannot_be_written_is_refused(task, more, complaint):
    with pytest.raises(StudyError, match=complaint):
        generate(cycling(), tasks.make(task), **{"steps": 3, "rng": rng(), **more})


def test_a_bidirectional_network_cannot_write():
    with pytest.raises(StudyError, match="bidirectional"):
        generate(network(Letters(), bidirectional=True), Letters(), 3, rng())


def test_writers_that_do_not_fit_their_task_are_refused():
    class Odd(Letters):
        def writer(self):
            return Chords()

    with pytest.raises(
        TaskError, match=r"writer is for \(88, 88\) inputs and outputs, not for \(6, 6"
    ):
        tasks.check_task(Odd)
    tasks.check_task(Letters)
    tasks.check_task(Scales)

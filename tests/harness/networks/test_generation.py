"""Free-running generation: what is drawn, and what becomes of it in files and MLflow."""

from functools import partial
from itertools import islice
from pathlib import Path

import matplotlib.image
import numpy as np
import pytest
from scipy.special import expit, softmax
from scipy.stats import binomtest, chisquare

from gatelab import Network, Study, tasks, variants
from gatelab.errors import StudyError
from gatelab.networks.generating import Sample, continuation, generate
from gatelab.reporting import midi, pianoroll, samples
from gatelab.studies.generate import main
from gatelab.tasks import Batch, Splits, Stream, Task, TaskError
from gatelab.tasks.shared.pianoroll import next_chords
from gatelab.tasks.shared.writers import Chords, Symbols

pytestmark = [pytest.mark.xdist_group("studies")]  # a study brings workers of its own
LETTERS = "abcdef"
RED, GREY = (0xC0, 0x39, 0x2B), (0x99, 0x99, 0x99)


def rng(seed=0):
    return np.random.default_rng(seed)


def network(task, cell="standard", **options):
    made = Network(
        variants.get(cell)(), task.inputs, 6, task.outputs, task.kind,
        **{"dtype": "float64", "backend": "numpy", **options},
    )  # fmt: skip
    return made.init(rng(3))


def cycling():
    """A network that answers every letter with the next one, f with a."""
    made = network(Letters(), "rnn")
    made.params["W_h"][...] = 3 * np.eye(6)
    made.params["R_h"][...] = 0
    made.params["V"][...] = 60 * np.roll(np.eye(6), 1, axis=0)
    return made


class Letters(Task):
    """a b c d e f a b ..., from any place."""

    name = "letters"
    kind = "labelling"
    metric = "nll"
    inputs = outputs = 6

    def splits(self, rng):
        return Splits(Stream(self.draw, 5), self.draw(rng, 8), self.draw(rng, 9))

    def draw(self, rng, size):
        symbols = (rng.integers(6, size=(size, 1)) + np.arange(51)) % 6
        return Batch(np.eye(6, dtype=np.float32)[symbols[:, :-1]], symbols[:, 1:])

    def baselines(self, splits):
        return {"uniform": float(np.log(6))}

    def writer(self):
        return Symbols(LETTERS)


class Scales(Task):
    """Up a fourth, in octaves."""

    name = "scales"
    kind = "multilabel"
    metric = "nll"
    inputs = outputs = 88

    def splits(self, rng):
        return Splits(Stream(self.draw, 5), self.draw(rng, 8), self.draw(rng, 9))

    def draw(self, rng, size):
        low = rng.integers(70, size=(size, 1)) + np.arange(20) % 5
        return next_chords(np.eye(88)[low] + np.eye(88)[low + 12])

    def baselines(self, splits):
        return {"nothing known": 88 * np.log(2)}

    def writer(self):
        return Chords()


# Draws -------------------------------------------------------------------------------------------


def drawn(writer, logits, temperature, times=20_000):
    return writer.drawn(np.tile(logits, (times, 1)), temperature, rng())


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_symbols_are_drawn_from_the_softmax_of_logits_over_temperature(temperature):
    logits = np.array([0.0, 1.0, -1.0, 0.5, 2.0, -2.0])
    seen = drawn(Symbols(LETTERS), logits, temperature)
    assert np.array_equal(seen.sum(1), np.ones(len(seen)))
    expected = len(seen) * softmax(logits / temperature)
    assert chisquare(seen.sum(0), expected).pvalue > 0.01


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_legal_symbols_are_drawn_in_proportion_to_their_chances(temperature):
    logits = np.array([3.0, 2.0, -1.0, 0.0, -4.0, 1.0])
    chances = expit(logits) ** (1 / temperature)
    seen = drawn(Symbols(LETTERS, sets=True), logits, temperature).sum(0)
    assert chisquare(seen, seen.sum() * chances / chances.sum()).pvalue > 0.01


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_keys_are_struck_each_by_itself(temperature):
    logits = np.linspace(-3, 3, 88)
    seen = drawn(Chords(), logits, temperature, 4000)
    for struck, chance in zip(seen.sum(0), expit(logits / temperature), strict=True):
        assert binomtest(int(struck), len(seen), chance).pvalue > 1e-4
    together = np.corrcoef(seen[:, 30:60].T) - np.eye(30)
    assert np.abs(together).max() < 0.08


def test_at_temperature_0_the_most_probable_is_taken():
    logits = rng(1).normal(size=(50, 88))
    assert np.array_equal(Chords().drawn(logits, 0, rng()), logits > 0)
    assert np.array_equal(
        Symbols(LETTERS).drawn(logits[:, :6], 0, rng()).argmax(1), logits[:, :6].argmax(1)
    )


# Writing on --------------------------------------------------------------------------------------


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


# Files -------------------------------------------------------------------------------------------


def frames(seed=0, steps=30):
    made = (rng(seed).random((steps, 88)) < 0.2).astype(np.float32)
    made[:, 40] = made[3:9, 50] = made[0, 60] = made[-1, 61] = 1
    made[12:15] = 0
    return made


def read_back(path, ticks):
    """The frames of a MIDI file, and how many notes begin in it."""
    import mido

    file = mido.MidiFile(path)
    now, sounding, rows, struck = 0, np.zeros(88), [], 0
    for message in file.tracks[0]:
        rows += [sounding.copy()] * (message.time // ticks)
        assert message.time % ticks == 0
        if message.type in ("note_on", "note_off"):
            assert sounding[message.note - 21] == (message.type == "note_off")
            sounding[message.note - 21] = message.type == "note_on"
            struck += message.type == "note_on"
        now += message.time
    return np.array(rows), struck, now / file.ticks_per_beat


@pytest.mark.parametrize("beats", [1.0, 0.5])
def test_a_midi_file_holds_the_same_frames_and_holds_its_notes(tmp_path, beats):
    pytest.importorskip("mido")
    made = frames()
    made = np.concatenate([made, np.zeros((2, 88))])  # silence at the end counts, too
    midi.write(made, tmp_path / "a.mid", beats, given=4)
    found, struck, length = read_back(tmp_path / "a.mid", int(midi.TICKS * beats))
    assert np.array_equal(found, made)
    assert length == 32 * beats
    onsets = (np.diff(made, axis=0, prepend=0) > 0).sum()
    assert struck == onsets < made.sum()


def test_notes_are_held():
    made = np.zeros((6, 88))
    made[1:4, 5] = made[5, 5] = made[:, 7] = 1
    assert midi.notes(made) == [(5, 1, 4), (5, 5, 6), (7, 0, 6)]


def columns(image, tone):
    """The places along the time axis at which a colour is seen."""
    found = (np.round(255 * image[..., :3]) == tone).all(-1)
    found = found[:, : int(0.9 * found.shape[1])]  # without the legend
    return np.flatnonzero(found.sum(0) > 5)  # bars, not the edges of letters


def test_a_piano_roll_tells_what_was_given_from_what_was_drawn(tmp_path):
    pianoroll.draw(frames(), 10, 1.0, "title", tmp_path / "a.png")
    image = matplotlib.image.imread(tmp_path / "a.png")
    grey, red = columns(image, GREY), columns(image, RED)
    assert 0 < len(grey) < len(red)
    assert grey.max() < red.min()
    pianoroll.draw(np.zeros((5, 88)), 0, 1.0, "silence", tmp_path / "b.png")
    assert len(columns(matplotlib.image.imread(tmp_path / "b.png"), RED)) == 0


def test_without_mido_music_is_a_picture_only(tmp_path, monkeypatch):
    monkeypatch.setattr(midi, "available", lambda: False)
    found = samples.save(Sample(frames(), 3), Chords(), tmp_path / "a")
    assert [path.name for path in found] == ["a.png"]


# A study -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    out = tmp_path_factory.mktemp("study")
    Study(
        [Letters(), Scales()], ["standard"], trials=1, sampler="random", workers=1, finals=0,
        settings={"updates": 5, "hidden": 4, "batch": 4}, out=out, quiet=True,
    ).run()  # fmt: skip
    return out


def weights(out, task):
    return out / "weights" / task / "standard" / "trial-0000.npz"


def test_the_best_trials_sample_is_logged(study):
    from mlflow import MlflowClient

    client = MlflowClient(f"sqlite:///{study}/mlflow.db")
    logged = {}
    for task in ("letters", "scales"):
        home = client.get_experiment_by_name(task).experiment_id
        (parent,) = client.search_runs([home], "tags.kind = 'study'")
        logged |= {a.path: parent.info.run_id for a in client.list_artifacts(parent.info.run_id)}
    suffixes = {"txt", "png"} | ({"mid"} if midi.available() else set())
    assert {n.partition(".")[2] for n in logged if n.startswith("sample-0000")} == suffixes
    text = client.download_artifacts(logged["sample-0000.txt"], "sample-0000.txt", str(study))
    head, written = Path(text).read_text().split("\n\n")
    assert "40 steps of a test sequence" in head
    assert written[:40] in 9 * LETTERS
    assert len(written.strip()) == 40 + Symbols.steps


def test_a_study_that_is_continued_has_the_same_sample(study):
    kept = study / "samples" / "letters" / "standard" / "sample-0000.txt"
    before = kept.read_text()
    kept.unlink()
    again = partial(
        Study, [Letters()], ["standard"], trials=1, sampler="random", workers=1, finals=0,
        settings={"updates": 5, "hidden": 4, "batch": 4}, out=study, quiet=True,
    )  # fmt: skip
    again().run()
    assert kept.read_text() == before


# The command line --------------------------------------------------------------------------------


@pytest.fixture
def known():
    for task in (Letters, Scales):
        tasks.register(task.name)(task)


@pytest.mark.usefixtures("known")
def test_the_command_prints_text(study, capsys):
    asked = ["--task", "letters", "--length", "30", "--opening", "fed", "--seed", "4"]
    assert main([str(study), *asked, "--temperature", "0.5"]) == 0
    made = Network.load(weights(study, "letters"))
    sample = generate(made, Letters(), 30, rng(4), "fed", 0.5)
    assert capsys.readouterr().out == Letters().writer().shown(sample.x) + "\n"
    assert main([str(weights(study, "letters")), *asked, "--out", str(study / "mine.txt")]) == 0
    assert (study / "mine.txt").read_text().startswith("fed")


@pytest.mark.usefixtures("known")
def test_the_command_writes_music(study, capsys):
    asked = [str(study), "--task", "scales", "--from-test", "5", "--length", "8"]
    assert main([*asked, "--out", str(study / "mine.png")]) == 0
    said = capsys.readouterr()
    assert (study / "mine.png").exists()
    assert (study / "mine.mid").exists() == midi.available()
    assert ("mido" in said.err) != midi.available()


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("--task letters --opening xyz", "'x', which is none of the task's 6 symbols"),
        ("--task letters --temperature -1", "temperature of 0 or more"),
        ("--task letters --length 0", "at least 1 step"),
        ("--task letters --variant gru", "no weights of gru"),
        ("--task letters --from-test 3 --sequence 99", "9 test sequences"),
        ("--task adding", "no weights in"),
        ("--task leters", "did you mean letters"),
    ],
)
def test_the_command_refuses_in_one_line(study, words, complaint, capsys):
    assert main([str(study), *words.split()]) == 2
    said = capsys.readouterr().err
    assert complaint in said
    assert said.count("\n") == 1


@pytest.mark.usefixtures("known")
def test_the_command_refuses_a_network_of_another_task(study, capsys):
    assert main([str(weights(study, "letters")), "--task", "scales"]) == 2
    assert "does not fit scales" in capsys.readouterr().err
    with pytest.raises(SystemExit, match="2"):
        main([str(study), "--task", "letters", "--seed", "-1"])

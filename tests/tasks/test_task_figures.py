"""Pictures of test sequences, and what ``gatelab tasks`` says while it looks."""

import numpy as np
import pytest
from helpers.command import command
from PIL import Image as Photo

from gatelab import tasks
from gatelab.tasks import Batch, Task, TaskError
from gatelab.tasks.figures import figure
from gatelab.tasks.framework import panels
from gatelab.tasks.framework.panels import Cells, Forecast, Heat, Image, Text, Values
from gatelab.tasks.user_data.prose import Prose
from gatelab.tasks.user_data.series import Series

main = command("tasks")


def test_batch(name):
    return tasks.make(name).splits(np.random.default_rng(0)).test


test_batch.__test__ = False  # pyright: ignore


def length(panel):
    """Steps that a panel shows, None where it has no such axis."""
    of = {Values: "values", Cells: "on", Heat: "values", Text: "read", Forecast: "seen"}
    return len(getattr(panel, of[type(panel)])) if type(panel) in of else None


@pytest.mark.parametrize("name", tasks.names())
def test_a_picture_shows_what_is_read_and_asked_and_no_padding(name):
    task, batch = tasks.make(name), test_batch(name)
    shown, alive = task.panels(batch), int(batch.valid()[0].sum())
    steps = {length(panel) for panel in shown} - {None}
    assert len(steps) <= 1
    assert max(steps, default=1) <= alive
    per_step = task.kind in ("series", "multilabel", "labelling")
    answers = [p for p in shown if getattr(p, "asked", False) or getattr(p, "answers", ())]
    assert bool(answers) == per_step
    assert per_step or max(steps, default=alive) == alive  # the target is the whole sequence's
    inputs, outputs = task.legend()
    assert len(inputs) in (0, task.inputs)
    assert len(outputs) in (0, task.outputs)
    for panel in shown:
        if isinstance(panel, Cells | Heat):
            values = panel.on if isinstance(panel, Cells) else panel.values
            assert len(panel.names) == values.shape[1]
        if isinstance(panel, Cells) and panel.asked:
            assert panel.on.any()


def shown_by(task, batch):
    """[(title, labels of the vertical axis)] of each panel, as drawn."""
    drawn = figure.drawing(task, batch)
    drawn.canvas.draw()
    return drawn, [
        (ax.get_title("left"), [label.get_text() for label in ax.get_yticklabels()])
        for ax in drawn.axes
    ]


def test_symbols_stand_beside_their_rows():
    task, batch = tasks.make("embedded_reber"), test_batch("embedded_reber")
    drawn, (read, asked) = shown_by(task, batch)
    assert read == ("read", [*"BTPSXVE"])
    assert asked == ("to predict", [*"BTPSXVE"])
    pictures = [ax.images[0].get_array() for ax in drawn.axes]
    steps = int(batch.lengths[0])
    assert np.array_equal(pictures[0], batch.x[0, :steps].T > 0)
    assert np.array_equal(pictures[1], batch.y[0, :steps].T > 0)
    assert "embedded_reber: Which symbols" in drawn.get_suptitle()
    assert f"{steps} steps" in drawn.get_suptitle()


def test_marked_values_stand_out_and_the_target_is_in_the_title():
    task, batch = tasks.make("adding", length=12), Batch(np.zeros((1, 12, 2), np.float32), None)
    batch.x[0, :, 0] = np.linspace(0.1, 0.9, 12)
    batch.x[0, [2, 7], 1] = 1
    batch = batch._replace(y=np.array([[1.234]], np.float32))
    drawn, parts = shown_by(task, batch)
    assert [title for title, _ in parts] == ["read: value", "read: marker"]
    assert "to predict after it: 1.234" in drawn.get_suptitle()
    bands = sorted(patch.get_x() + 0.5 for patch in drawn.axes[0].patches)
    assert bands == [3, 8]  # steps are counted from 1


def test_a_forecast_goes_on_where_its_window_ends_and_covariates_end_there():
    rows = np.random.default_rng(0).standard_normal((100, 2))
    task = Series(rows, ["price", "rain"], ["price"], window=9, horizon=3, name="market")
    batch = task.splits(np.random.default_rng(0)).test
    price, rain = task.panels(batch)
    assert (price.name, rain.name) == ("price", "rain")
    assert np.array_equal(price.seen, batch.x[0, :, 0])
    assert np.array_equal(price.ahead, batch.y[0])
    assert len(rain.ahead) == 0
    drawn, _ = shown_by(task, batch)
    _, beneath = drawn.subfigs  # above is where the splits lie in time
    after = beneath.axes[0].lines[-1]
    assert list(after.get_xdata()) == [0, 1, 2, 3]
    assert after.get_ydata()[1:] == pytest.approx(batch.y[0])


def test_a_large_alphabet_is_written_as_text():
    class Letters(Task):
        kind, inputs, outputs = "labelling", 40, 40

        def legend(self):
            return [chr(65 + i) for i in range(40)], [chr(65 + i) for i in range(40)]

    codes = np.array([[3, 0, 39, 1], [1, 1, 1, 1]])
    batch = Batch(np.eye(40, dtype=np.float32)[codes], np.array([[0, -1, 1, 2]] * 2))
    (text,) = panels.of(Letters(), batch)
    assert ("".join(text.read), "".join(text.answers)) == ("DAhB", "A BC")
    drawn, _ = shown_by(Letters(), batch)
    assert sorted(t.get_text() for t in drawn.axes[0].texts) == sorted("DAhBA BC")


def test_a_digit_is_an_image():
    (image,) = tasks.make("digits").panels(test_batch("digits"))
    assert isinstance(image, Image)
    assert image.pixels.shape == (8, 8)


def test_what_a_font_does_not_have_is_a_sign_and_no_warning():
    text = "so 😀 it 負 is $x^$ ~ " * 900
    task = Prose(text)
    drawn, _ = shown_by(task, task.splits(np.random.default_rng(0)).test)
    letters = {t.get_text() for t in drawn.axes[0].texts}
    assert letters == {*text} - {*"😀負"} | {"\ufffd"}
    rows = np.random.default_rng(0).standard_normal((100, 1))
    series = Series(rows, ["$ 負_荷 $"], ["$ 負_荷 $"], window=9, horizon=3)
    _, (*_, (title, _)) = shown_by(series, series.splits(np.random.default_rng(0)).test)
    assert title == "$ \ufffd_\ufffd $"


# The command line --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["parity", "dyck.svg", "digits.pdf", "arithmetic_series"])
def test_a_figure_is_a_file_in_a_folder_made_for_it(name, tmp_path, capsys):
    task, _, suffix = name.partition(".")
    file = tmp_path / "new" / f"a.{suffix or 'png'}"
    assert main([task, "--figure", str(file)]) == 0
    assert capsys.readouterr().out.startswith(f"{file}: a test sequence of {task}")
    if not suffix:
        with Photo.open(file) as photo:
            assert photo.size[0] > 900
            assert len(photo.convert("RGB").getcolors(100_000)) > 10
    assert file.stat().st_size > 1000


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (
            ["--figure", "a.png"],
            "no task is named; write gatelab tasks NAME --figure a.png",
        ),
        (["adding", "--figure", "a.docx"], "a.docx: a picture's name ends with one of"),
        (["adding", "--figure", "a"], "a: a picture's name ends with one of"),
        (["adding", "--figure", "some.png"], "some.png is a folder"),
        (["adding", "--figure", "some.txt/a.png"], "some.txt/a.png cannot be written"),
        (["addin", "--figure", "a.png"], "unknown task 'addin'; did you mean adding"),
        (["adding:length=1", "--figure", "a.png"], "length must be"),
        (["adding", "--import", "none.py"], "no file none.py; give the path of a Python file"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_one_line(
    words, complaint, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "some.png").mkdir()
    (tmp_path / "some.txt").touch()
    assert main(words) == 2
    shown = capsys.readouterr()
    assert complaint in shown.err
    assert shown.err.count("\n") == 1
    assert shown.out == ""
    assert len(list(tmp_path.iterdir())) == 2


def test_options_and_files_may_be_looked_at(tmp_path, monkeypatch, capsys):
    assert main(["adding:length=7,test_sequences=3"]) == 0
    assert "x (N, 7, 2)" in capsys.readouterr().out
    monkeypatch.chdir(tmp_path)
    np.savez("mine.npz", x=np.random.default_rng(0).random((20, 4, 1)), y=np.arange(20) % 2)
    assert main(["mine.npz"]) == 0
    assert "majority class" in capsys.readouterr().out


def test_rows_are_printed_as_they_come(monkeypatch, capsys):
    """A task that cannot be drawn leaves those before it on the screen."""
    cls = tasks.get("arithmetic_series")

    def splits(self, rng):
        raise TaskError("not today")

    monkeypatch.setattr(cls, "splits", splits)
    assert main([]) == 2
    shown = capsys.readouterr().out
    assert "always 1" in shown
    assert "arithmetic_series" in shown
    assert "chorales" not in shown

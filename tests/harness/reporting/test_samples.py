"""Samples as MIDI files and piano rolls."""

import matplotlib.image
import numpy as np
import pytest
from helpers.drawing import rng
from helpers.packages import needs

from gatelab.networks.generating import Sample
from gatelab.reporting import midi, pianoroll, samples
from gatelab.tasks.shared.writers import Chords

RED, GREY = (0xC0, 0x39, 0x2B), (0x99, 0x99, 0x99)


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
    needs("mido")
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

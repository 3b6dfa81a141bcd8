"""Converts frames of keys to notes and to MIDI files. Files need gatelab[midi]."""

import importlib.util
from typing import Any

import numpy as np

LOWEST = 21  # MIDI number of key 0
TICKS = 480  # per quarter note
TEMPO = 90  # quarter notes per minute
LOUD = 72  # velocity, of at most 127


def available():
    """Whether MIDI files can be written."""
    return importlib.util.find_spec("mido") is not None


def notes(frames):
    """The notes in a sequence of frames.

    A key that sounds in consecutive frames is one held note, because frames cannot tell a repeated
    note from a held one.

    Args:
        frames: (T, keys), above 0.5 where a key sounds.

    Returns:
        list of (key, first frame, frame after the last), sorted by key, then by time.
    """
    silence = np.zeros((1, frames.shape[1]), int)
    changes = np.diff(np.concatenate([silence, np.asarray(frames) > 0.5, silence]), axis=0).T
    keys, starts = np.nonzero(changes > 0)  # both sorted by key, then by time
    _, ends = np.nonzero(changes < 0)
    return list(zip(keys.tolist(), starts.tolist(), ends.tolist(), strict=True))


def write(frames, path, beats=1.0, given=0):
    """Write frames as a MIDI file.

    Args:
        frames: (T, 88), the keys of a piano.
        path: of the file.
        beats: length of a frame in quarter notes.
        given: number of frames in the opening; a marker in the file shows where it ends.
    """
    import mido

    length = round(TICKS * beats)
    events: list[tuple[int, Any]] = [
        (0, mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(TEMPO))),
        (length * given, mido.MetaMessage("marker", text="drawn from here on")),
    ]
    for key, start, end in notes(frames):
        for place, kind in ((start, "note_on"), (end, "note_off")):
            message = mido.Message(kind, note=LOWEST + key, velocity=LOUD)
            events.append((length * place, message))
    events.append((length * len(frames), mido.MetaMessage("end_of_track")))
    file = mido.MidiFile(type=0, ticks_per_beat=TICKS)
    track, now = file.add_track(), 0
    for time, message in sorted(events, key=lambda event: event[0]):
        track.append(message.copy(time=time - now))
        now = time
    file.save(path)

"""Generated samples as files: text, or for music a piano roll and, with mido, a MIDI file."""

from pathlib import Path

import numpy as np

from gatelab.tasks.shared.writers import Chords

from ..errors import StudyError
from ..networks.generating import generate
from ..networks.network import Network
from ..trials.space import keyed
from ..trials.trial import splits_of
from . import midi, pianoroll


def of_best(comparison, slot, weights):
    """Files of a sample from a variant's best trial, made unless they exist.

    The sample continues the first steps of a test sequence, at temperature 1, and is drawn with
    the study's seed.

    Args:
        comparison: row of the study.
        slot: of the best trial.
        weights: path of the trial's weights.

    Returns:
        list of paths; empty if there are no weights, the network is bidirectional, or sequences of
        the task cannot be generated.
    """
    task, seed = comparison.task, comparison.study.seed
    stem = comparison.folder("samples", f"sample-{slot:04d}")
    if kept := sorted(stem.parent.glob(f"{stem.name}.*")):
        return kept
    if task.writer() is None or not weights.exists():
        return []
    network = Network.load(weights, backend="numpy")  # too few steps to compile for
    if network.stack.wiring.bidirectional:
        return []
    writer = task.writer()
    opening = beginning(task, seed, writer.given)
    rng = np.random.default_rng(keyed(seed, slot, "sample"))
    sample = generate(network, task, writer.steps, rng, opening)
    title = f"{comparison.name}: its best trial after {len(opening)} steps of a test sequence"
    return save(sample, writer, stem, title)


def beginning(task, seed, steps, row=0):
    """The opening of a test sequence.

    Args:
        task: instance of a task.
        seed: the study's, which decides its test split.
        steps: wanted length.
        row: index of the test sequence, from 0.

    Returns:
        (T, D), with T = steps, or fewer if the sequence is shorter.

    Raises:
        StudyError: there is no such row.
    """
    test = splits_of(task, seed).test
    if row >= len(test.x):
        raise StudyError(f"{task.name} has {len(test.x)} test sequences, counted from 0; no {row}")
    return task.writer().opening(test.x[row][test.valid()[row]], steps)


def is_music(writer):
    """Whether samples are music, not text."""
    return isinstance(writer, Chords)


def save(sample, writer, stem, title=""):
    """Write a sample to files.

    Args:
        sample: from ``generating.generate``.
        writer: the task's writer.
        stem: path of the files without suffix.
        title: above the text or figure.

    Returns:
        list of paths: a .txt; for music a .png, and a .mid if mido is installed.
    """
    Path(stem).parent.mkdir(parents=True, exist_ok=True)
    if not is_music(writer):
        text, head = Path(f"{stem}.txt"), f"{title}\n\n" if title else ""
        text.write_text(f"{head}{writer.shown(sample.x)}\n", encoding="utf-8")
        return [text]
    picture, sound = Path(f"{stem}.png"), Path(f"{stem}.mid")
    pianoroll.draw(sample.x, sample.given, writer.beats, title, picture)
    if not midi.available():
        return [picture]
    midi.write(sample.x, sound, writer.beats, sample.given)
    return [picture, sound]

"""What a network has written, as files: text; music as a picture and, with mido, as sound."""

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
    """Files of what a variant's best trial writes, at temperature 1, made once.

    It goes on from the first steps of a test sequence. Drawn with the study's seed.

    Args:
        weights: the trial's; without them, and of a task that cannot be written, no files.
    """
    task, seed = comparison.task, comparison.study.seed
    stem = comparison.folder("samples", f"sample-{slot:04d}")
    if kept := sorted(stem.parent.glob(f"{stem.name}.*")):
        return kept
    if task.writer() is None or not weights.exists():
        return []
    network = Network.load(weights, backend="numpy")  # nothing to compile for a few hundred steps
    if network.stack.wiring.bidirectional:
        return []
    writer = task.writer()
    opening = beginning(task, seed, writer.given)
    rng = np.random.default_rng(keyed(seed, slot, "sample"))
    sample = generate(network, task, writer.steps, rng, opening)
    title = f"{comparison.name}: its best trial after {len(opening)} steps of a test sequence"
    return save(sample, writer, stem, title)


def beginning(task, seed, steps, row=0):
    """(T, D), what a test sequence begins with; fewer steps where it ends before."""
    test = splits_of(task, seed).test
    if row >= len(test.x):
        raise StudyError(f"{task.name} has {len(test.x)} test sequences, counted from 0; no {row}")
    return task.writer().opening(test.x[row][test.valid()[row]], steps)


def is_music(writer):
    """Whether a sample is a picture and sound, not text."""
    return isinstance(writer, Chords)


def save(sample, writer, stem, title=""):
    """Write a sample's files.

    Args:
        stem: their path without a suffix; title: above text and picture.

    Returns:
        their paths: one .txt; of music a .png, and a .mid where mido is installed.
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

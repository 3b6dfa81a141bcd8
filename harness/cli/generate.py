"""Generate sequences with a trained network.

    gatelab generate runs/x --task shakespeare --variant standard --opening "ROMEO:"
    gatelab generate runs/x --task chorales --from-test 16 --temperature 0.8 --out bach
    gatelab generate my_network.npz --task shakespeare --temperature 0 --length 200

Given a study's folder, it takes the weights of the best trial. Text is printed; music is written as
a picture and, if mido is installed, as a MIDI file. The network first reads the opening, as in
training (teacher forcing), and then samples from its own predictions.
"""

import sys
from pathlib import Path

import click

from ..errors import StudyError
from . import options
from .words import command

NATURAL = click.IntRange(min=0)


@command("generate", __doc__)
@click.argument("source", type=options.PATH)
@click.option("--task", required=True, type=options.TASK, metavar="TASK", help="as in a study")
@click.option(
    "--variant", type=options.CELL, metavar="CELL", help="whose network, where a study has several"
)
@click.option("--temperature", type=float, default=1.0, metavar="T", help="divides the logits (1)")
@click.option(
    "--length", type=NATURAL, metavar="N", help="steps to draw (500 symbols or 64 frames)"
)
@click.option(
    "--opening",
    default="",
    metavar="TEXT",
    help='text; of music keys by frame, as "C4 E4 G4 C5, D4 F4 A4"',
)
@click.option(
    "--from-test", type=NATURAL, metavar="N", help="begin with the first N steps of a test sequence"
)
@click.option("--sequence", type=NATURAL, default=0, metavar="N", help="which test sequence (0)")
@options.seed
@options.out(None, "text goes there, music to it (sample.png)")
@options.import_files
def generate(
    source, task, variant, temperature, length, opening, from_test, sequence, seed, out, files
):
    options.one_of(opening=opening, from_test=from_test is not None)
    import numpy as np

    from gatelab.tasks import make

    from .. import Network
    from ..networks.generating import generate, writer_of
    from ..reporting.samples import beginning

    task = make(task)
    network = Network.load(weights_of(source, task.name, variant))
    writer = writer_of(network, task)
    if from_test is not None:
        opening = beginning(task, seed, from_test, sequence)
    steps = writer.steps if length is None else length
    rng = np.random.default_rng(seed)
    hand_over(generate(network, task, steps, rng, opening, temperature), writer, out)


def weights_of(source, task, variant):
    """The weights file: the source itself, or that of a study's best trial of a task and cell."""
    if source.is_file():
        return source
    cells = {file.parent.name: file for file in source.glob(f"weights/{task}/*/trial-*.npz")}
    if not cells:
        raise StudyError(f"no weights in {source / 'weights' / task}: give a study's folder")
    if variant is None and len(cells) > 1:
        raise StudyError(f"{source} has several cells, give --variant: {', '.join(sorted(cells))}")
    if variant is not None and variant not in cells:
        raise StudyError(f"no weights of {variant} in {source}; there are {', '.join(cells)}")
    return cells[variant or min(cells)]


def hand_over(sample, writer, out):
    """Print text or write it to ``out``; for music, write the files and print their names."""
    from ..reporting import midi, samples

    if out is None and not samples.is_music(writer):
        print(writer.shown(sample.x))
        return
    stem = Path(out or "sample")
    stem = stem.with_suffix("") if stem.suffix in (".txt", ".png", ".mid") else stem
    for path in samples.save(sample, writer, stem):
        print(path)
    if samples.is_music(writer) and not midi.available():
        print("no MIDI file: that needs mido, pip install -e '.[midi]'", file=sys.stderr)

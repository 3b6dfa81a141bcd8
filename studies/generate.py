"""What does a trained network write by itself?

    gatelab generate runs/x --task shakespeare --variant standard --opening "ROMEO:"
    gatelab generate runs/x --task chorales --from-test 16 --temperature 0.8 --out bach
    gatelab generate my_network.npz --task shakespeare --temperature 0 --length 200

From a study's folder it takes the best trial's weights. Text is printed; music is written as a
picture and, where mido is installed, as a MIDI file. An opening is read first, as in training
(teacher forcing); then the network reads what was drawn from its own predictions.
"""

import argparse
import sys
from pathlib import Path

import numpy as np

from gatelab.errors import StudyError
from gatelab.parsing import Parser
from gatelab.tasks.user_data.spelled import task_of

from .compare import guarded
from .reading import import_file

EPILOG = __doc__.partition("\n\n")[2]


def parser():
    """The command line."""
    p = Parser(
        prog="gatelab generate",
        description=__doc__.partition("\n")[0],
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    p.add_argument("source", help="a study's folder, or a file of weights (.npz)")
    p.add_argument("--task", required=True, help="as in studies.compare")
    p.add_argument("--variant", metavar="CELL", help="whose network, where a study has several")
    p.add_argument("--temperature", type=float, default=1.0, help="divides the logits (1)")
    p.add_argument("--length", type=natural, help="steps to draw (500 symbols or 64 frames)")
    begin = p.add_mutually_exclusive_group()
    begin.add_argument(
        "--opening", default="", help='text; of music keys by frame, as "C4 E4 G4 C5, D4 F4 A4"'
    )
    begin.add_argument(
        "--from-test",
        type=natural,
        metavar="N",
        help="begin with the first N steps of a test sequence",
    )
    p.add_argument("--sequence", type=natural, default=0, help="which test sequence (0)")
    p.add_argument("--seed", type=natural, default=0, help="of every draw (0)")
    p.add_argument("--out", metavar="FILE", help="text goes there, music to it (sample.png)")
    p.add_argument(
        "--import", nargs="+", default=[], metavar="FILE", dest="files",
        help="Python files that register cells or tasks of your own",
    )  # fmt: skip
    return p


def natural(text):
    """A whole number of at least 0."""
    if int(text) < 0:
        raise argparse.ArgumentTypeError(f"{text} is below 0")
    return int(text)


def run(arguments):
    """Write what the command line asks for."""
    from gatelab import Network
    from gatelab.networks.generating import generate, writer_of

    for file in arguments.files:
        import_file(file)
    task = task_of(arguments.task)
    network = Network.load(weights_of(arguments.source, task.name, arguments.variant))
    writer = writer_of(network, task)
    sample = generate(
        network, task, writer.steps if arguments.length is None else arguments.length,
        np.random.default_rng(arguments.seed), opening_of(arguments, task), arguments.temperature,
    )  # fmt: skip
    try:
        hand_over(sample, writer, arguments.out)
    except OSError as error:
        raise StudyError(f"cannot write {error.filename}: {error.strerror}") from None


def weights_of(source, task, variant):
    """The file of weights that was asked for: itself, or a study's best of a task and a cell."""
    source = Path(source)
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


def opening_of(arguments, task):
    """What the network begins with: text, or the beginning of a test sequence."""
    from gatelab.reporting.samples import beginning

    if arguments.from_test is None:
        return arguments.opening
    return beginning(task, arguments.seed, arguments.from_test, arguments.sequence)


def hand_over(sample, writer, out):
    """Print text, or write it to ``out``; of music, write the files and print their names."""
    from gatelab.reporting import midi, samples

    if out is None and not samples.is_music(writer):
        print(writer.shown(sample.x))
        return
    stem = Path(out or "sample")
    stem = stem.with_suffix("") if stem.suffix in (".txt", ".png", ".mid") else stem
    for path in samples.save(sample, writer, stem):
        print(path)
    if samples.is_music(writer) and not midi.available():
        print("no MIDI file: that needs mido, pip install -e '.[midi]'", file=sys.stderr)


def main(argv=None):
    """Run; returns the exit status: 0, 2 for bad input."""
    arguments = parser().parse_args(argv)
    return guarded(lambda: run(arguments))


if __name__ == "__main__":
    sys.exit(main())

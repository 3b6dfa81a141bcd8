"""Studies with damaged files, and what they hold."""

from gatelab.__main__ import main
from gatelab.searching import reading
from helpers.ends import counts
from helpers.studies import toy_study


def study(out, **given):
    """Two cells with six trials each, not run yet; two workers."""
    usual = {"variants": ["standard", "gru"], "trials": 6, "workers": 2}
    return toy_study(out, **usual | {"noise_draws": 0, "confirm": 0} | given)


def cut(file, part=0.5):
    """Keep the first part of a file."""
    content = file.read_bytes()
    file.write_bytes(content[: int(part * len(content))])


def garbled(file, start=0.7, end=0.8):
    """Overwrite a piece of a file."""
    content = bytearray(file.read_bytes())
    here, there = (int(part * len(content)) for part in (start, end))
    content[here:there] = (bytes(range(1, 256)) * (1 + (there - here) // 255))[: there - here]
    file.write_bytes(content)


def numbers(out):
    """{search: [(slot, state, scores, curves)]} of a study: what another run must give again."""
    return {
        name: [(each.slot, each.state, each.best, each.curves) for each in records]
        for name, records in reading.read(out).items()
    }


def doctor(capsys, *words):
    """(exit status, lines) of ``gatelab doctor``."""
    status = main(["doctor", *map(str, words)])
    said = capsys.readouterr()
    return status, [*said.out.splitlines(), *said.err.splitlines()]


def refused(capsys, *words):
    """The one line with which a command refuses."""
    assert main([*map(str, words)]) == 2
    said = capsys.readouterr().err
    *_, line = said.splitlines()
    assert said.count("error: ") == 1
    assert line.startswith("error: ")
    return line


def is_logged_once(out, trials=12):
    """Whether MLflow shows each trial once, and nothing as running."""
    _, logged = counts(out)
    return logged == {"FINISHED": trials + 2}  # and the two cells

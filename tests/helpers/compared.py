"""`gatelab compare` at toy size."""

from helpers.command import command
from helpers.studies import SET, TASK

main = command("compare")
USUAL = [
    "--tasks", TASK, "--variants", "gru", "--trials", "1", "--finals", "0", "--no-page", "--quiet",
]  # fmt: skip


def compare(out, *more, settings=SET):
    return main([*USUAL, "--out", str(out), "--set", *settings, *more])

"""The counts of a soak in words, as Markdown."""


def told(on, counts):
    """What was killed, what was compared, and what was wrong.

    Args:
        on: where the soak ran.
        counts: ``Counts``.
    """
    kills = [f"| {victim} | {count} |" for victim, count in sorted(counts.kills.items())]
    lines = [
        "", f"| killed, on {on} | times |", "|---|---:|", *kills,
        f"| together | {counts.kills.total()} |", "",
        f"{counts.with_checkpoints} of the kills came while a trial had a checkpoint.",
        f"{counts.studies} studies in {counts.starts} starts, of which {counts.stopped} stopped "
        "with a line that says why.",
        f"Compared with an undisturbed study: {counts.records} records with {counts.curves} "
        f"curves, {counts.weights} files of weights, {counts.runs} runs in MLflow.",
        *(f"WRONG: {each}" for each in counts.wrong),
        "" if counts.wrong else "Nothing differs.",
    ]  # fmt: skip
    return "\n".join(lines).rstrip()

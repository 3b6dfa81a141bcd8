"""Small files as the archives of time series have them."""

import numpy as np


def ts(sequences, labels, header="", classes=None):
    """The text of a .ts file.

    Args:
        sequences: (t, D) each.
        classes: as in the header; None for numbers to predict.
    """
    kind = "@targetLabel true" if classes is None else f"@classLabel true {' '.join(classes)}"
    lines = [
        ":".join([*(",".join(map(repr, map(float, row))) for row in np.transpose(case)), label])
        for case, label in zip(sequences, map(str, labels), strict=True)
    ]
    return "\n".join(["#made up", "@problemName Made", header, kind, "@data", *lines]) + "\n"


def pair(folder, suffix, train, test, name="Made"):
    """Write NAME_TRAIN and NAME_TEST; returns the path of the former."""
    for part, text in (("TRAIN", train), ("TEST", test)):
        (folder / f"{name}_{part}{suffix}").write_text(text)
    return folder / f"{name}_TRAIN{suffix}"

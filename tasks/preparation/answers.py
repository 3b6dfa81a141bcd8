"""Outputs of a network as a table for people.

pandas is loaded by the first answer: training needs none.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

PREDICTED = "predicted"  # the column of the most probable class


def of_classes(logits, names) -> "pd.DataFrame":
    """The most probable class of each row, and the probability of each class.

    Args:
        logits: (N, K).
        names: of the K classes.
    """
    import pandas as pd
    from scipy.special import softmax

    chances = softmax(logits, axis=-1)
    found = pd.DataFrame(chances, columns=[*names])
    found.insert(0, PREDICTED, [names[k] for k in chances.argmax(-1)], allow_duplicates=True)
    return found


def of_sets(logits, names) -> "pd.DataFrame":
    """The probability of each label, a row per row of the logits (N, K)."""
    import pandas as pd
    from scipy.special import expit

    return pd.DataFrame(expit(logits), columns=[*names])


def of_values(values, names) -> "pd.DataFrame":
    """The values (N, K) as they are."""
    import pandas as pd

    return pd.DataFrame(values, columns=[*names])

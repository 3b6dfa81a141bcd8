"""Tables in the binary forms that pandas reads: Parquet and Feather."""

from pathlib import Path

import pandas as pd

from ..framework.errors import TaskError

BINARY = {".parquet": pd.read_parquet, ".feather": pd.read_feather}


def frame_of(path: Path) -> pd.DataFrame:
    """The frame in a file.

    Raises:
        TaskError: pyarrow is not installed, or the file is broken.
    """
    suffix = path.suffix.lower()
    try:
        return BINARY[suffix](path)
    except ImportError:
        raise TaskError(
            f"{path} is read with the package pyarrow, which is not installed: pip install pyarrow"
        ) from None
    except (ValueError, OSError, KeyError) as error:
        reason = " ".join(str(error).split())
        raise TaskError(f"{path} is no {suffix} file, or a broken one: {reason}") from None

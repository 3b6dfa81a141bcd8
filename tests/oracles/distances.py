"""How far our cells are from other people's code: the figures in docs/results/agreement.csv.

``cd tests && python -m oracles.distances`` writes that file. The tests hold the same comparisons to
bounds; here they are measured. A distance is the largest difference of any array, as a share of the
array's largest value. Needs torch, torchrecurrent, xlstm and onnxruntime.
"""

import csv
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).parents[2] / "docs" / "results" / "agreement.csv"


class Distance(NamedTuple):
    """The largest differences between a cell and one other implementation.

    Attributes:
        cell: our name.
        code: the other implementation, such as "torch 2.13.0 nn.LSTM".
        precision: "float64", or "float32" for ONNX, which shows outputs only.
        outputs: of outputs and final states.
        gradients: of parameters, inputs and initial states; "" for ONNX.
    """

    cell: str
    code: str
    precision: str
    outputs: float
    gradients: float | str


def measured() -> Iterator[Distance]:
    """Every comparison of ``test_oracles`` and ``test_independent``, one after the other."""
    from helpers.independent import adapters, case_of, variant_of

    from oracles import onnx_models, torch_modules, torch_recurrent, xlstm_cell

    for name, (module, *_) in torch_modules.MODULES.items():
        case = case_of(variant_of(name))
        found = torch_modules.run(name, case)
        yield _distance(name, f"torch nn.{module.__name__}", case, found)
    for name, make in sorted(adapters().items()):
        variant = variant_of(name)
        case = case_of(variant)
        yield _distance(name, "torchrecurrent", case, torch_recurrent.run(make, case, variant))
    case = case_of(variant_of("slstm"))
    yield _distance("slstm", "xlstm", case, xlstm_cell.run(case))
    for name, (operator, *_) in onnx_models.OPERATORS.items():
        case = case_of(variant_of(name)).astype("float32")
        yield _distance(name, f"onnxruntime {operator}", case, onnx_models.run(name, case))


def _distance(name, code, case, want):
    from helpers.independent import variant_of
    from helpers.layers import layer_of

    from oracles.comparison import measure, relative_difference

    precision = str(case.x.dtype)
    found = measure(layer_of(variant_of(name), dtype=precision), case)
    far = {key: float(relative_difference(found[key], value)) for key, value in want.items()}
    gradients = [value for key, value in far.items() if key.startswith("d ")]
    outputs = max(value for key, value in far.items() if not key.startswith("d "))
    package, *rest = code.split(" ")
    title = " ".join([package, version(package).partition("+")[0], *rest])
    return Distance(name, title, precision, outputs, max(gradients) if gradients else "")


def main():
    """Measure all of them and write the file."""
    with open(FILE, "w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(Distance._fields)
        for found in measured():
            shown = [f"{v:.1e}" if isinstance(v, float) else v for v in found]
            rows.writerow(shown)
            assert found.outputs < (1e-9 if found.precision == "float64" else 1e-5), found


if __name__ == "__main__":
    main()

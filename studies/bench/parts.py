"""The parts of the bench: what each measures, in child processes, and how much work that is."""

from harness import blas

from . import child, first_step
from .first_step import FRESH
from .limits import limit
from .memory import TASKS as MEMORY_TASKS
from .memory import VARIANTS as MEMORY_VARIANTS
from .steps import present


def steps(options, note):
    """Rows of training steps, one per cell and shape; the best rate of products; the kernels.

    Args:
        note: called with a line about what has just been measured.
    """
    found, rate, kernels = {}, 0.0, {}
    libraries = [name for name in ("torch", "jax") if present(name)] or [None]
    for shape in options.shapes:
        for library in libraries:
            job = {
                "shape": shape, "names": options.variants, "pairs": options.pairs,
                "files": options.files, "library": library,
            }  # fmt: skip
            for row in child.rows("steps", job, options.keep_blas, JAX_PLATFORMS="cpu"):
                if "gemm_rate" in row:
                    rate, kernels = max(rate, row["gemm_rate"]), row["kernels"]
                    continue
                known = found.setdefault((shape, row["variant"]), row)
                known |= {k: v for k, v in row.items() if k not in known}
                note(f"{shape} {row['variant']}: {row['milliseconds']:.2f} ms")
    for row in found.values():
        least = limit(row["flop"], row["units"], rate)
        row["arithmetic limit"] = row["milliseconds"] / 1000 / least
    return list(found.values()), rate, kernels


def first_steps(options, note):
    """Rows of first training steps: a cell made up now, and every one asked for."""
    rows = []
    for name in (FRESH, *options.variants):
        rows.append(first_step.both(name, options.files, options.keep_blas))
        note(f"first step of {name}: {rows[-1]['first']:.2f} s, cached {rows[-1]['cached']:.2f} s")
    return rows


def memory(options, note):
    """Rows of a worker's memory."""
    rows = []
    for row in child.rows("memory", {}, options.keep_blas):
        rows.append(row)
        note(f"memory after {row['variant']} on {row['task']}: {row['megabytes']:.0f} MB")
    return rows


def tracking(options, note):
    """Rows of what search and tracking cost."""
    rows = []
    for row in child.rows("tracking_cost", {}, options.keep_blas):
        rows.append(row)
        note(f"around trials, {row['way']}: {row['wall']:.2f} s per trial")
    return rows


def work(options):
    """How many notes each part will make."""
    libraries = sum(present(name) for name in ("torch", "jax")) or 1
    counts = {
        "steps": len(options.shapes) * len(options.variants) * libraries,
        "first": 1 + len(options.variants),
        "memory": len(MEMORY_TASKS) * len(MEMORY_VARIANTS),
        "tracking": 7,
    }
    return sum(counts[part] for part in options.parts)


def remarks(environment, keep_blas):
    """Lines about what was set and what is not installed."""
    chosen = environment.get(blas.KERNELS)
    if chosen and not keep_blas:
        yield f"{blas.KERNELS}={chosen} was set; it is removed for the measurements"
    elif chosen:
        yield f"{blas.KERNELS}={chosen} is set, and kept"
    for library, lost in (("torch", "goals against it are"), ("jax", "its column is")):
        if not present(library):
            yield f"{library} is not installed: {lost} left out"

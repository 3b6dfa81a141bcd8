"""A foreign cell run step by step over a batch of ragged sequences, with gradients by autograd."""

import torch


def measure(make_step, case):
    """Outputs and gradients of a foreign cell on ``case``, named as by ``comparison.measure``.

    Args:
        make_step: takes our parameters, {name: tensor}, and returns step(x (B, D), *states (B, H))
            -> tuple of new states, the output first. It may transform the parameters: gradients
            are taken with respect to ours.
        case: a ``comparison.Case``.
    """
    at = {k: torch.tensor(v, requires_grad=True) for k, v in case.arrays().items()}
    step = make_step({k: at[k] for k in case.params})
    states = tuple(at[f"state {k}"] for k in range(len(case.state)))
    y, final = _unroll(step, at["x"], states, torch.tensor(case.lengths))
    pairs = [(case.dy, y), *zip(case.dfinal, final, strict=True)]
    sum((torch.tensor(weight) * value).sum() for weight, value in pairs).backward()
    result = {"y": y, **{f"final {k}": s for k, s in enumerate(final)}}
    result |= {f"d {k}": _gradient(v) for k, v in at.items()}
    return {k: v.detach().numpy() for k, v in result.items()}


def _unroll(step, x, states, lengths):
    """y (T, B, H), zero past each sequence's end; the states at each sequence's last step."""
    y = []
    for t, x_t in enumerate(x):
        alive = (t < lengths)[:, None]
        new = step(x_t, *states)
        states = tuple(torch.where(alive, n, s) for n, s in zip(new, states, strict=True))
        y.append(torch.where(alive, states[0], 0.0))
    return torch.stack(y), states


def _gradient(tensor):
    return torch.zeros_like(tensor) if tensor.grad is None else tensor.grad

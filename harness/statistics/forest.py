"""A random forest over the unit cube of a search, and the parts of its variance.

A tree is constant on boxes. So the mean over all other hyperparameters of what it says, at a value
of one or of two of them, is a sum over boxes, without sampling (functional ANOVA; Hutter, Hoos and
Leyton-Brown, 2014, ICML). Each axis is a grid of equally probable values.
"""

from typing import NamedTuple

import numpy as np
from scipy.stats.qmc import Sobol

#: Sobol's points are balanced at powers of two only.
POINTS = 4096


class Boxes(NamedTuple):
    """The leaves of all trees of a forest."""

    inside: list  # per axis (grid, leaves): whether the value lies in the leaf
    widths: np.ndarray  # (axes, leaves): share of the axis that lies in the leaf
    values: np.ndarray  # (leaves,): what the leaf says, over the number of trees


def boxes(forest, grids):
    """The leaves of a forest.

    Args:
        forest: fitted.
        grids: per axis its values (grid,).
    """
    corners = [_leaves(each.tree_) for each in forest.estimators_]
    low, high, values = (np.concatenate(part) for part in zip(*corners, strict=True))
    inside = [
        ((grid[:, None] > low[:, axis]) & (grid[:, None] <= high[:, axis])).astype(float)
        for axis, grid in enumerate(grids)
    ]
    widths = np.stack([each.mean(axis=0) for each in inside])
    return Boxes(inside, widths, values / len(corners))


def _leaves(tree):
    """Corners (leaves, axes) and values (leaves,) of a tree's leaves."""
    low = np.full((tree.node_count, tree.n_features), -np.inf)
    high = np.full((tree.node_count, tree.n_features), np.inf)
    for node in range(tree.node_count):  # parents come before their children
        left, right = tree.children_left[node], tree.children_right[node]
        if left < 0:
            continue
        axis, threshold = tree.feature[node], tree.threshold[node]
        low[[left, right]], high[[left, right]] = low[node], high[node]
        high[left, axis] = low[right, axis] = threshold
    leaf = tree.children_left < 0
    return low[leaf], high[leaf], tree.value[leaf, 0, 0]


def marginal(leaves, *axes):
    """The mean of the forest over all other axes.

    Args:
        leaves: ``Boxes``.
        axes: one or two.

    Returns:
        (grid,) or (grid, grid).
    """
    weight = leaves.values * np.delete(leaves.widths, axes, axis=0).prod(axis=0)
    if len(axes) == 1:
        return leaves.inside[axes[0]] @ weight
    return (leaves.inside[axes[0]] * weight) @ leaves.inside[axes[1]].T


def variance(forest, grids):
    """The variance of the forest over the whole cube, at Sobol's points (error about 1%)."""
    points = Sobol(len(grids), scramble=False).random(POINTS)
    cube = [grid[(u * len(grid)).astype(int)] for u, grid in zip(points.T, grids, strict=True)]
    return float(np.var(forest.predict(np.stack(cube, axis=1))))

"""The embedded Reber grammar as an automaton, walked for many strings at once.

A string is held as its path, the node after each symbol. At most one symbol leads from one node to
another, so paths and strings correspond one to one.
"""

from functools import cache

import numpy as np

SYMBOLS = "BTPSXVE"
# Reber's automaton: for each node, the symbols that may come and the node that each leads to.
REBER = (
    {"B": 1},
    {"T": 2, "P": 3},
    {"S": 2, "X": 4},
    {"T": 3, "V": 5},
    {"X": 3, "S": 6},
    {"P": 4, "V": 6},
    {"E": 7},
)


def embed(grammar=REBER) -> list[dict[str, int]]:
    """The automaton with one copy of ``grammar`` after B T and one after B P; its end is {}."""
    size = len(grammar) + 1
    last = 2 + 2 * size
    nodes = [{"B": 1}, {"T": 2, "P": 2 + size}]
    for start, letter in ((2, "T"), (2 + size, "P")):
        nodes += [{symbol: start + to for symbol, to in node.items()} for node in grammar]
        nodes += [{letter: last}]
    return [*nodes, {"E": last + 1}, {}]


GRAPH = embed()
END = len(GRAPH) - 1
# Two successors per node, one per side of a coin; the end leads to itself.
NEXT = np.array([(list(node.values()) * 2)[:2] if node else [END] * 2 for node in GRAPH])
LEGAL = np.array([[symbol in node for symbol in SYMBOLS] for node in GRAPH], np.float32)
# READ[a, b]: the symbol between two nodes counted from 1, or 0.
READ = np.zeros((len(GRAPH), len(GRAPH)), np.uint8)
for _node, _edges in enumerate(GRAPH):
    for _symbol, _to in _edges.items():
        READ[_node, _to] = 1 + SYMBOLS.index(_symbol)
COINS = 5  # thrown at once: one table lookup instead of five


def walk(rng: np.random.Generator, n: int, longest: int) -> np.ndarray:
    """Draw strings by a fair coin at each fork, from node 0.

    Returns:
        paths (n or fewer, longest + 1); strings of more than ``longest`` symbols are left out.
    """
    steps = nodes_ahead()
    places = throws(rng, steps, np.zeros(n, np.intp), longest)
    paths = np.zeros((n, 1 + COINS * len(places)), np.int16)
    paths[:, 1:] = steps.take(places.T, axis=0).reshape(n, -1)
    paths = paths[:, : longest + 1]
    return paths[paths[:, -1] == END]


@cache
def nodes_ahead() -> np.ndarray:
    """``steps_ahead`` for a single string."""
    return steps_ahead(NEXT)


def steps_ahead(successors: np.ndarray) -> np.ndarray:
    """The nodes reached from each node, for each outcome of five coins.

    Args:
        successors: (S, 2), one per side of a coin; the first coin is the lowest bit.

    Returns:
        (S * 32, 5).
    """
    node = np.repeat(np.arange(len(successors)), 2**COINS)
    coins = np.tile(np.arange(2**COINS), len(successors))
    reached = np.empty((len(node), COINS), np.int16)
    for k in range(COINS):
        node = reached[:, k] = successors[node, coins >> k & 1]
    return reached


def throws(rng: np.random.Generator, steps: np.ndarray, nodes: np.ndarray, length: int):
    """Draw rows (rounds, N) of ``steps_ahead`` that lead from nodes (N,) over ``length`` steps."""
    rounds = -(-length // COINS)
    coins = rng.integers(2**COINS, size=(rounds, len(nodes)))
    rows = np.empty((rounds, len(nodes)), np.intp)
    last = steps[:, -1].astype(np.intp) << COINS
    nodes = nodes.astype(np.intp) << COINS
    for k in range(rounds):
        np.add(nodes, coins[k], out=rows[k])
        nodes = last.take(rows[k])
    return rows


def symbols(paths: np.ndarray) -> np.ndarray:
    """Symbols (n, longest) as indices into SYMBOLS counted from 1, then zeros."""
    return READ.take(paths[:, :-1] * len(READ) + paths[:, 1:])


def eighth(paths: np.ndarray) -> np.ndarray:
    """A hash of each string from 0 to 7, (n,): the same in every process and study."""
    codes = symbols(paths).astype(np.uint64)
    powers = np.cumprod(np.full(codes.shape[1], 0x9E3779B97F4A7C15, np.uint64))
    mixed = codes @ powers  # modulo 2^64
    mixed ^= mixed >> np.uint64(32)
    mixed *= np.uint64(0xD6E8FEB86659FD93)
    return (mixed >> np.uint64(61)).astype(np.int64)

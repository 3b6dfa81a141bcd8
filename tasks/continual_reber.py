"""The continual embedded Reber grammar: strings without end, and nobody says where one begins."""

from functools import cache, partial
from typing import ClassVar

import numpy as np

from .base import Task
from .data import Batch, Splits, Stream
from .legal_sets import memoryless, most_common
from .metrics import METRICS
from .reber_grammar import END, LEGAL, NEXT, READ, SYMBOLS
from .registry import register
from .rows import of_sets

RING = np.where(NEXT == END, 0, NEXT)[:END]  # after a string, the next one
SYMBOL = np.take_along_axis(READ, NEXT, 1)[:END].astype(np.intp) - 1  # on each side of a coin
COINS = 8  # thrown at once: one look into a table in place of eight


@register("continual_reber")
class ContinualReber(Task):
    """Which symbols may come next in a never-ending stream of embedded Reber strings.

    One row, T = 14, a piece that begins within a string: the end of BPBPVVEPE, then BTBTXSETE and
    the beginning of a third; below each symbol read, the set to predict. ::

        x  V    E    P    E    B    T    B    T    X    S    E    T    E    B
        y  PVE  TP   E    B    TP   B    TP   SX   SX   E    T    E    B    TP

    x (N, T, 7) is one-hot in the order BTPSXVE, y (N, T, 7) holds a 1 for every symbol that may
    follow. Strings are drawn as in ``embedded_reber``, a coin at every fork and of any length,
    and follow each other without a mark or a reset: to forget at a string's end is to be learned.

    The stream is cut into pieces of ``length`` steps, and of ``test_length`` in the test split; a
    piece may begin at any step of the stream, and the cell begins it in its initial state. (To
    carry the state from piece to piece is not possible yet.) So the first steps of a piece belong
    to a string of which the beginning was not seen. Their targets are what *some* stream allows
    after all that the piece has shown: above, T and P after the first E, for the second symbol was
    not seen. From the first whole string on, and mostly earlier, this is the set that the grammar
    allows, and an answer that is right everywhere exists.

    The baseline "second symbol forgotten" is right everywhere but where that symbol must be
    repeated.

    Gers, Schmidhuber, Cummins (2000), Neural Computation 12(10): a stream starts with a string and
    is learned online until the first symbol at which an output errs by .49 or more, or for
    100,000 symbols; then, with frozen weights, ten streams are tested in the same way, and their
    mean length is the score. Training ends when it is 100,000, which is perfect, or after 30,000
    streams. Of 100 cells without forget gates none was perfect, with them 18 were (62 if the
    learning rate decays). Here a stream goes on after an error, and every step counts.
    """

    kind = "multilabel"
    metric = "legal"
    inputs = 7
    outputs = 7
    epochs = 30
    patience = None
    search: ClassVar = {"hidden": (8, 32)}

    length = 100
    test_length = 500
    valid_sequences = 128
    test_sequences = 128

    def splits(self, rng):
        return Splits(
            Stream(partial(pieces, length=self.length)),
            pieces(rng, self.valid_sequences, self.length),
            pieces(rng, self.test_sequences, self.test_length),
        )

    def baselines(self, splits):
        """Sets counted on the validation pieces, measured on the test pieces."""
        asked = splits.test
        repeats = _repeats(splits.valid)
        usual = most_common(splits.valid.y[repeats]) if repeats.any() else np.zeros(7)
        guesses = memoryless(splits.valid, asked)
        guesses["second symbol forgotten"] = (
            np.where(_repeats(asked)[..., None], usual, asked.y) - 0.5
        )
        score = METRICS[self.metric].score
        return {name: score(guess, asked.y, None) for name, guess in guesses.items()}

    def sketch(self, batch):
        return of_sets(batch, SYMBOLS, SYMBOLS)


def pieces(rng: np.random.Generator, size: int, length: int) -> Batch:
    """``size`` pieces of ``length`` steps, each from a stream of its own, cut at any step of it."""
    return walk(rng, rng.choice(END, size, p=shares()), length)


def walk(rng: np.random.Generator, nodes: np.ndarray, length: int) -> Batch:
    """A piece from each of the nodes (N,) on, for a reader who does not know the node."""
    reads, visits, legal = table()
    rounds = -(-length // COINS)
    coins = rng.integers(2**COINS, size=(rounds, len(nodes)))
    place = np.empty((rounds, len(nodes)), np.intp)
    state = nodes  # of the reader's automaton, which begins with those of the ignorant
    for k in range(rounds):
        np.add(state << COINS, coins[k], out=place[k])
        state = visits[place[k], -1]
    read, visited = (
        found[place.T].reshape(len(nodes), -1)[:, :length] for found in (reads, visits)
    )
    return Batch(np.eye(7, dtype=np.float32)[read], legal[visited])


@cache
def table() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """All that may happen in eight steps, for each state and, bit by bit, the coins thrown there.

    Returns:
        (S * 256, 8) symbols read, as places in SYMBOLS; (S * 256, 8) states visited; (S, 7) what a
        reader in each state takes for legal.
    """
    successors, symbol, legal = reader()
    state = np.repeat(np.arange(len(legal)), 2**COINS)
    coins = np.tile(np.arange(2**COINS), len(legal))
    reads, visits = np.empty((2, len(state), COINS), np.intp)
    for k in range(COINS):
        side = coins >> k & 1
        reads[:, k] = symbol[state, side]
        state = visits[:, k] = successors[state, side]
    return reads, visits, legal


@cache
def reader() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The automaton of a stream and of what its reader knows: (node, nodes where it may be).

    Reading begins in one of the first END states, at each node not knowing which.

    Returns:
        (S, 2) the next state and (S, 2) the symbol read, for each side of a coin; (S, 7) what may
        come next, as the reader sees it.
    """
    states = [(node, frozenset(range(END))) for node in range(END)]
    number = {state: i for i, state in enumerate(states)}
    successors = []
    for node, known in states:  # grows while it is walked
        for to, symbol in zip(RING[node], SYMBOL[node], strict=True):
            state = int(to), _follow(known, symbol)
            if state not in number:
                number[state] = len(states)
                states.append(state)
            successors.append(number[state])
    legal = np.stack([LEGAL[list(known)].max(0) for _, known in states])
    nodes = [node for node, _ in states]
    return np.reshape(successors, (-1, 2)), SYMBOL[nodes], legal


@cache
def shares() -> np.ndarray:
    """(END,) the share of a stream's steps that are read from each node."""
    move = np.zeros((END, END))
    for side in (0, 1):
        np.add.at(move, (np.arange(END), RING[:, side]), 1 / 2)
    # p = p @ move leaves the sum free: it takes the place of one equation.
    equations = move.T - np.eye(END)
    equations[-1] = 1
    return np.linalg.solve(equations, np.eye(END)[-1])


def _follow(known, symbol):
    """Where a stream may be after a symbol, if it was in one of the nodes known."""
    return frozenset(
        int(RING[n, side]) for n in known for side in (0, 1) if SYMBOL[n, side] == symbol
    )


def _repeats(batch):
    """(N, T) bool: the steps after which a string's second symbol comes again."""
    T, P = SYMBOLS.index("T"), SYMBOLS.index("P")
    others = np.delete(batch.y, (T, P), axis=-1).any(-1)
    return (batch.x[..., SYMBOLS.index("E")] > 0) & ~others

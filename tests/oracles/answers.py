"""The target of each synthetic task, derived from the input alone, without its generator.

There is one function per task: (x, task, held) -> the target of the sequence x (t, D), or a list of
targets for tasks that have one at every step. ``held`` says whether the sequence is held out, for
validation or test. Steps without a target have NaN (values) or -1 (classes). None means that x does
not determine the target.
"""

import math

NAN = math.nan
NODES = {  # Reber's automaton: the next node for each symbol
    "start": {"B": 1}, 1: {"T": 2, "P": 3}, 2: {"S": 2, "X": 4}, 3: {"T": 3, "V": 5},
    4: {"X": 3, "S": 6}, 5: {"P": 4, "V": 6}, 6: {"E": "done"},
}  # fmt: skip


def adding(x, task, held):
    return [sum(value for value, marker in x if marker == 1)]


def adding_ragged(x, task, held):
    return [0.5 + sum(value for value, marker in x if marker == 1) / 4]


def multiplication(x, task, held):
    return [math.prod(value for value, marker in x if marker == 1)]


def temporal_order(x, task, held):
    place = 0
    for symbol in read(x, "EBabcdXY"):
        if symbol in "XY":
            place = 2 * place + (symbol == "Y")
    return place


def long_lag(x, task, held):
    symbols = read(x, range(task.inputs))
    if task.form == "2c":
        return [-1] * (len(x) - 1) + [symbols[1] - (task.inputs - 2)]
    if task.form == "2b" and held:
        return [-1] * (len(x) - 1) + [symbols[0]]
    return [*symbols[1:], symbols[0]]


def two_sequence(x, task, held):
    if task.form == "3b" or (task.form == "3c" and not held):
        return None
    one, two = (1, 0) if task.form == "3a" else (0.2, 0.8)
    return [one if x[0, 0] == 1 else two]


def copy_memory(x, task, held):
    symbols = read(x, range(task.inputs))
    return [0] * (len(x) - task.items) + symbols[: task.items]


def delayed_recall(x, task, held):
    kept, found = None, []
    for step in x:
        *symbol, stores, asks = step
        shown = symbol.index(1)
        kept = shown if stores else kept
        found.append(kept if asks else -1)
    return found


def parity(x, task, held):
    odd, found = 0, []
    for (bit,) in x:
        odd = odd != bit
        found.append(int(odd))
    return found


def arithmetic_series(x, task, held):
    return [2 * x[-1, 0] - x[-2, 0]]


def counting(x, task, held):
    letters = "abc"[: task.inputs - 1]
    symbols, found = read(x, "S" + letters), []
    for t in range(len(symbols)):
        counts = [symbols[: t + 1].count(letter) for letter in letters]
        if counts[1] == 0:
            legal = {"a"} if counts[0] == 0 else {"a", "b"}
        else:
            later = [a for a, k in zip(letters, counts, strict=True) if k < counts[0]]
            legal = {(later or "T")[0]}
        found.append(legal)
    return sets(found, letters + "T")


def dyck(x, task, held):
    k, stack, found = task.kinds, [], []
    for bracket in read(x, range(2 * k)):
        if bracket < k:
            stack.append(bracket)
        else:
            assert stack.pop() == bracket - k
        legal = {*range(k)} if len(stack) < task.depth else set()
        found.append(legal | {k + kind for kind in stack[-1:]})
    assert not stack
    return sets(found, range(2 * k))


def embedded_reber(x, task, held):
    return sets(reber(read(x, "BTPSXVE")), "BTPSXVE")


def continual_reber(x, task, held):
    return embedded_reber(x, task, held)


def spike_delays(x, task, held):
    since, found = 0, []
    for (spike,) in x:
        since += 1
        found.append([since - task.interval if spike else NAN])
        since = 0 if spike else since
    return found


def timed_spikes(x, task, held):
    since, found = 0, []
    for (delay,) in x:
        since += 1
        spikes = since == task.interval + delay
        found.append([float(spikes)])
        since = 0 if spikes else since
    return found


def periodic_function(x, task, held):
    F = task.period
    shapes = {
        "cosine": lambda t: 0.5 - 0.5 * math.cos(2 * math.pi * t / F),
        "triangle": lambda t: 2 * min(t % F, F - t % F) / F,
        "rectangle": lambda t: float(t % F > F / 2),
    }
    return [[shapes[task.function](t + 1)] for t in range(len(x))]


def read(x, names):
    """The symbols of a sequence, which must be one-hot."""
    assert all(sorted(step) == [0] * (len(step) - 1) + [1] for step in x)
    return [names[list(step).index(1)] for step in x]


def sets(found, names):
    """Sets of symbols as rows of 0 and 1."""
    return [[float(name in legal) for name in names] for legal in found]


def reber(symbols):
    """The set of legal next symbols after each symbol of consecutive embedded strings."""
    place, outer, node, found = 0, None, None, []
    for symbol in symbols:
        if place == 1:  # the second symbol of a string
            outer, node = symbol, "start"
        elif place == 2 and node != "done":
            node = NODES[node][symbol]
        elif place == 2:  # the repetition
            assert symbol == outer
            node = "end"
        place = {0: 1, 1: 2, 2: 3 if node == "end" else 2, 3: 0}[place]
        legal = {0: {"B"}, 1: {"T", "P"}, 3: {"E"}}.get(place)
        found.append(legal or ({outer} if node == "done" else {*NODES[node]}))
    return found

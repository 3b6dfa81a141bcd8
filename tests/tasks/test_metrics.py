"""Metrics: what they say is what scikit-learn says of the targets alone, or a sum done by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, softmax
from sklearn import metrics as judge

from gatelab.tasks import METRICS, TaskError
from gatelab.tasks.framework.metrics import CLASSES, VALUES, Metric
from gatelab.tasks.framework.scores import confusion

seeds = st.integers(0, 2**32 - 1)
K = 3
NAN = float("nan")


def rng(seed=0):
    return np.random.default_rng(seed)


# What the judge says of M targets. Outputs are (M, K); y is (M, K), or (M,) if classes ------------


def nats(outputs, y):
    if y.ndim == 1:
        return judge.log_loss(y, softmax(outputs, -1), labels=range(outputs.shape[1]))
    columns = zip(y.T, expit(outputs).T, strict=True)
    return sum(judge.log_loss(true, p, labels=[0, 1]) for true, p in columns)


def f1(outputs, y):
    answers = outputs.argmax(-1) if y.ndim == 1 else outputs > 0
    each = judge.f1_score(y, answers, average=None, labels=np.arange(K), zero_division=NAN)
    return np.nanmean(each)  # those that nobody names and that never occur have none


def of_pairs(function):
    """Of two classes the odds of the second, of labels all together."""

    def judged(outputs, y):
        odds = outputs[:, 1] - outputs[:, 0] if y.ndim == 1 else outputs.ravel()
        return function(y.ravel(), odds)

    return judged


def all_within(tolerance):
    return lambda outputs, y: (np.abs(outputs - y) < tolerance).all(-1).mean()


JUDGES = {
    "mse": lambda outputs, y: judge.mean_squared_error(y, outputs),
    "rmse": lambda outputs, y: judge.mean_squared_error(y, outputs) ** 0.5,
    "mae": lambda outputs, y: judge.mean_absolute_error(y, outputs),
    "nmse": lambda outputs, y: 1 - judge.r2_score(y, outputs, multioutput="variance_weighted"),
    "accuracy": lambda outputs, y: judge.accuracy_score(y, outputs.argmax(-1)),
    "macro_f1": f1,
    "legal": lambda outputs, y: judge.accuracy_score(y, outputs > 0),
    "nll": nats,
    "perplexity": lambda outputs, y: np.exp(nats(outputs, y)),
    "bits": lambda outputs, y: nats(outputs, y) / np.log(2),
    "roc_auc": of_pairs(judge.roc_auc_score),
    "average_precision": of_pairs(judge.average_precision_score),
}
BINARY = ("roc_auc", "average_precision")
PER_STEP = ("series", "labelling", "multilabel")
CASES = [(name, kind) for name in JUDGES for kind in METRICS[name].kinds]


def drawn(kind, draw, shape, width):
    """Outputs (*shape, width) and targets that they often meet; both of two classes occur."""
    outputs = draw.normal(size=(*shape, width))
    if kind in VALUES:
        return outputs, outputs + draw.normal(size=outputs.shape)
    if kind in CLASSES:
        y = np.where(draw.random(shape) < 0.5, outputs.argmax(-1), draw.integers(0, width, shape))
        y.flat[0], y.flat[-1] = 0, 1
        return outputs, y
    y = np.where(draw.random(outputs.shape) < 0.3, outputs <= 0, outputs > 0).astype(np.float32)
    y.flat[0], y.flat[-1] = 0, 1
    return outputs, y


@pytest.mark.parametrize(("name", "kind"), CASES)
@settings(deadline=None, max_examples=15)
@given(seed=seeds, ragged=st.booleans(), n=st.integers(2, 6), steps=st.integers(1, 7))
def test_scores_are_those_of_the_targets_alone(name, kind, seed, ragged, n, steps):
    """Padding and steps without a target hold NaN in the outputs, and count for nothing."""
    draw, width = rng(seed), 2 if name in BINARY and kind in CLASSES else K
    lengths = draw.integers(1, steps + 1, n) if ragged else None
    on = np.arange(steps) < (np.full(n, steps) if lengths is None else lengths)[:, None]
    if kind in ("series", "labelling"):
        targets = on & (draw.random(on.shape) < 0.7)
        on = targets if targets.sum() > 1 else on
    outputs, y = drawn(kind, draw, (int(on.sum()),), width)
    judged = JUDGES[name](outputs, y)
    if kind in PER_STEP:
        flat = outputs, y
        outputs = np.full((n, steps, width), np.nan)
        y = draw.integers(0, 2, (n, steps, *y.shape[1:])).astype(y.dtype)  # past the end: anything
        inside = np.arange(steps) < (steps if lengths is None else lengths[:, None])
        y[np.broadcast_to(inside, y.shape[:2]) & ~on] = -1 if kind == "labelling" else np.nan
        outputs[on], y[on] = flat
    assert METRICS[name].score(outputs, y, lengths) == pytest.approx(judged, rel=1e-6)


# Shapes at the edge: scikit-learn reads them with its own rules, so it is told what they are ------


def label_f1(y, answers):
    """The mean over labels that occur, each as a binary problem of its own."""
    pairs = [(true, named) for true, named in zip(y.T, answers.T, strict=True)]
    found = [judge.f1_score(t, a, pos_label=1) for t, a in pairs if (t | a).any()]
    return np.mean(found) if found else NAN


@pytest.mark.parametrize("labels", [1, 2])
@pytest.mark.parametrize("lengths", [None, [4, 1]])
@pytest.mark.parametrize("present", [(0, 1), (0,), (1,)])
def test_few_labels_are_scored_as_labels(labels, lengths, present):
    """One label is a label, not a class beside its absence; nor is one that never is absent."""
    draw = rng(labels + 7 * len(present))
    y = draw.choice(present, (2, 4, labels)).astype(np.float32)
    outputs = draw.normal(size=y.shape)
    lengths = None if lengths is None else np.array(lengths)
    on = np.arange(4) < (np.full(2, 4) if lengths is None else lengths)[:, None]
    true, answers = y[on] > 0.5, outputs[on] > 0
    expected = {
        "macro_f1": label_f1(true, answers),
        "legal": (true == answers).all(1).mean(),
        "nll": sum(
            judge.log_loss(t, p, labels=[0, 1])
            for t, p in zip(true.T, expit(outputs[on]).T, strict=True)
        ),
    }
    if len(present) == 2:
        expected["roc_auc"] = judge.roc_auc_score(true.ravel(), outputs[on].ravel())
    if 1 in present:
        expected["average_precision"] = judge.average_precision_score(
            true.ravel(), outputs[on].ravel()
        )
    for name, figure in expected.items():
        assert METRICS[name].score(outputs, y, lengths) == pytest.approx(figure, nan_ok=True), name
    whole = [(true_ == answer).all() for true_, answer in zip(*split(y, outputs, on), strict=True)]
    assert METRICS["accepted"].score(outputs, y, lengths) == np.mean(whole)


def split(y, outputs, on):
    """Truth and answers of each sequence."""
    return [
        [part[n][on[n]] > cut for n in range(len(part))] for part, cut in ((y, 0.5), (outputs, 0))
    ]


@pytest.mark.parametrize("classes", [1, 2, 3])
@pytest.mark.parametrize("present", [0, None])
def test_few_classes_are_scored_as_classes(classes, present):
    draw = rng(classes)
    y = draw.integers(0, classes, 20) if present is None else np.full(20, present)
    outputs = draw.normal(size=(20, classes))
    answers = outputs.argmax(-1)
    f1 = judge.f1_score(y, answers, labels=np.union1d(y, answers), average="macro")
    assert METRICS["macro_f1"].score(outputs, y, None) == f1  # to the bit
    assert METRICS["accuracy"].score(outputs, y, None) == judge.accuracy_score(y, answers)
    assert METRICS["nll"].score(outputs, y, None) == pytest.approx(
        judge.log_loss(y, softmax(outputs, -1), labels=range(classes)) if classes > 1 else 0
    )
    assert confusion(outputs, y).tolist() == [
        [int(((y == i) & (answers == j)).sum()) for j in range(classes)] for i in range(classes)
    ]


def test_one_value_is_scored_as_a_value():
    y, outputs = np.array([[1.0], [3.0]]), np.array([[2.0], [3.0]])
    for name in ("mse", "mae", "rmse", "nmse"):
        expected = JUDGES[name](outputs, y)
        assert METRICS[name].score(outputs, y, None) == pytest.approx(expected)
        per_step = METRICS[name].score(outputs[None], y[None], np.array([2]))
        assert per_step == pytest.approx(expected)


def test_the_f1_of_one_label_is_not_that_of_its_absence():
    y = np.array([[[1], [1], [0], [0], [0], [0]]], np.float32)
    logits = np.array([[[1], [-1], [-1], [-1], [-1], [-1]]], np.float32)
    assert METRICS["macro_f1"].score(logits, y, None) == pytest.approx(2 / 3)  # absence: 8 / 9


def test_every_metric_has_its_judge_or_its_sum_by_hand():
    by_hand = {"accepted", *(name for name in METRICS if name.startswith("solved"))}
    assert set(JUDGES) | by_hand == set(METRICS)
    assert all(metric.name == name for name, metric in METRICS.items())


# By hand -----------------------------------------------------------------------------------------


def test_scores_by_hand():
    score = {name: metric.score for name, metric in METRICS.items()}
    outputs, y = np.array([[1.0], [3.0]]), np.array([[0.0], [1.0]])
    assert score["mse"](outputs, y, None) == 2.5
    assert score["rmse"](outputs, y, None) == 2.5**0.5
    assert score["mae"](outputs, y, None) == 1.5
    assert score["nmse"](outputs, y, None) == 10  # saying 1/2 costs 1/4
    logits = np.array([[0.1, 0.9], [2.0, -1.0], [0.0, 5.0]])
    assert score["accuracy"](logits, np.array([1, 1, 1]), None) == pytest.approx(2 / 3)
    even = np.zeros((1, 4, 8))
    assert score["bits"](even, np.array([[0, 7, -1, 3]]), None) == pytest.approx(3)
    assert score["perplexity"](even, np.array([[0, 7, -1, 3]]), None) == pytest.approx(8)
    labels = np.ones((1, 4, 8))
    assert score["bits"](even, labels, None) == pytest.approx(8)  # a bit per label, summed
    y = np.array([[[1.0, 1.0], [1.0, 0.0]]])
    logits = np.array([[[0.3, 8.0], [4.0, 0.1]]])  # the second set has a label too many
    assert score["legal"](logits, y, None) == 0.5


def test_values_count_one_by_one():
    """A target of NaN takes one value out, not its step, and each output has its own mean."""
    y = np.array([[[0.0, 10.0], [2.0, NAN], [NAN, NAN], [NAN, 14.0]]])
    outputs = y + np.array([[[1.0, 2.0], [0.0, 9.0], [9.0, 9.0], [9.0, 0.0]]])
    outputs[np.isnan(y)] = NAN
    assert METRICS["mse"].score(outputs, y, None) == 5 / 4
    assert METRICS["mae"].score(outputs, y, None) == 3 / 4
    assert METRICS["nmse"].score(outputs, y, None) == (1 + 4) / (1 + 1 + 4 + 4)


@settings(deadline=None, max_examples=30)
@given(seed=seeds, steps=st.integers(1, 5))
def test_the_best_constant_has_an_nmse_of_1(seed, steps):
    y = rng(seed).normal([5, -1, 0], [3, 1, 0.1], (4, steps, 3)).astype(np.float32)
    constant = np.broadcast_to(y.mean((0, 1), dtype=float), y.shape)
    assert METRICS["nmse"].score(constant, y, None) == pytest.approx(1)
    assert METRICS["nmse"].score(y, y, None) == 0


def test_a_sequence_is_solved_by_its_worst_target():
    y = np.array([[0.0, 1.0, NAN], [0.0, NAN, 5.0], [NAN, 0.0, 5.0], [NAN, NAN, 5.0]])[..., None]
    errors = np.array([[0.03, -0.03, 9.0], [0.3, 9.0, 9.0], [9.0, 0.2, 9.0], [9.0, 9.0, 9.0]])
    outputs, lengths = np.nan_to_num(y) + errors[..., None], np.array([3, 2, 2, 2])
    share = lambda name: METRICS[name].score(outputs, y, lengths)
    # The last sequence has no target and does not count.
    assert [share(n) for n in ("solved", "solved_0.25", "solved_0.3", "solved_0.49")] == [
        pytest.approx(k / 3) for k in (1, 2, 2, 3)
    ]
    assert METRICS["solved"].score(outputs[:, 0], y[:, 0], None) == 0.5  # of sequences (N, K)


def test_a_sequence_of_classes_is_solved_by_naming_every_one():
    y = np.array([[0, 1, -1], [1, 1, 0], [1, -1, 0]])
    logits = np.eye(2)[np.array([[0, 1, 0], [1, 0, 0], [1, 1, 1]])]
    assert METRICS["solved"].score(logits, y, np.array([3, 3, 2])) == pytest.approx(2 / 3)
    assert METRICS["solved"].score(logits[:, 0], y[:, 0], None) == 1


# Nothing, and nonsense ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", METRICS)
def test_nan_is_never_a_right_answer(name):
    """Two of three targets are right. A share counts two; all else is NaN, which beats nothing."""
    metric = METRICS[name]
    outputs = np.array([[NAN, NAN], [1.0, 0.0], [0.0, 1.0]])
    for kind in metric.kinds:
        y = np.array([0, 0, 1]) if kind in CLASSES else np.array([[0.0, 0], [1, 0], [0, 1]])
        score = metric.score(outputs, y, None)
        if name == "macro_f1":
            assert score == pytest.approx((2 / 3 + (1 if kind in CLASSES else 2 / 3)) / 2)
        elif metric.direction == "maximize" and name not in BINARY:
            assert score == pytest.approx(2 / 3)
        else:
            assert np.isnan(score)


@pytest.mark.parametrize("name", METRICS)
def test_nothing_to_score_is_nan(name):
    outputs, metric = np.zeros((2, 3, 2)), METRICS[name]
    if "labelling" in metric.kinds:
        assert np.isnan(metric.score(outputs, np.full((2, 3), -1), None))
    if "series" in metric.kinds:
        assert np.isnan(metric.score(outputs, np.full((2, 3, 2), NAN), None))


def test_what_one_sort_of_target_cannot_tell_is_nan():
    logits, none, every = np.zeros((1, 3, 1)), np.zeros((1, 3, 1)), np.ones((1, 3, 1))
    for y in (none, every):
        assert np.isnan(METRICS["roc_auc"].score(logits, y, None))
    assert np.isnan(METRICS["average_precision"].score(logits, none, None))
    assert METRICS["average_precision"].score(logits, every, None) == 1
    assert np.isnan(METRICS["nmse"].score(logits, every, None))


def test_log_probabilities_of_zero_are_allowed():
    """Baselines hand in logarithms of shares, and a share may be 0."""
    certain = np.array([[0.0, -np.inf], [-np.inf, 0.0]])
    right, wrong = np.array([0, 1]), np.array([1, 1])
    assert METRICS["nll"].score(certain, right, None) == 0
    assert METRICS["nll"].score(certain, wrong, None) == np.inf
    assert METRICS["roc_auc"].score(certain, right, None) == 1
    assert METRICS["nll"].score(np.array([[[np.inf, -np.inf]]]), np.array([[[1, 0.0]]]), None) == 0
    assert METRICS["perplexity"].score(np.array([[1e9, 0.0]]), np.array([1]), None) == np.inf


@pytest.mark.parametrize("name", METRICS)
def test_shapes_that_would_broadcast_are_refused(name):
    pairs = {"values": np.zeros(3), "classes": np.zeros((3, 1), int)}
    kinds = METRICS[name].kinds
    fitting = {"values": set(kinds) - set(CLASSES), "classes": set(kinds) & set(CLASSES)}
    for sort, y in pairs.items():
        if fitting[sort]:
            with pytest.raises(TaskError, match=r"outputs of shape \(3, 1\) do not fit targets"):
                METRICS[name].score(np.zeros((3, 1)), y, None)


@pytest.mark.parametrize("name", BINARY)
def test_three_classes_have_no_curve(name):
    with pytest.raises(TaskError, match=f"{name}: wants two classes, got 3"):
        METRICS[name].score(np.zeros((4, 3)), np.array([0, 1, 2, 0]), None)


def test_better_follows_the_direction_and_never_prefers_nan():
    mse, accuracy = METRICS["mse"], METRICS["accuracy"]
    assert mse.better(0.1, 0.2)
    assert not mse.better(0.2, 0.1)
    assert accuracy.better(0.2, 0.1)
    assert not accuracy.better(0.1, 0.1)
    for metric in (*METRICS.values(), Metric("mine", "maximize", lambda *_: 0.0)):
        assert not metric.better(NAN, 0.5)
        assert metric.better(0.5, NAN)
        assert not metric.better(NAN, NAN)


@settings(deadline=None, max_examples=15)
@given(seed=seeds)
@pytest.mark.parametrize("name", METRICS)
def test_the_direction_is_that_of_the_truth(name, seed):
    """What says the truth beats what says its opposite."""
    metric, kind = METRICS[name], METRICS[name].kinds[0]
    y = drawn(kind, rng(seed), (12,), 2)[1]
    truth = y if kind in VALUES else 9 * (np.eye(2)[y] if kind in CLASSES else y) - 4.5
    good, bad = metric.score(truth, y, None), metric.score(-truth - 1, y, None)
    assert metric.better(good, bad)


def test_a_string_is_accepted_if_every_set_of_it_is_right():
    y = np.zeros((4, 3, 2), np.float32)
    y[:, :, 0] = 1
    outputs = 2 * y - 1
    lengths = np.array([3, 2, 3, 3])
    accepted = METRICS["accepted"].score
    assert accepted(outputs, y, lengths) == 1
    outputs[1, 2] *= -1  # past its end
    outputs[2, 2, 1] = 0.1
    outputs[3, 0, 1] = np.nan
    assert accepted(outputs, y, lengths) == 0.5
    assert accepted(outputs, y, None) == 0.25
    with pytest.raises(TaskError, match="accepted: outputs of shape"):
        accepted(outputs[..., :1], y, lengths)

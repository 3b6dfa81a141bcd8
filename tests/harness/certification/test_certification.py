"""certify: passes every registered cell, and catches slips of every kind."""

import itertools
import sys
from dataclasses import replace

import cloudpickle
import numpy as np
import pytest
from helpers.command import command
from oracles.own_backward import SLIPS, OwnPeephole, slipped

from gatelab import Layer, Study, certify, tasks, variants
from gatelab.certification import Certificate, certificate_of, certified, judge
from gatelab.certification import cache as kept
from gatelab.certification.case import Case
from gatelab.errors import CertificationError, LayerError, StudyError
from gatelab.kernels.backends import compiled
from gatelab.kernels.caching import sealed
from gatelab.variants import Variant, VariantError, exp, register, sigmoid, tanh
from gatelab.variants.language.table import TABLE

main = command("certify")

cloudpickle.register_pickle_by_value(sys.modules[__name__])
CHECKS = {check.name: check for check in judge.CHECKS}
NUMBERS = r"is -?[\d.e+-]+, should be -?[\d.e+-]+ \(relative difference .*, allowed 1e-09"


@pytest.mark.parametrize("name", variants.names())
def test_every_registered_cell_is_certified(name):
    certificate = certify(variants.get(name))
    assert certificate.variant == name
    assert list(certificate.measured) == [c.name for c in judge.CHECKS if not c.own]
    # Far below the bounds: they leave room for cells that lose digits, not for slips.
    assert certificate.measured["gradients through time"] < 1e-12
    assert certificate.measured["finite in float32"] > 0


class Cell(Variant):
    """A little of everything, and a value that tests change."""

    leak = 0.1
    b_i = 0.5

    def step(self, p, x, h, c):
        i = sigmoid(p.W_i @ x + p.R_i @ h + p.p_i * c + p.b_i)
        c = (1 - self.leak) * c + i * tanh(p.W_g @ x + p.b_g + p.R_g @ h)
        return sigmoid(p.W_o @ x + p.p_o * c) * tanh(c), c


def fresh():
    """A class of its own, so that no program of it is known yet."""
    return type("Cell", (Cell,), {})


# Every check can fail ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operation", "wrong"),
    [
        ("tanh", lambda bar, y, a: (-bar * ((1 - y) * (1 + y)),)),
        ("sigmoid", lambda bar, y, a: (bar * y,)),
        ("mul", lambda bar, y, a, b: (bar * b, bar)),
    ],
)
def test_a_wrong_derivative_rule_is_caught(monkeypatch, operation, wrong):
    monkeypatch.setitem(TABLE, operation, replace(TABLE[operation], derivative=wrong))
    with pytest.raises(CertificationError, match=f"Cell: gradients of one step .*{NUMBERS}"):
        certify(fresh())


COUNTER = itertools.count(1)
SLIGHTLY = 1 + 1e-8

# check: (layer, x, y, final, lengths) -> y, final; what would be wrong with a forward pass
FAULTS = {
    "outputs are the step's own": lambda layer, x, y, final, _: (y * SLIGHTLY, final),
    "renderings agree": lambda layer, x, y, final, _: (
        (y, final) if "Array" in type(layer.backend).__name__ else (y * SLIGHTLY, final)
    ),
    "float32 follows float64": lambda layer, x, y, final, _: (
        y * (1.001 if layer.dtype == "float32" else 1), final,
    ),
    "a sequence in two parts": lambda layer, x, y, final, _: (y + 1e-8 * len(y), final),
    "rows are independent": lambda layer, x, y, final, _: (
        y + 1e-8 * y.sum(1, keepdims=True), final,
    ),
    "their order does not matter": lambda layer, x, y, final, _: (
        y + 1e-8 * np.arange(y.shape[1])[:, None], final,
    ),
    "padding is not looked at": lambda layer, x, y, final, _: (y + 0 * x.sum(), final),
    "masked steps change nothing": lambda layer, x, y, final, lengths: (
        y, final if lengths is None else tuple(s * SLIGHTLY for s in final),
    ),
    "the same again, to the bit": lambda layer, x, y, final, _: (
        y * (1 + 1e-14 * next(COUNTER)), final,
    ),
    "finite in float32": lambda layer, x, y, final, _: (y + np.float32(3e38) * 3 * y, final),
}  # fmt: skip


@pytest.mark.parametrize("check", FAULTS)
def test_a_fault_of_a_layer_is_caught_by_the_check_that_looks_for_it(check, monkeypatch):
    real, case = Layer.forward, Case(Cell())
    assert CHECKS[check].measure(case) <= CHECKS[check].allowed

    def faulty(layer, params, x, state=None, lengths=None):
        y, final, tape = real(layer, params, x, state, lengths)
        return *FAULTS[check](layer, x, y, final, lengths), tape

    monkeypatch.setattr(Layer, "forward", faulty)
    with np.errstate(all="ignore"), pytest.raises(CertificationError, match=f"Cell: {check}"):
        CHECKS[check].measure(case)


def test_a_gradient_that_leaks_past_the_end_is_caught(monkeypatch):
    real, case = Layer.backward, Case(Cell())

    def leaks(layer, params, tape, dy, dfinal=None):
        grads, dx, dstate = real(layer, params, tape, dy, dfinal)
        return grads, dx, tuple(s + 0 * dy.sum() for s in dstate)

    monkeypatch.setattr(Layer, "backward", leaks)
    with pytest.raises(CertificationError, match=r"padding is not looked at .* is nan, should be"):
        CHECKS["padding is not looked at"].measure(case)


def test_an_overflow_at_large_logits_is_caught():
    class Overflows(Variant):
        def step(self, p, x, h):
            return (exp(2 * (p.W_h @ x + p.R_h @ tanh(h))),)

    with pytest.raises(CertificationError, match=r"finite in float32 \(.*logits of \+-60 .* is "):
        certify(Overflows)


def test_a_recurrence_that_grows_by_design_passes():
    class Grows(Variant):
        def step(self, p, x, h):
            return variants.relu(p.W_h @ x + p.R_h @ h + p.b_h)

    assert certify(Grows).measured["finite in float32"] > 1e6


def test_python_abs_is_differentiated_rightly():
    class Folds(Variant):
        def step(self, p, x, h):
            return (tanh(abs(p.W_h @ x + p.R_h @ h) + np.abs(h) * p.p_h),)

    assert certify(Folds).measured["gradients through time"] < 1e-12


# A backward of one's own -------------------------------------------------------------------------


def test_the_right_one_passes():
    measured = certify(OwnPeephole).measured
    assert measured["own backward, one step"] < 1e-12
    assert measured["own backward, through time"] < 1e-12


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_named_with_check_parameter_and_both_numbers(slip):
    right, wrong, check, array = SLIPS[slip]
    said = rf"^OwnPeephole: {check} \(.*\): gradient of ({array})\[[\d, ]+\] {NUMBERS}"
    with pytest.raises(CertificationError, match=said):
        certify(slipped(right, wrong))


def test_one_that_raises_or_returns_too_little_is_refused_in_one_line():
    for wrong in ("return dx, dc", "return undefined", "return dx, dh_old, dc[:1]"):
        with pytest.raises(CertificationError, match="own backward, one step: ") as caught:
            certify(slipped("return dx, dh_old, dc", wrong))
        assert "\n" not in str(caught.value)


def test_its_signature_is_checked_before_it_is_called():
    class Odd(Variant):
        def step(self, p, x, h, c):
            return tanh(p.W_h @ x + p.R_h @ h), c

        def backward(self, p, x, dh):
            return x

    with pytest.raises(VariantError, match=r"def backward\(self, p, d, x, h, c, dh, dc\)"):
        register("odd")(Odd)


def test_the_numpy_rendering_uses_it_and_the_compiled_one_does_not():
    wrong = slipped("(do * new)", "(do * c)")
    found = {}
    for backend in ("numpy", "numba"):
        layer = Layer(wrong, 2, 3, "float64", backend)
        params = layer.init(np.random.default_rng(0))
        y, _, tape = layer.forward(params, np.ones((2, 1, 2)), layer.start(1))
        found[backend] = layer.backward(params, tape, np.ones_like(y))[0]
    np.testing.assert_allclose(found["numpy"]["p_i"], found["numba"]["p_i"], rtol=1e-12)
    assert np.abs(found["numpy"]["p_o"] - found["numba"]["p_o"]).min() > 1e-4


class Subscripts(Variant):
    def step(self, p, x, h):
        return tanh(p["W_n"] @ x + p["R_n"] @ h)

    def backward(self, p, d, x, h, dh):
        a = dh * (1 - tanh(p["W_n"] @ x + p["R_n"] @ h) ** 2)
        d["W_n"] += a @ x.T
        d.R_n += a @ h.T
        return p["W_n"].T @ a, p.R_n.T @ a


def test_it_may_name_parameters_by_a_string_as_the_step_does():
    assert certify(Subscripts).measured["own backward, through time"] < 1e-12


def test_a_parameter_that_the_step_does_not_use_is_named():
    class Other(Subscripts):
        def backward(self, p, d, x, h, dh):
            d["W_o"] += 0
            return x, h

    with pytest.raises(CertificationError, match="no use for W_o; it uses W_n, R_n"):
        certify(Other)


def test_a_step_that_adds_in_place_changes_nothing_of_its_callers():
    class InPlace(Variant):
        def step(self, p, x, h, c):
            a = p.W_h @ x
            a += p.R_h @ h
            h += tanh(a)
            h /= 2.0
            c *= 0.5
            c -= a
            return h, c

    assert certify(InPlace).measured["gradients through time"] < 1e-12


def test_a_fault_of_the_machine_is_none_of_the_cell(monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Layer, "forward", full)
    with pytest.raises(LayerError, match=r"^Cell.* cannot be certified here: OSError: .*No space"):
        certify(fresh())


def test_a_certificate_says_what_has_no_effect(cache):
    class Idle(Cell):
        def step(self, p, x, h, c):
            gate = sigmoid(p.W_gate @ x)  # noqa: F841
            return Cell.step(self, p, x, h, c)

    certificate = certified(Idle())
    assert certificate.warnings == [*Layer(Idle, 2, 3).program.warnings]
    assert "W_gate is not trained" in certificate.warnings[0]
    assert f"\n  warning: {certificate.warnings[0]}\n" in str(certificate)
    assert certified(Cell()).warnings == []  # the same equations, and the same file
    assert certified(Idle()) == certificate


# Certificates that are kept ----------------------------------------------------------------------


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "home", lambda: tmp_path)
    monkeypatch.setattr(kept.compiled, "home", lambda: tmp_path)
    return tmp_path / "certificates"


def test_a_certificate_is_made_once_and_again_if_its_file_is_torn(cache, monkeypatch):
    first = certified(Cell())
    assert certificate_of(Cell()) == first
    (file,) = cache.iterdir()
    monkeypatch.setattr("gatelab.certification.certify", None)
    assert certified(Cell()) == first
    monkeypatch.undo()
    file.write_text(file.read_text()[:100])
    monkeypatch.setattr(kept, "home", lambda: cache.parent)
    assert certificate_of(Cell()) is None
    assert certified(Cell()) == first
    assert len(list(cache.iterdir())) == 1


@pytest.mark.parametrize(
    "happens", [lambda file: file.unlink(), lambda file: sealed.write(file, b"compiled otherwise")]
)
def test_a_certificate_is_dropped_when_a_kernel_of_the_cell_is_another(happens):
    variant = fresh()()
    assert certified(variant) == certificate_of(variant)
    text = Layer(variant, 2, 3, "float64").backend.source.text
    file = compiled.files(text)[0]
    whole = sealed.read(file)
    happens(file)
    try:
        assert certificate_of(variant) is None
    finally:
        sealed.write(file, whole)
    assert certificate_of(variant)


def test_a_certificate_of_another_processor_or_of_other_versions_is_none(cache, monkeypatch):
    first = kept.key(Cell())
    monkeypatch.setattr(kept, "fingerprint", lambda: "another")
    assert kept.key(Cell()) != first


def test_a_cell_that_fails_gets_none(cache):
    with pytest.raises(CertificationError):
        certified(slipped("(do * new)", "(do * c)")())
    assert not cache.exists()


def test_a_certificate_is_good_for_one_cell_only(cache):
    keys = [
        kept.key(cell)
        for cell in (
            Cell(),
            Cell(leak=0.2),
            type("Cell", (Cell,), {"b_i": 0.6})(),
            type("Cell", (Cell,), {"step": OwnPeephole.step, "_gates": OwnPeephole._gates})(),
        )
    ]
    assert len(set(keys)) == len(keys)
    assert kept.key(type("Other", (Cell,), {})()) == keys[0]  # a name changes nothing


def test_a_cell_with_a_backward_of_its_own_is_certified_every_time(cache, monkeypatch):
    """What that backward calls may change, and no hash would tell."""
    certified(OwnPeephole())
    assert kept.find(OwnPeephole()) is None
    monkeypatch.setattr("gatelab.certification.certify", None)
    with pytest.raises(TypeError):
        certified(OwnPeephole())


def test_a_certificate_can_be_read():
    text = str(certified(Cell()))
    assert text.startswith("Cell (leak = 0.1): certified\n  equations ")
    for name, check in CHECKS.items():
        assert check.own == (f"\n  {name} " not in text)


# Studies -----------------------------------------------------------------------------------------

studies = pytest.mark.xdist_group("studies")


def study(out, cells, **more):
    toy = tasks.make("adding", valid_sequences=16, test_sequences=16, length=8)
    usual = {"trials": 1, "finals": 0, "sampler": "random", "workers": 1, "quiet": True}
    settings = {"settings": {"updates": 5, "hidden": 4, "batch": 8}}
    return Study([toy], cells, out=out, **{**usual, **settings, **more})


@studies
def test_a_study_refuses_a_wrong_cell_and_leaves_nothing_behind(tmp_path):
    wrong = register("wrong")(slipped("(do * new)", "(do * c)"))
    said = f"^not certified: wrong: own backward, one step .*: gradient of p_o.* {NUMBERS}"
    with pytest.raises(StudyError, match=said):
        study(tmp_path / "out", [wrong]).run()
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["lock"]


@studies
def test_a_study_certifies_before_its_first_trial_once_and_logs_it(tmp_path, monkeypatch):
    leak = float(np.random.default_rng().uniform(0.1, 0.2))  # a cell that nobody has certified
    mine = register("mine")(type("Mine", (Cell,), {"leak": leak}))
    assert certificate_of(mine()) is None
    study(tmp_path, [mine]).run()
    certificate = certificate_of(mine())
    assert isinstance(certificate, Certificate)
    file = tmp_path / "certificates" / "adding" / "mine" / "certificate.txt"
    assert file.read_text() == f"{certificate}\n"
    assert artifacts(tmp_path, "adding") >= {"certificate.txt"}
    # A finished study is opened again: nothing is left to do for a worker.
    monkeypatch.setattr("gatelab.running.pool.Pool.submit", None)
    study(tmp_path, [mine]).run()
    kept.path(mine()).unlink()


def artifacts(out, task):
    """Names of what is logged with the variants' runs of a task."""
    from mlflow import MlflowClient

    client = MlflowClient(f"sqlite:///{out}/mlflow.db")
    ids = [client.get_experiment_by_name(task).experiment_id]
    runs = client.search_runs(ids, "tags.kind = 'study'")
    return {a.path for run in runs for a in client.list_artifacts(run.info.run_id)}


@studies
def test_a_study_warns_of_what_has_no_effect(tmp_path, capsys):
    class Idle(Cell):
        def step(self, p, x, h, c):
            gate = sigmoid(p.W_gate @ x)  # noqa: F841
            return Cell.step(self, p, x, h, c)

    study(tmp_path, [register("idle")(Idle)], quiet=False).run()
    said = [line for line in capsys.readouterr().err.splitlines() if line.startswith("warning: ")]
    assert len(said) == 1
    assert said[0].startswith("warning: idle: test_certification.py:")
    assert said[0].endswith("gate is computed and never used: W_gate is not trained")


@studies
def test_the_certificate_is_logged_even_if_every_trial_fails(tmp_path):
    mine = register("mine")(type("Mine", (Cell,), {}))
    hopeless = {"updates": 5, "hidden": 4, "batch": 8, "lr": 1e30, "optimizer": "sgd", "clip": 0}
    board = study(tmp_path, [mine], settings=hopeless).run().leaderboard
    assert board.failed.tolist() == [1]
    assert artifacts(tmp_path, "adding") == {"certificate.txt"}


@studies
def test_every_structure_that_a_search_may_choose_is_certified(tmp_path):
    class Deep(Variant):
        depth = 2
        search = {"depth": [2, 3]}  # noqa: RUF012

        def step(self, p, x, h):
            for k in range(self.depth):
                h = tanh(p[f"R_{k}"] @ h + (p.W_x @ x if k == 0 else p[f"b_{k}"]))
                if k == 2:
                    h = exp(exp(h * 9))
            return h

    with pytest.raises(
        StudyError,
        match=r"not certified: deep \(depth = 3\): .*`h = exp\(exp\(h \* 9\)\)`: exp\(.* is inf in",
    ):
        study(tmp_path, [register("deep")(Deep)]).run()


# The command line --------------------------------------------------------------------------------

FILE = """
from gatelab.variants import Variant, register, tanh

@register("right_cell")
class Right(Variant):
    def step(self, p, x, h):
        return tanh(p.W_h @ x + p.R_h @ h)

@register("wrong_cell")
class Wrong(Variant):
    def step(self, p, x, h):
        return tanh(p.W_h @ x + p.R_h @ h)

    def backward(self, p, d, x, h, dh):
        a = dh * (1 - tanh(p.W_h @ x + p.R_h @ h))
        d.W_h += a @ x.T
        d.R_h += a @ h.T
        return p.W_h.T @ a, p.R_h.T @ a
"""


def test_certify_from_the_shell(tmp_path, capsys):
    file = tmp_path / "my_cell.py"
    file.write_text(FILE)
    assert main([str(file), "rnn"]) == 1
    said = capsys.readouterr()
    assert [line for line in said.out.splitlines() if line.endswith(": certified")] == [
        "right_cell: certified", "rnn: certified",
    ]  # fmt: skip
    assert said.err.startswith("error: wrong_cell: own backward, one step")
    assert said.err.count("\n") == 1
    assert main(["rnn", "right_cell"]) == 0


def test_a_name_stands_for_its_class():
    assert certify("rnn").variant == certify(variants.get("rnn")).variant == "rnn"
    with pytest.raises(VariantError, match="unknown variant 'rrn'; did you mean rnn"):
        certify("rrn")


def test_a_file_without_a_cell_is_refused(tmp_path, capsys):
    file = tmp_path / "no_cell.py"
    file.write_text("x = 1")
    assert main([str(file)]) == 2
    assert "no_cell.py registers no variant; write @register" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("word", "complaint"),
    [
        ("rrn", "error: unknown variant 'rrn'; did you mean rnn"),
        ("none.py", "error: no file none.py"),
    ],
)
def test_what_cannot_be_certified_is_said_in_one_line(word, complaint, capsys):
    assert main([word]) == 2
    said = capsys.readouterr().err
    assert complaint in said
    assert said.count("\n") == 1

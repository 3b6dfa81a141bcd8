"""What every cell is tied to: the table behind docs/verification.md.

``python tests/oracles/ties.py`` writes that file; a test fails when it is stale, when a registered
cell is missing here, or when a test that it names does not exist.
"""

from pathlib import Path
from typing import NamedTuple

DOCS = Path(__file__).parents[2] / "docs" / "verification.md"
TEXT = Path(__file__).with_name("ties.md")


class Tie(NamedTuple):
    """One cell; empty means none."""

    others: str  # other people's code, run beside ours
    again: str  # files in tests/oracles in which the step is typed again
    identities: str = ""  # cells it is in disguise, worked numbers, laws that it has to obey
    alone: str = ""  # what nobody else's code says


def torchrecurrent(cell):
    return f"torchrecurrent `{cell}Cell`"


def lstm(how):
    return f"{torchrecurrent('PeepholeLSTM')}, {how}"


COUPLED = lstm("f with i's weights turned round") + "; onnxruntime `LSTM`"
GATED, OTHER, WRITTEN = "gated_by_hand", "steps_by_hand", "torch_written"
ODYSSEY, SETTING = "odyssey_by_hand", "a setting of `odyssey`"
OPEN = "`peephole` with that gate held open; " + SETTING

TIES = {
    # the seven first
    "rnn": Tie("torch `nn.RNN`; onnxruntime `RNN`", ""),
    "standard": Tie(
        "torch `nn.LSTM`; onnxruntime `LSTM`",
        "lstm_by_hand",
        "`peephole` with closed peepholes; a worked step of a teaching notebook; " + SETTING,
    ),
    "peephole": Tie(lstm("as it is") + "; onnxruntime `LSTM`", ODYSSEY, SETTING),
    "coupled": Tie(COUPLED, "", SETTING),
    "gru": Tie("onnxruntime `GRU`", ""),
    "gru_reset_after": Tie("torch `nn.GRU`; onnxruntime `GRU`", ""),
    "original": Tie(
        torchrecurrent("OriginalLSTM") + " and torch `nn.LSTM`, cell and candidate rescaled; "
        "onnxruntime `LSTM`",
        "",
        "`standard` with the forget gate held open",
    ),
    # the Odyssey
    "no_input_gate": Tie(lstm("i held open"), ODYSSEY, OPEN),
    "no_forget_gate": Tie(lstm("f held open"), ODYSSEY, OPEN),
    "no_output_gate": Tie(lstm("o held open"), ODYSSEY, OPEN),
    "no_input_activation": Tie(
        lstm("given two functions in turn") + "; onnxruntime `LSTM`", ODYSSEY, SETTING
    ),
    "no_output_activation": Tie(
        lstm("given two functions in turn") + "; onnxruntime `LSTM`", ODYSSEY, SETTING
    ),
    "coupled_peephole": Tie(COUPLED, ODYSSEY, SETTING),
    "full_gate_recurrence": Tie(
        "",
        WRITTEN,
        "`peephole` where the nine matrices are 0; each of them alone moves the bias of its gate; "
        + SETTING,
        "the nine matrices between gates",
    ),
    "odyssey": Tie(
        "",
        ODYSSEY,
        "the ten named cells, one setting each; every combination of gates is "
        "`full_gate_recurrence` with parts shut",
        "parts left out together (each of them alone is tied)",
    ),
    "lstm_activations": Tie(
        lstm("without peepholes, given torch's functions") + "; onnxruntime `LSTM` (four of them)",
        "",
        "`standard` as it stands; every function by hand in both places; a worked step of squish",
        "squish",
    ),
    # gated cells
    "mut1": Tie(torchrecurrent("MUT1"), GATED),
    "mut2": Tie(torchrecurrent("MUT2"), GATED, "`gru` with z turned round"),
    "mut3": Tie(torchrecurrent("MUT3"), GATED),
    "minimal_gated_unit": Tie(torchrecurrent("MGU"), GATED, "`gru` with one gate for two"),
    "janet": Tie(torchrecurrent("JANET"), GATED, "`ugrnn` at beta = 0; a worked step"),
    "ugrnn": Tie(torchrecurrent("UGRNN"), GATED, "`gru` that never resets"),
    "intersection": Tie(
        torchrecurrent("IntersectionRNN") + ", given W_x x for x",
        GATED,
        "its stream through time is `ugrnn`",
        "the projection W_x (they want D = H)",
    ),
    "ran": Tie(torchrecurrent("RAN"), GATED),
    "cfn": Tie(torchrecurrent("CFN"), GATED, "fades to 0 without input"),
    "atr": Tie(torchrecurrent("ATR"), GATED),
    "light_gru": Tie(torchrecurrent("LiGRU"), GATED),
    "minimal_rnn": Tie(torchrecurrent("MinimalRNN"), GATED),
    "star": Tie(torchrecurrent("STAR"), GATED),
    "brc": Tie(torchrecurrent("BR"), GATED, "`nbrc` with diagonal matrices"),
    "nbrc": Tie(torchrecurrent("NBR"), GATED),
    # others
    "nas_cell": Tie(
        torchrecurrent("NAS") + ", given the product of the fourth unit; the numbers that "
        "TensorFlow Addons' test of its `NASCell` expects",
        OTHER,
        "",
        "where the bias inside that product stands",
    ),
    "multiplicative_lstm": Tie(torchrecurrent("MultiplicativeLSTM"), OTHER),
    "wmc_lstm": Tie(torchrecurrent("WMCLSTM"), OTHER, "`standard` without the connections"),
    "res_lstm": Tie(torchrecurrent("ResLSTM"), OTHER, "`peephole` without projection and shortcut"),
    "sgu": Tie(torchrecurrent("SGU") + ", given the gate's straight line", OTHER),
    "dsgu": Tie(torchrecurrent("DSGU") + ", given the gate's straight line", OTHER),
    "indrnn": Tie(torchrecurrent("IndRNN"), OTHER, "a unit's gradient stays with the unit"),
    "fast_rnn": Tie(torchrecurrent("FastRNN"), OTHER, "`rnn` where it keeps nothing"),
    "fast_grnn": Tie(torchrecurrent("FastGRNN"), OTHER),
    "antisymmetric": Tie(
        torchrecurrent("AntisymmetricRNN"), OTHER, "the symmetric half of R does not count"
    ),
    "gated_antisymmetric": Tie(
        torchrecurrent("GatedAntisymmetricRNN"), OTHER, "`antisymmetric` with the gate open"
    ),
    "cornn": Tie(torchrecurrent("coRNN"), OTHER, "keeps its energy undriven and undamped"),
    "unicornn": Tie(torchrecurrent("UnICORNN"), OTHER, "can be run backwards"),
    "lem": Tie(
        torchrecurrent("LEM") + ", asked twice a step",
        OTHER,
        "forgets at rates of 1",
        "that y is moved by the new z",
    ),
    "scrn": Tie(
        torchrecurrent("SCRN") + ", asked for y and for h",
        OTHER,
        "",
        "that h, not y, comes back",
    ),
    "rhn": Tie(
        torchrecurrent("UGRNN") + ", one for each highway layer",
        OTHER,
        "`gru` that never resets, at depth 1",
        "that the first layer alone sees x",
    ),
    "lipschitz": Tie(
        "",
        f"{WRITTEN}, {OTHER}",
        "`antisymmetric` without a linear part; its matrices as they are at beta = 1/2",
        "all of it",
    ),
    "min_gru": Tie("", f"{WRITTEN}, {OTHER}", "its own sum in closed form", "all of it"),
    "min_lstm": Tie("", f"{WRITTEN}, {OTHER}", "gates add up to 1, however far shut", "all of it"),
    "slstm": Tie(
        "xlstm's plain PyTorch cell",
        OTHER,
        "its form without a stabiliser; another stand of the stabiliser is the same state",
    ),
    "layer_norm_lstm": Tie(
        "",
        f"{WRITTEN}, {OTHER}",
        "the scale of its matrices does not matter",
        "all but the normalisation, which is torch's `layer_norm`",
    ),
}


def markdown():
    """docs/verification.md."""
    before, after = TEXT.read_text().split("TABLE\n")
    head = ["cell", "other people's code", "typed again in", "identities, worked steps, laws"]
    rows = [[f"`{name}`", *(cell or "-" for cell in tie)] for name, tie in sorted(TIES.items())]
    lines = [[*head, "nobody else's code says"], 5 * ["---"], *rows]
    return before + "".join(f"| {' | '.join(line)} |\n" for line in lines) + after


if __name__ == "__main__":
    DOCS.write_text(markdown())

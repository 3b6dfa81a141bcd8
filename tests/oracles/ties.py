"""What every cell is checked against: the table behind docs/verification.md.

``python tests/oracles/ties.py`` writes that file. A test fails if the file is stale, if a
registered cell is missing here, or if a test named in the file does not exist.
"""

from pathlib import Path
from typing import NamedTuple

from gatelab.foundation.markdown import table

DOCS = Path(__file__).parents[2] / "docs" / "verification.md"
TEXT = Path(__file__).with_name("ties.md")


class Tie(NamedTuple):
    """The checks of one cell's equations; an empty string means none."""

    others: str  # other people's code, run beside ours
    again: str  # files in tests/oracles in which the step is typed again
    identities: str = ""  # cells it equals for some weights, worked numbers, laws that it must obey
    alone: str = ""  # what no other people's code confirms


def torchrecurrent(cell):
    return f"torchrecurrent `{cell}Cell`"


def lstm(how):
    return f"{torchrecurrent('PeepholeLSTM')}, {how}"


COUPLED = lstm("f given i's weights with reversed signs") + "; onnxruntime `LSTM`"
GATED, OTHER, WRITTEN = "gated_by_hand", "steps_by_hand", "torch_written"
ODYSSEY, SETTING = "odyssey_by_hand", "a setting of `odyssey`"
OPEN = "`peephole` with that gate fixed at 1; " + SETTING

TIES = {
    # the first seven
    "rnn": Tie("torch `nn.RNN`; onnxruntime `RNN`", ""),
    "standard": Tie(
        "torch `nn.LSTM`; onnxruntime `LSTM`",
        "lstm_by_hand",
        "`peephole` with peepholes of 0; a worked step of a teaching notebook; " + SETTING,
    ),
    "peephole": Tie(lstm("unchanged") + "; onnxruntime `LSTM`", ODYSSEY, SETTING),
    "coupled": Tie(COUPLED, "", SETTING),
    "gru": Tie("onnxruntime `GRU`", ""),
    "gru_reset_after": Tie("torch `nn.GRU`; onnxruntime `GRU`", ""),
    "original": Tie(
        torchrecurrent("OriginalLSTM") + " and torch `nn.LSTM`, cell and candidate rescaled; "
        "onnxruntime `LSTM`",
        "",
        "`standard` with the forget gate fixed at 1",
    ),
    # the Odyssey
    "no_input_gate": Tie(lstm("i fixed at 1"), ODYSSEY, OPEN),
    "no_forget_gate": Tie(lstm("f fixed at 1"), ODYSSEY, OPEN),
    "no_output_gate": Tie(lstm("o fixed at 1"), ODYSSEY, OPEN),
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
        "`peephole` if the nine matrices are 0; each of them alone acts like a bias of its gate; "
        + SETTING,
        "the nine matrices between gates",
    ),
    "odyssey": Tie(
        "",
        ODYSSEY,
        "the ten named cells, one setting each; every combination of gates is "
        "`full_gate_recurrence` with parts disabled",
        "several parts left out at once (each of them alone is checked)",
    ),
    "lstm_activations": Tie(
        lstm("without peepholes, given torch's functions") + "; onnxruntime `LSTM` (four of them)",
        "",
        "`standard` with its defaults; every function by hand in both places; "
        "a worked step of squish",
        "squish",
    ),
    # gated cells
    "mut1": Tie(torchrecurrent("MUT1"), GATED),
    "mut2": Tie(torchrecurrent("MUT2"), GATED, "`gru` with z and 1 - z exchanged"),
    "mut3": Tie(torchrecurrent("MUT3"), GATED),
    "minimal_gated_unit": Tie(torchrecurrent("MGU"), GATED, "`gru` whose two gates are one"),
    "janet": Tie(torchrecurrent("JANET"), GATED, "`ugrnn` at beta = 0; a worked step"),
    "ugrnn": Tie(torchrecurrent("UGRNN"), GATED, "`gru` that never resets"),
    "intersection": Tie(
        torchrecurrent("IntersectionRNN") + ", given W_x x for x",
        GATED,
        "its stream through time is `ugrnn`",
        "the projection W_x (they want D = H)",
    ),
    "ran": Tie(torchrecurrent("RAN"), GATED),
    "cfn": Tie(torchrecurrent("CFN"), GATED, "decays to 0 without input"),
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
        "where in that product the bias is added",
    ),
    "multiplicative_lstm": Tie(torchrecurrent("MultiplicativeLSTM"), OTHER),
    "wmc_lstm": Tie(torchrecurrent("WMCLSTM"), OTHER, "`standard` without the connections"),
    "res_lstm": Tie(torchrecurrent("ResLSTM"), OTHER, "`peephole` without projection and shortcut"),
    "sgu": Tie(torchrecurrent("SGU") + ", given the slope of the gate", OTHER),
    "dsgu": Tie(torchrecurrent("DSGU") + ", given the slope of the gate", OTHER),
    "indrnn": Tie(torchrecurrent("IndRNN"), OTHER, "a unit's gradient stays with the unit"),
    "fast_rnn": Tie(torchrecurrent("FastRNN"), OTHER, "`rnn` if it keeps nothing of h"),
    "fast_grnn": Tie(torchrecurrent("FastGRNN"), OTHER),
    "antisymmetric": Tie(
        torchrecurrent("AntisymmetricRNN"), OTHER, "the symmetric part of R has no effect"
    ),
    "gated_antisymmetric": Tie(
        torchrecurrent("GatedAntisymmetricRNN"), OTHER, "`antisymmetric` with the gate fixed at 1"
    ),
    "cornn": Tie(torchrecurrent("coRNN"), OTHER, "conserves its energy if undriven and undamped"),
    "unicornn": Tie(torchrecurrent("UnICORNN"), OTHER, "can be inverted"),
    "lem": Tie(
        torchrecurrent("LEM") + ", called twice per step",
        OTHER,
        "forgets everything at rates of 1",
        "that y is updated from the new z",
    ),
    "scrn": Tie(
        torchrecurrent("SCRN") + ", called for y and for h",
        OTHER,
        "",
        "that h, not y, is fed back",
    ),
    "rhn": Tie(
        torchrecurrent("UGRNN") + ", one for each highway layer",
        OTHER,
        "`gru` that never resets, at depth 1",
        "that only the first layer sees x",
    ),
    "lipschitz": Tie(
        "",
        f"{WRITTEN}, {OTHER}",
        "`antisymmetric` without a linear part; its plain matrices at beta = 1/2",
        "all of it",
    ),
    "min_gru": Tie("", f"{WRITTEN}, {OTHER}", "its own sum in closed form", "all of it"),
    "min_lstm": Tie(
        "", f"{WRITTEN}, {OTHER}", "gates add up to 1, however nearly closed", "all of it"
    ),
    "slstm": Tie(
        "xlstm's plain PyTorch cell",
        OTHER,
        "its form without a stabiliser; another value of the stabiliser is the same state",
    ),
    "layer_norm_lstm": Tie(
        "",
        f"{WRITTEN}, {OTHER}",
        "the scale of its matrices does not matter",
        "all but the normalisation, which is torch's `layer_norm`",
    ),
    "ordered_neurons": Tie(
        "",
        f"{WRITTEN}, {OTHER}",
        "`standard` where both master gates are open, in all units but the last, which keeps",
        "all of it",
    ),
}


def markdown():
    """docs/verification.md."""
    before, after = TEXT.read_text().split("TABLE\n")
    head = ["cell", "other people's code", "typed again in", "identities, worked steps, laws"]
    rows = [[f"`{name}`", *(cell or "-" for cell in tie)] for name, tie in sorted(TIES.items())]
    return f"{before}{table([*head, 'read only'], rows)}\n{after}"


if __name__ == "__main__":
    DOCS.write_text(markdown())

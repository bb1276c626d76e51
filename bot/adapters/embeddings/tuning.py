"""What was tuned in the sentence model for the questions of newcomers: its biases and norms, and the scales of its 4-bit weights.

Ben Zaken et al. 2022, "BitFit" (arXiv:2106.10199), and Kim et al. 2023, "Memory-Efficient Fine-Tuning of Compressed
Large Language Models via sub-4-bit Integer Quantization" (arXiv:2305.14152). `tests/models/tune.py` learns them from invented
questions, the vocabulary and the bot's sentences in twelve languages, so that what asks for the same thing lies together.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SHIPPED = Path(__file__).with_name("tuning.npz")
BLOCK = 18
"""Bytes of 32 weights: their scale in half precision, then 4 bits each."""
Bytes = NDArray[np.uint8]
Scales = NDArray[np.float16]


class OtherModel(RuntimeError):
    """The model's file is not the one that was tuned."""


def fingerprint(parts: Iterable[Bytes | Scales]) -> bytes:
    """Return what tells parts of a model's file from those of another, 16 bytes."""
    return hashlib.blake2b(b"".join(part.tobytes() for part in parts), digest_size=16).digest()


def scales_of(blocks: Bytes) -> Scales:
    """Return the scales of blocks of weights, one row each."""
    return blocks[:, :2].copy().view("<f2")


def usual(tuning: Path = SHIPPED) -> list[str]:
    """Return the words that say least about what somebody wants, in all languages, least first, folded."""
    with tuning.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
        return [str(word) for word in file["usual"]]


def tuned(model: Path, tuning: Path = SHIPPED) -> Bytes:
    """Return the model's file with the tuned numbers in it; memory is taken for the pages in which they stand, 13 MB.

    Raises:
        OtherModel: the file is another than the one that was tuned.
    """
    content = np.memmap(model, np.uint8, "c")
    with tuning.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
        found = {name: file[name] for name in file.files}
    places = [content[start : start + 4 * size] for start, size in zip(found["starts"], found["sizes"], strict=True)]
    blocks = [
        content[start : start + BLOCK * count].reshape(-1, BLOCK)
        for start, count in zip(found["tables"], found["blocks"], strict=True)
    ]
    if fingerprint([*places, *map(scales_of, blocks)]) != found["replaces"].tobytes():
        raise OtherModel(model.name)
    for place, numbers in zip(places, np.split(found["values"].astype("<f4"), np.cumsum(found["sizes"])[:-1]), strict=True):
        place[:] = numbers.view(np.uint8)
    for block, changes in zip(blocks, np.split(found["changes"], np.cumsum(found["blocks"])[:-1]), strict=True):
        scales = scales_of(block) * (1 + found["step"] * changes[:, None])
        block[:, :2] = scales.astype("<f2").view(np.uint8)
    return content

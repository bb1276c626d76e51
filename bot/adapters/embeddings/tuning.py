"""What was tuned in the sentence model for the questions of newcomers: its biases and norms (61,440 of 118 million numbers).

Ben Zaken et al. 2022, "BitFit" (arXiv:2106.10199). `tests/models/tune.py` learns them from our articles' phrasings and texts,
the vocabulary and the bot's sentences in twelve languages, so that what asks for the same thing lies together.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SHIPPED = Path(__file__).with_name("tuning.npz")
Bytes = NDArray[np.uint8]


class OtherModel(RuntimeError):
    """The model's file is not the one that was tuned."""


def fingerprint(parts: Iterable[Bytes]) -> bytes:
    """Return what tells parts of a model's file from those of another, 16 bytes."""
    return hashlib.blake2b(b"".join(part.tobytes() for part in parts), digest_size=16).digest()


def tuned(model: Path, tuning: Path = SHIPPED) -> Bytes:
    """Return the model's file with the tuned numbers in it; memory is taken for the pages in which they stand, 0.6 MB.

    Raises:
        OtherModel: the file is another than the one that was tuned.
    """
    content = np.memmap(model, np.uint8, "c")
    with tuning.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
        starts, sizes, values, replaces = (file[name] for name in ("starts", "sizes", "values", "replaces"))
    places = [slice(start, start + 4 * size) for start, size in zip(starts, sizes, strict=True)]
    if fingerprint(content[place] for place in places) != replaces.tobytes():
        raise OtherModel(model.name)
    for place, numbers in zip(places, np.split(values.astype("<f4"), np.cumsum(sizes)[:-1]), strict=True):
        content[place] = numbers.view(np.uint8)
    return content

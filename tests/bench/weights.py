"""Models of the public packages' shape with random weights: they cost what real ones cost, and say nonsense.

The shape: a base Transformer (6 + 6 layers, width 512, 8 heads), 32,000 pieces, 8 bits. How long an answer of random weights is,
is chance; so every answer has LENGTH pieces, whoever asks.
"""

import io
import json
import os
import random
from functools import cache
from pathlib import Path
from typing import Any

import ctranslate2
import sentencepiece

from tests.adapters.argos.tiny import vocabulary_of, write_model

LENGTH = 20
PIECES = 32_000
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@cache
def words() -> list[str]:
    """Return the words the models know; each is one piece, about as long as real ones."""
    chance = random.Random(20261122)
    found = {"".join(chance.choices(_LETTERS, k=4)) for _ in range(PIECES + 5_000)}
    return sorted(found)[: PIECES - 3]


def sentence(chance: random.Random, length: int = LENGTH) -> str:
    """Return a sentence of so many pieces."""
    return " ".join(chance.choices(words(), k=length))


def write(folder: Path, pairs: list[str]) -> None:
    """Write installed packages; they share one model on the disk, not in memory."""
    pieces = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(words()), model_writer=pieces, model_type="word", vocab_size=PIECES, minloglevel=2
    )
    first = folder / "first"
    first.mkdir(parents=True)
    write_model(first, width=512, layers=6, heads=8, vocabulary=vocabulary_of(pieces.getvalue()))
    for pair in pairs:
        source, target = pair.split("-")
        package = folder / "models" / f"{source}_{target}"
        (package / "model").mkdir(parents=True)
        for file in first.iterdir():
            os.link(file, package / "model" / file.name)
        (package / "sentencepiece.model").write_bytes(pieces.getvalue())
        names = {"from_code": source, "from_name": source, "to_code": target, "to_name": target}
        (package / "metadata.json").write_text(json.dumps({"package_version": "1.0", "argos_version": "1.5", **names}))


def fix_length() -> None:
    """Let every translator of this process answer with LENGTH pieces."""

    class Fixed(ctranslate2.Translator):  # type: ignore[misc]
        def translate_batch(self, *arguments: Any, **more: Any) -> Any:
            return super().translate_batch(*arguments, **more | {"min_decoding_length": LENGTH, "max_decoding_length": LENGTH})

    ctranslate2.Translator = Fixed

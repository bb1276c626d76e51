"""A model in memory: sentences in, sentences out."""

import ctypes
import gc
import math
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from bot.adapters.argos.packages import Package, PackageError
from bot.adapters.argos.tokenizers import tokenizer

_TOKENS = 256


@dataclass(frozen=True, slots=True)
class Said:
    """A translated sentence, with how sure the models were of each word on average (0 to 1, the less sure of two hops)."""

    text: str
    confidence: float


class Model:
    """A loaded package."""

    def __init__(self, package: Package, threads: int = 1) -> None:
        import ctranslate2

        model = package.path / "model"
        self.package = package
        self.size = package.memory()
        self.used = time.monotonic()
        self._pieces = tokenizer(package)
        self._translator: Any = ctranslate2.Translator(
            str(model), device="cpu", compute_type="int8", inter_threads=1, intra_threads=threads
        )

    def translate(self, sentences: Sequence[str], stop: Callable[[], bool], *, live: bool = True) -> list[Said]:
        """Translate up to BATCH sentences; what is too long for the model comes back empty."""
        tokens = [self._pieces.encode(each) for each in sentences]
        fitting = [each if 0 < len(each) <= _TOKENS else [] for each in tokens]
        width: dict[str, Any] = {"beam_size": 1, "callback": lambda step: stop()} if live else {"beam_size": 2, "patience": 2}
        results = self._translator.translate_batch(
            [each or ["▁"] for each in fitting],
            target_prefix=[[self.package.prefix]] * len(tokens) if self.package.prefix else None,
            max_decoding_length=2 * max(map(len, fitting)) + 10,
            return_scores=True,
            **width,
        )
        return [self._said(result) if source else Said("", 0.0) for source, result in zip(fitting, results, strict=True)]

    def _said(self, result: Any) -> Said:
        pieces = result.hypotheses[0]
        if self.package.prefix and pieces[:1] == [self.package.prefix]:
            pieces = pieces[1:]
        return Said(self._pieces.decode(pieces), min(1.0, math.exp(result.scores[0])))


def try_out(package: Package) -> None:
    """Load a package and let it translate once.

    Raises:
        PackageError: it does not work.
    """
    try:
        Model(package).translate(["."], lambda: False)
    except (RuntimeError, MemoryError, OSError, ValueError) as error:
        raise PackageError(f"its model does not work ({error})") from None


def give_back() -> None:
    """Give freed memory back to the system; glibc keeps 100 to 300 MB after a few models otherwise."""
    gc.collect()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)

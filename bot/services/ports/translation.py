"""Translating on this machine."""

from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class Translated:
    """A translation by machine, with what made it.

    `pair` is for example "de-ar", `route` the models it went through, `confidence` from 0 to 1 how sure they were.
    """

    text: str
    engine: str
    pair: str = ""
    route: tuple[str, ...] = ()
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class NotTranslated:
    """There is no translation, and why; "unsafe": something would be lost or invented, or the model was not sure enough."""

    reason: Literal["no_model", "too_slow", "unsafe", "error", "same_language"]


class Translator(Protocol):
    """Translates on this machine."""

    async def translate(self, text: str, source: str, target: str) -> Translated | NotTranslated:
        """Translate a text, or say why not; never raises."""

    async def close(self) -> None:
        """Give back what it holds; nothing is translated afterwards."""

"""Translating on this machine."""

from typing import Literal, Protocol

from bot.core.protection import Wordings
from bot.core.segments import NO_WORDINGS
from bot.core.translations import NotTranslated as NotTranslated
from bot.core.translations import Translated as Translated

Urgency = Literal["live", "draft", "bulk"]
"""Who waits for it: somebody in a chat, somebody at a desk, nobody. What is more urgent goes first."""


class Translator(Protocol):
    """Translates on this machine."""

    async def translate(
        self, text: str, source: str, target: str, wordings: Wordings = NO_WORDINGS, urgency: Urgency = "live"
    ) -> Translated | NotTranslated:
        """Translate a text with the glossary's wordings kept, or say why not; never raises."""

    def version(self, source: str, target: str) -> str:
        """Name the models it would go through, with their versions; "" when there is no way."""

    def usable(self, source: str, target: str) -> bool:
        """Tell whether people's messages are translated: there is a way, and it was not found too bad."""

    async def close(self) -> None:
        """Give back what it holds; nothing is translated afterwards."""

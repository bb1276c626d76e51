"""Rows of translation: what is still to be done, and what people translated before."""

from datetime import datetime
from typing import Protocol

from bot.core.memory import Segment
from bot.core.translations import Rendering
from bot.services.ports.records import TranscriptLine


class TranslationRows(Protocol):
    """Lines whose translation is missing or was not looked at, and segments of nobody's."""

    def translate_later(self, n: int, due: datetime) -> None:
        """Note that a line's translation needs work from a moment on; a line that is noted already waits until then."""

    def translation_work(self, now: datetime, limit: int = 20) -> list[tuple[TranscriptLine, int]]:
        """Return the lines that need work now, oldest first, each with how often it was tried."""

    def translation_done(self, n: int) -> None:
        """Note that a line needs no more work."""

    def render(self, line: TranscriptLine, translation: str | None, rendering: Rendering) -> bool:
        """Keep the translation of a line, or what is known about it; False when the line has other words by now."""

    def line(self, conversation_id: str, n: int) -> TranscriptLine | None:
        """Return a line of a conversation."""

    def remember(self, segment: Segment) -> None:
        """Keep a translation for everybody; an older one of the same text, by the same kind of translator, is replaced."""

    def segments(self, source: str, target: str) -> list[Segment]:
        """Return what is kept from one language into another, oldest first."""

    def segment(self, source: str, target: str, text: str) -> Segment | None:
        """Return what a machine made of this very text."""

    def forget_segments(self, source: str, target: str, *, made_by_other_than: str) -> int:
        """Forget what other models than these made; what people made stays. Return how much it was."""

"""What a reader gets when somebody wrote another language: translated by machine and labelled, or the original and labelled."""

from dataclasses import dataclass
from typing import Literal

from bot.core.texts import Texts
from bot.services.ports import NotTranslated, Translated, Translator


@dataclass(frozen=True, slots=True)
class Readable:
    """A text for a reader: in which language it is now, how it came to be, and the small print in the reader's language."""

    text: str
    language: str
    label: Literal["", "machine", "untranslated"]
    note: str
    original: str | None = None


class NoTranslator:
    """The translator of a machine without models: it says so."""

    async def translate(self, text: str, source: str, target: str) -> Translated | NotTranslated:
        """Return why nothing was translated."""
        return NotTranslated("same_language" if source == target else "no_model")

    async def close(self) -> None:
        """Hold nothing, give nothing back."""


class Translation:
    """Makes what people write readable for each other."""

    def __init__(self, translator: Translator) -> None:
        self._translator = translator

    async def readable(self, text: str, source: str, target: str, phrases: Texts) -> Readable:
        """Translate for a reader; without a translation they get the original with an apology."""
        result = await self._translator.translate(text, source, target)
        match result:
            case Translated(translated):
                return Readable(translated, target, "machine", phrases.say("note_machine", target), text)
            case NotTranslated("same_language"):
                return Readable(text, source, "", "")
            case NotTranslated():
                return Readable(text, source, "untranslated", phrases.say("note_untranslated", target))

    async def close(self) -> None:
        """Give back what the translator holds."""
        await self._translator.close()

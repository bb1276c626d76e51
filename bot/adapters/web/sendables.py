"""What an advisor can send as it stands, in the words of the console: what it says, and how it will arrive."""

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from bot.adapters.web.cases import language_name
from bot.adapters.web.markup import markdown, plain
from bot.adapters.web.parts import Gettext
from bot.core.attachments import UnfitFile
from bot.core.enclosures import Enclosure
from bot.core.language import SOURCE, direction
from bot.core.messages import OutboundMessage
from bot.services.sending import Ready


@dataclass(frozen=True, slots=True)
class Sendable:
    """Something finished: what it says in German, and what the person will read if that is not the same."""

    id: str
    title: str
    german: Markup
    arrives: str
    preview: Markup | None
    language: str
    direction: str


class Sendables:
    """Puts finished messages into the words of the console's language."""

    def __init__(self, texts: Gettext, language: str) -> None:
        self._texts = texts
        self._language = language

    def ready(self, canned: Iterable[Ready], wanted: str) -> list[Sendable]:
        """Return finished replies for a reader of a language."""
        return [self._sendable(each.key, "", each.message, wanted) for each in canned]

    def enclosures(self, found: Iterable[Enclosure], wanted: str) -> list[Sendable]:
        """Return articles and site cards for a reader of a language."""
        return [self._sendable(each.id, each.title, each.message, wanted) for each in found]

    def unfit(self, error: UnfitFile) -> str:
        """Say why a file cannot be sent, and what to do."""
        _ = self._texts
        return {
            "too_large": _("Diese Datei ist größer als 10 MB. Bitte verkleinern Sie sie, oder teilen Sie sie auf."),
            "heic": _("Fotos im Format HEIC kann nicht jedes Gerät zeigen. Bitte speichern Sie das Foto als JPEG."),
            "unknown": _("Senden lassen sich Fotos (JPEG, PNG, WebP) und PDF-Dateien. Diese Datei ist keines davon."),
        }[error.reason]

    def _sendable(self, id: str, title: str, message: OutboundMessage, wanted: str) -> Sendable:
        show = markdown if message.format == "markdown" else plain
        preview = show(message.text) if message.language != SOURCE else None
        german = show(message.original or message.text)
        return Sendable(id, title, german, self._arrives(message, wanted), preview, message.language, direction(message.language))

    def _arrives(self, message: OutboundMessage, wanted: str) -> str:
        _, reads = self._texts, language_name(message.language, self._language)
        if message.language != wanted:
            there = _("Gibt es noch nicht auf {wanted}; die Person liest {language}.")
            return there.format(wanted=language_name(wanted, self._language), language=reads)
        return {
            "": _("Gibt es auf {language}."),
            "draft": _("Gibt es auf {language}, von niemandem geprüft; das steht dabei."),
            "machine": _("Gibt es auf {language}, maschinell übersetzt; das steht dabei."),
        }.get(message.label, _("Gibt es auf {language}.")).format(language=reads)

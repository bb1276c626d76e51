"""Cases as the console shows them, in the words of the person who works with them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache, lru_cache

from babel import Locale
from babel.dates import format_timedelta
from markupsafe import Markup

from bot.adapters.web import history, trail
from bot.adapters.web.markup import markdown, plain
from bot.adapters.web.messages import attachment_of, moment, original
from bot.adapters.web.parts import Gettext
from bot.adapters.web.previews import Shown, remark, shown
from bot.core.attachments import is_picture
from bot.core.cases import Case, CaseError
from bot.core.content import Content
from bot.core.language import SOURCE, direction
from bot.core.locales import clock, day, local
from bot.services.desk import CaseView
from bot.services.duties import WARN_BEFORE
from bot.services.ports import NoteKind, TranscriptLine
from bot.services.sending import originals
from bot.services.translation import Preview

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Card:
    """A case in words; a row of the queue and the head of the hand-over card."""

    case: Case
    age: str
    topic: str
    language: str
    site: str
    holder: str
    overdue: bool
    due: str
    soon: bool
    unread: int


@dataclass(frozen=True, slots=True)
class Speech:
    """A line of the conversation for the advisor: what they can read first, what the other side has second."""

    n: int
    author: str
    name: str
    at: datetime
    time: str
    html: Markup
    language: str | None
    direction: str
    note: str
    other: Markup | None
    delivery: str
    troubled: bool
    file: str | None
    picture: bool
    edited: bool
    back: Markup | None
    unclear: bool
    later: Markup | None


class Wording:
    """Puts cases into the words of the console's language."""

    def __init__(self, content: Content, names: Mapping[str, str], texts: Gettext, language: str, now: datetime) -> None:
        self._content = content
        self._names = names
        self._texts = texts
        self._language = language
        self._now = now

    def card(self, case: Case, unread: int = 0) -> Card:
        """Return a case in words; `unread` is how many messages of the newcomer are new to the reader."""
        return Card(
            case=case,
            age=self._age(case.opened_at),
            topic=trail.topic(self._content, case.topic, self._language),
            language=self.language(case.language),
            site=self.site(case.site),
            holder=self._names.get(case.advisor or "", ""),
            overdue=case.late(self._now) or "overdue" in case.flags,
            due=self._due(case),
            soon=case.due_at is not None and case.due_at - self._now < WARN_BEFORE,
            unread=unread,
        )

    def reasons(self, case: Case) -> str:
        """Return in one sentence why the case came to this site."""
        _ = self._texts
        said = {
            "only": _("einzige Stelle, die infrage kommt"),
            "young": _("für Menschen unter 27"),
            "responsible": _("zuständig für den Ort"),
            "nearest": _("am nächsten ({detail} km)"),
            "remote": _("berät aus der Ferne"),
            "language": _("spricht {detail}"),
            "open": _("geöffnet bis {detail}"),
            "room": _("hat noch Platz"),
            "shared": _("gleichmäßig verteilt"),
        }
        return ", ".join(
            said[each.why].format(detail=self.language(each.detail) if each.why == "language" else each.detail)
            for each in case.reasons
        )

    def promised(self, case: Case) -> str:
        """Return until when an answer was promised, in words; nothing without a promise."""
        until = case.promised_until if case.open else None
        return f"{day(local(until).date(), self._language)}, {clock(until)}" if until else ""

    def choices(self, cases: Iterable[Case]) -> dict[str, dict[str, str]]:
        """Return what these cases can be narrowed down to, by field: id → name, in the order of the names."""
        found = {(case.topic, case.language, case.site) for case in cases}
        fields = {
            "topic": {each: trail.topic(self._content, each, self._language) for each, _, _ in found},
            "language": {each: self.language(each) for _, each, _ in found},
            "site": {each: self.site(each) for _, _, each in found},
        }
        return {name: dict(sorted(each.items(), key=lambda pair: pair[1])) for name, each in fields.items()}

    def question(self, view: CaseView) -> Markup | None:
        """Return the question in German, as soon as it is translated."""
        asked = (line for line in view.lines if line.author == "newcomer" and line.text == view.case.question)
        return next((plain(line.translation) for line in asked if line.translation), None)

    def trail(self, case: Case) -> list[str]:
        """Return the way so far in words."""
        return trail.in_words(self._content, case.trail, self._language)

    def speeches(self, view: CaseView) -> tuple[list[Speech], list[Speech]]:
        """Return what was said before the case and within it."""
        sent = originals(view.lines)
        done = {line.n for line in view.lines if line.author == "advisor" and line.text in sent}
        lines = [replace(line, translation=None) if line.n in done else line for line in view.lines]
        before = [self._speech(line, view.case.language) for line in lines if line.case_id != view.case.id]
        within = [self._speech(line, view.case.language) for line in lines if line.case_id == view.case.id]
        return before, within

    def events(self, view: CaseView) -> list[tuple[str, str]]:
        """Return when what happened to the case, by whom."""
        return [
            (
                moment(each.at, self._now, self._language),
                " · ".join(filter(None, (self._what(each.what), self.name(each.advisor)))),
            )
            for each in view.history
        ]

    def notes(self, view: CaseView) -> list[tuple[str, str, Markup, NoteKind]]:
        """Return who noted what when, and what kind of note it is."""
        return [
            (self.name(each.advisor), moment(each.at, self._now, self._language), plain(each.text), each.kind)
            for each in view.notes
        ]

    def name(self, advisor: str | None) -> str:
        """Return a colleague's name, or nothing."""
        return self._names.get(advisor or "", "")

    def site(self, id: str) -> str:
        """Return the name of a site, or that it is no longer listed."""
        return history.site_name(id, self._content.network, self._texts)

    def language(self, code: str) -> str:
        """Return a language's name in the console's language."""
        return language_name(code, self._language)

    def refusal(self, error: CaseError) -> str:
        """Say why something could not be done, and who has the case."""
        _ = self._texts
        holder = self.name(error.holder)
        if error.reason == "closed":
            return _("Dieser Fall ist schon geschlossen.")
        if holder:
            return _("{name} hat diesen Fall übernommen.").format(name=holder)
        return _("Jemand anders war schneller. Bitte sehen Sie sich den Fall noch einmal an.")

    def _due(self, case: Case) -> str:
        _ = self._texts
        if case.due_at is None:
            return ""
        span = _span(abs(case.due_at - self._now) // _MINUTE, self._language, direction=False)
        late = case.due_at < self._now
        return _("seit {span} zu spät").format(span=span) if late else _("noch {span}").format(span=span)

    def _age(self, since: datetime) -> str:
        return _span((since - self._now) // _MINUTE, self._language, direction=True)

    def _what(self, what: str) -> str:
        return history.in_words(what, self._content.network, self.name, self._texts, self._language)

    def preview(self, preview: Preview, german: str) -> Shown:
        """Return a translation before it is sent."""
        return shown(preview, german, self._texts)

    def _speech(self, line: TranscriptLine, chosen: str) -> Speech:
        attachment = attachment_of(line)
        html, language, way, other = _texts(line)
        return Speech(
            n=line.n,
            author=line.author,
            name=self.name(line.advisor),
            at=line.at,
            time=moment(line.at, self._now, self._language),
            html=html,
            language=language,
            direction=way,
            note=self._note(line, chosen),
            back=plain(line.rendering.look.back) if line.rendering and line.rendering.look.back else None,
            unclear=line.rendering is not None and line.rendering.unclear,
            later=plain(line.translation) if line.author == "advisor" and line.translation else None,
            other=other,
            delivery=self._delivery(line),
            troubled=line.delivery in ("uncertain", "failed"),
            file=attachment.name if attachment and attachment.data else None,
            picture=is_picture(attachment),
            edited=line.edited,
        )

    def _note(self, line: TranscriptLine, chosen: str) -> str:
        _ = self._texts
        written = self.language(line.rendering.language) if line.rendering and line.rendering.language else ""
        if said := remark(line.rendering, line.author, chosen, written, self._texts):
            return said
        if line.translation is not None:
            return _("Maschinell übersetzt")
        if line.message is not None and line.message.label == "untranslated":
            return _("Nicht übersetzt: Die Person liest Ihren deutschen Text.")
        return ""

    def _delivery(self, line: TranscriptLine) -> str:
        _ = self._texts
        if line.author == "newcomer" or line.delivery is None:
            return ""
        if line.seen:
            return _("gelesen")
        return {
            "queued": _("wird gesendet"),
            "sending": _("wird gesendet"),
            "sent": _("gesendet"),
            "uncertain": _("vielleicht nicht angekommen"),
            "failed": _("nicht zugestellt"),
            "asked": _("aus einer Sicherung: nicht noch einmal gesendet"),
        }[line.delivery]


def language_name(code: str, reader: str) -> str:
    """Return a language's name in the reader's language."""
    return str(_locale(reader).languages.get(code, code))


@lru_cache(maxsize=4096)
def _span(minutes: int, language: str, *, direction: bool) -> str:
    """Return a span of time in words; many cases of a queue have the same."""
    return format_timedelta(minutes * _MINUTE, granularity="minute", add_direction=direction, locale=_locale(language))


@cache
def _locale(language: str) -> Locale:
    """Return what Babel knows of a language; reading it anew for every row takes longer than the row itself."""
    return Locale.parse(language)


def _texts(line: TranscriptLine) -> tuple[Markup, str | None, str, Markup | None]:
    """Return what the advisor reads first, its language and direction, and the other version if there is one."""
    message = line.message
    if message is None:
        if line.translation is not None:
            return plain(line.translation), SOURCE, "auto", plain(line.text)
        return plain(line.text), None, "auto", None
    show: Callable[[str], Markup] = markdown if message.format == "markdown" else plain
    german = message.original if line.author == "advisor" else message.german
    if german is not None:
        return show(german), SOURCE, "auto", show(message.text)
    way = direction(message.language) if line.author == "bot" else "auto"
    return show(message.text), message.language, way, original(message)

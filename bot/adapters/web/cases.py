"""Cases as the console shows them, in the words of the person who works with them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from babel import Locale
from babel.dates import format_timedelta
from markupsafe import Markup

from bot.adapters.web import trail
from bot.adapters.web.markup import markdown, plain
from bot.adapters.web.messages import attachment_of, moment
from bot.adapters.web.parts import Gettext
from bot.core.cases import Case, CaseError
from bot.core.content import Content
from bot.core.language import SOURCE, direction
from bot.core.locales import clock, day, local
from bot.services.desk import CaseView
from bot.services.ports import Advisor, TranscriptLine


@dataclass(frozen=True, slots=True)
class Card:
    """A case in words; a row of the queue and the head of the hand-over card."""

    case: Case
    age: str
    topic: str
    language: str
    site: str
    holder: str
    promised: str
    overdue: bool


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
    edited: bool


@dataclass(frozen=True, slots=True)
class Sections:
    """The queue as one advisor sees it."""

    mine: list[Card]
    waiting: list[Card]
    team: list[Card]


class Wording:
    """Puts cases into the words of the console's language."""

    def __init__(self, content: Content, names: Mapping[str, str], texts: Gettext, language: str, now: datetime) -> None:
        self._content = content
        self._names = names
        self._texts = texts
        self._language = language
        self._now = now

    def card(self, case: Case) -> Card:
        """Return a case in words."""
        site = self._content.network.sites.get(case.site)
        promised = case.promised_until if case.open else None
        return Card(
            case=case,
            age=self._age(case.opened_at),
            topic=trail.topic(self._content, case.topic, self._language),
            language=self.language(case.language),
            site=site.name if site else case.site,
            holder=self._names.get(case.advisor or "", ""),
            promised=f"{day(local(promised).date(), self._language)}, {clock(promised)}" if promised else "",
            overdue=promised is not None and case.status == "queued" and promised < self._now,
        )

    def sections(self, cases: list[Case], advisor: Advisor) -> Sections:
        """Sort the open cases by who has them, the most urgent first."""
        cards = [self.card(case) for case in sorted(cases, key=_urgency)]
        return Sections(
            mine=[card for card in cards if card.case.advisor == advisor.id],
            waiting=[card for card in cards if card.case.advisor is None],
            team=[card for card in cards if card.case.advisor not in (None, advisor.id)],
        )

    def trail(self, case: Case) -> list[str]:
        """Return the way so far in words."""
        return trail.in_words(self._content, case.trail, self._language)

    def speeches(self, view: CaseView) -> tuple[list[Speech], list[Speech]]:
        """Return what was said before the case and within it."""
        before = [self._speech(line) for line in view.lines if line.case_id != view.case.id]
        within = [self._speech(line) for line in view.lines if line.case_id == view.case.id]
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

    def notes(self, view: CaseView) -> list[tuple[str, str, Markup]]:
        """Return who noted what when."""
        return [(self.name(each.advisor), moment(each.at, self._now, self._language), plain(each.text)) for each in view.notes]

    def name(self, advisor: str | None) -> str:
        """Return a colleague's name, or nothing."""
        return self._names.get(advisor or "", "")

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

    def _age(self, since: datetime) -> str:
        return format_timedelta(since - self._now, add_direction=True, locale=self._language)

    def _what(self, what: str) -> str:
        _ = self._texts
        known = {
            "opened": _("Eröffnet"),
            "claimed": _("Übernommen"),
            "closed": _("Geschlossen"),
            "transferred": _("Weitergegeben"),
            "released": _("Freigegeben"),
        }
        return known.get(what, what)

    def _speech(self, line: TranscriptLine) -> Speech:
        _ = self._texts
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
            note=self._note(line),
            other=other,
            delivery=self._delivery(line),
            troubled=line.delivery in ("uncertain", "failed"),
            file=attachment.name if attachment and attachment.data else None,
            edited=line.edited,
        )

    def _note(self, line: TranscriptLine) -> str:
        _ = self._texts
        if line.translation is not None:
            return _("Maschinell übersetzt")
        if line.message is not None and line.message.label == "untranslated":
            return _("Nicht übersetzt: Die Person liest Ihren deutschen Text.")
        return ""

    def _delivery(self, line: TranscriptLine) -> str:
        _ = self._texts
        if line.author == "newcomer" or line.delivery is None:
            return ""
        return {
            "queued": _("wird gesendet"),
            "sending": _("wird gesendet"),
            "sent": _("gesendet"),
            "uncertain": _("vielleicht nicht angekommen"),
            "failed": _("nicht zugestellt"),
        }[line.delivery]


def language_name(code: str, reader: str) -> str:
    """Return a language's name in the reader's language."""
    return str(Locale.parse(reader).languages.get(code, code))


def _urgency(case: Case) -> tuple[bool, bool, datetime]:
    """Order cases: emergencies, then what was promised first; without a promise the oldest last."""
    return "crisis" not in case.flags, case.promised_until is None, case.promised_until or case.opened_at


def _texts(line: TranscriptLine) -> tuple[Markup, str | None, str, Markup | None]:
    """Return what the advisor reads first, its language and direction, and the other version if there is one."""
    message = line.message
    if message is None:
        if line.translation is not None:
            return plain(line.translation), SOURCE, "auto", plain(line.text)
        return plain(line.text), None, "auto", None
    show: Callable[[str], Markup] = markdown if message.format == "markdown" else plain
    if line.author == "advisor" and message.original is not None:
        return plain(message.original), SOURCE, "auto", show(message.text)
    original = plain(message.original) if message.original is not None else None
    way = direction(message.language) if line.author == "bot" else "auto"
    return show(message.text), message.language, way, original

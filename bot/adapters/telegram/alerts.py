"""What staff read on Telegram about a case or an appointment: never a name, a word or a place of the person."""

from collections.abc import Callable

from babel import Locale

from bot.core import locales
from bot.core.appointments import Appointment
from bot.core.cases import Case, CaseError
from bot.core.content import Content
from bot.core.language import SOURCE
from bot.core.texts import fill
from bot.services.ports import AppointmentChange


class AlertTexts:
    """Words for staff: `texts` translates the German ones, `console_url` is the address of the console's first page."""

    def __init__(self, texts: Callable[[str], str], content: Callable[[], Content], console_url: str) -> None:
        self._texts = texts
        self._content = content
        self._console_url = console_url.rstrip("/")

    def say(self, german: str, **slots: str) -> str:
        """Return a text for staff with its placeholders filled."""
        return fill(self._texts(german), slots)

    def waiting(self, case: Case) -> str:
        """Return the alert about a case that waits."""
        site = self._content().network.sites.get(case.site)
        lines = [
            self.say("Neue Anfrage #{number}", number=str(case.number)),
            self.say("Thema: {topic}", topic=self._topic(case.topic)),
            self.say("Sprache: {language}", language=_language(case.language)),
            self.say("Beratungsstelle: {site}", site=site.name if site else case.site),
        ]
        if case.promised_until is not None:
            day = locales.day(locales.local(case.promised_until).date(), SOURCE)
            lines.append(self.say("Antwort zugesagt bis: {until}", until=f"{day}, {locales.clock(case.promised_until)}"))
        return "\n".join(lines + self._plain_link(case))

    def changed(self, appointment: Appointment, what: AppointmentChange) -> str:
        """Return the alert about an appointment that a newcomer booked, moved or cancelled."""
        heads = {
            "booked": self.say("Neuer Termin"),
            "moved": self.say("Termin verlegt"),
            "cancelled": self.say("Termin abgesagt"),
        }
        slot = appointment.slot
        site = self._content().network.sites.get(slot.site)
        day = locales.day(locales.local(slot.start).date(), SOURCE)
        lines = [
            heads[what],
            self.say("Zeit: {when}", when=f"{day}, {locales.clock(slot.start)}"),
            self.say("Thema: {topic}", topic=self._topic(appointment.topic)),
            self.say("Sprache: {language}", language=_language(appointment.language)),
            self.say("Beratungsstelle: {site}", site=site.name if site else slot.site),
        ]
        return "\n".join(lines + ([] if self.agenda_url() or not self._console_url else [self._agenda()]))

    def agenda_url(self) -> str | None:
        """Return the address of the appointments in the console if Telegram lets it be a button."""
        return self._agenda() if self._console_url.startswith("https://") else None

    def _agenda(self) -> str:
        return f"{self._console_url}/appointments"

    def settled(self, case: Case, holder: str) -> str:
        """Return what the alert becomes when nobody needs to take the case any more."""
        state = self.say("übernommen von {name}", name=holder) if case.open else self.say("abgeschlossen")
        head = f"#{case.number} · {self._topic(case.topic)} · {_language(case.language)}: {state}"
        return "\n".join([head, *self._plain_link(case)])

    def refused(self, error: CaseError, holder: str) -> str:
        """Return why a case cannot be claimed."""
        if error.reason == "closed":
            return self.say("Diese Anfrage ist schon abgeschlossen.")
        return self.say("Diese Anfrage hat schon {name}.", name=holder)

    def button_url(self, case: Case) -> str | None:
        """Return the case's address in the console if Telegram lets it be a button."""
        return self._link(case) if self._console_url.startswith("https://") else None

    def _plain_link(self, case: Case) -> list[str]:
        return [self._link(case)] if self._console_url and not self.button_url(case) else []

    def _link(self, case: Case) -> str:
        return f"{self._console_url}/cases/{case.id}"

    def _topic(self, topic: str) -> str:
        content = self._content()
        return content.phrases.say(f"topic_{topic}", SOURCE) if topic in content.knowledge.topics else topic


def _language(code: str) -> str:
    return str(Locale(SOURCE).languages.get(code, code))

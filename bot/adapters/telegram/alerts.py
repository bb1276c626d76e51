"""What staff read on Telegram about a case or an appointment: never a name, a word or a place of the person."""

from collections.abc import Callable

from babel import Locale

from bot.core import locales
from bot.core.appointments import Appointment
from bot.core.cases import Case, CaseError
from bot.core.content import Content
from bot.core.language import SOURCE
from bot.core.network import Network
from bot.core.texts import fill
from bot.services.ports import AppointmentChange


class AlertTexts:
    """Words for staff: `texts` translates the German ones, `console_url` is the address of the console's first page."""

    def __init__(self, texts: Callable[[str], str], content: Callable[[], Content], console_url: str) -> None:
        self._texts = texts
        self._content = content
        self._console_url = console_url.rstrip("/")

    @property
    def network(self) -> Network:
        """Return the network as it is now."""
        return self._content().network

    def say(self, german: str, **slots: str) -> str:
        """Return a text for staff with its placeholders filled."""
        return fill(self._texts(german), slots)

    def waiting(self, case: Case) -> str:
        """Return the alert about a case that waits, or in which somebody speaks of a crisis."""
        number = str(case.number)
        crisis = "crisis" in case.flags
        head = self.say("🆘 Notfallworte in Anfrage #{number}" if crisis else "Neue Anfrage #{number}", number=number)
        if "concern" in case.flags:
            head += "\n" + self.flag("concern")
        return "\n".join([head, *self._facts(case), *self._plain_link(case)])

    def card(self, case: Case, holder: str) -> str:
        """Return the head of the hand-over card: how the case stands, and what it is about."""
        head = self.say("Anfrage #{number}: {state}", number=str(case.number), state=self.state(case, holder))
        return "\n".join([head, *self._facts(case), *self._plain_link(case)])

    def _facts(self, case: Case) -> list[str]:
        site = self._content().network.sites.get(case.site)
        gone = self.say("steht nicht mehr im Verzeichnis ({name})", name=case.site)
        lines = [
            self.say("Thema: {topic}", topic=self._topic(case.topic)),
            self.say("Sprache: {language}", language=_language(case.language)),
            self.say("Beratungsstelle: {site}", site=site.name if site else gone),
        ]
        if case.promised_until is not None:
            day = locales.day(locales.local(case.promised_until).date(), SOURCE)
            lines.append(self.say("Antwort zugesagt bis: {until}", until=f"{day}, {locales.clock(case.promised_until)}"))
        return lines

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
        if what != "cancelled" and appointment.interpreting and appointment.interpreting.how == "open":
            lines.append(self.say("Dolmetschen nötig"))
        return "\n".join(lines + ([] if self.agenda_url() or not self._console_url else [self._agenda()]))

    def agenda_url(self) -> str | None:
        """Return the address of the appointments in the console if Telegram lets it be a button."""
        return self._agenda() if self._console_url.startswith("https://") else None

    def _agenda(self) -> str:
        return f"{self._console_url}/appointments"

    def settled(self, case: Case, holder: str) -> str:
        """Return what the alert becomes when nobody needs to take the case any more."""
        return "\n".join([f"{self.heading(case)}: {self.state(case, holder)}", *self._plain_link(case)])

    def heading(self, case: Case) -> str:
        """Return number, subject and language of a case."""
        return f"#{case.number} · {self._topic(case.topic)} · {_language(case.language)}"

    def state(self, case: Case, holder: str) -> str:
        """Return how a case stands."""
        if not case.open:
            return self.say("abgeschlossen")
        return self.say("übernommen von {name}", name=holder) if case.advisor else self.say("wartet")

    def left(self, case: Case) -> str:
        """Return where a case is that another agency has now."""
        agency = self._content().network.agencies.get(case.agency)
        return self.say("Weitergegeben an: {place}", place=agency.name if agency else case.agency)

    def undelivered(self, case: Case) -> str:
        """Return that an answer did not arrive, and why if that is known."""
        if "unreachable" in case.flags:
            return self.say("⚠️ Nicht zugestellt: Die Person hat den Bot blockiert.")
        return self.say("⚠️ Nicht zugestellt: Die Person hat diese Nachricht nicht bekommen.")

    def event(self, what: str, who: str, whom: str) -> str:
        """Return what happened to a case, by whom, and to whom or where; nothing if its topic shows that anyway."""
        site = self._content().network.sites.get(whom)
        place = site.name if site else whom
        texts = {
            "claimed": self.say("Übernommen von {name}", name=who),
            "closed": self.say("Abgeschlossen von {name}", name=who) if who else self.say("Die Person hat das Gespräch beendet."),
            "entrusted": self.say("Zugeteilt: {name}", name=whom),
            "joined": self.say("Berät jetzt mit: {name}", name=whom),
            "pass_asked": self.say("Die Person wird gefragt, ob die Anfrage weitergehen darf an: {place}", place=place),
            "transferred": self.say("Weitergegeben an: {place}", place=place),
            "withdrawn": self.say("Die Person erlaubt die Weitergabe nicht mehr."),
            "released": self.say("Wieder frei: Bitte übernehmen Sie die Anfrage."),
            "queued": self.say("Die Beratungsstelle hat geöffnet."),
            "reopened": self.say("Wieder aufgenommen von {name}", name=who)
            if who
            else self.say("Die Person hat sich wieder gemeldet."),
            "at_risk": self.say("⏰ Die zugesagte Zeit läuft bald ab."),
            "overdue": self.say("⏰ Die zugesagte Zeit ist abgelaufen."),
            "settled_crisis": self.say("Notlage geklärt: {name}", name=who),
            "settled_callback": self.say("Anruf erledigt: {name}", name=who),
            "level_2": self.say("⏰ Die Koordination ist gefragt."),
            "level_3": self.say("⏰ Weiter überfällig."),
        }
        return texts.get(what, "")

    def flag(self, flag: str) -> str:
        """Return what a mark on a case means, for those that should be seen at once."""
        texts = {
            "crisis": self.say("🆘 Im Gespräch fallen Worte einer Krise. Die Person hat die Notfallnummern bekommen."),
            "concern": self.say("⚠️ Das klingt vielleicht nach einer Notlage. Die Person hat die Notfallnummern bekommen."),
            "callback": self.say("☎ Die Person bittet um einen Anruf."),
            "unclear": self.say("❓ Die Person hat eine Antwort nicht verstanden."),
            "unreachable": self.say("⚠️ Die Person hat den Bot blockiert. Antworten kommen nicht an."),
        }
        return texts.get(flag, "")

    def unlinked(self) -> str:
        """Return what somebody without access is to do."""
        return self.say(
            "Ihr Telegram-Konto ist noch nicht verknüpft. Bitte schreiben Sie mir /id "
            "und geben Sie die Nummer Ihrer Koordination."
        )

    def refused(self, error: CaseError, holder: str) -> str:
        """Return why a case cannot be claimed."""
        if error.reason == "closed":
            return self.say("Diese Anfrage ist schon abgeschlossen.")
        return self.say("Diese Anfrage hat schon {name}.", name=holder)

    def button_url(self, case_id: str) -> str | None:
        """Return a case's address in the console if Telegram lets it be a button."""
        return self._link(case_id) if self._console_url.startswith("https://") else None

    def _plain_link(self, case: Case) -> list[str]:
        return [self._link(case.id)] if self._console_url and not self.button_url(case.id) else []

    def _link(self, case_id: str) -> str:
        return f"{self._console_url}/cases/{case_id}"

    def _topic(self, topic: str) -> str:
        content = self._content()
        return content.phrases.say(f"topic_{topic}", SOURCE) if topic in content.knowledge.topics else topic


def _language(code: str) -> str:
    return str(Locale(SOURCE).languages.get(code, code))

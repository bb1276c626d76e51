"""An advisor sends what exists already: a file, an article, a site card."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.core import enclosures
from bot.core.attachments import accepted
from bot.core.cases import Case
from bot.core.enclosures import Enclosure
from bot.core.language import SOURCE
from bot.core.messages import OutboundMessage
from bot.core.talk import Situation
from bot.core.variants import readable
from bot.services.desk import CannedReply, Desk
from bot.services.ports import Advisor, Clock, Store, TranscriptLine
from bot.services.turns import Turns
from bot.services.understanding import Understanding

_OWN = "own:"


@dataclass(frozen=True, slots=True)
class Ready:
    """A finished reply: its key and the message it becomes."""

    key: str
    message: OutboundMessage


class Sending:
    """Beside the desk, which decides who may; what is sent claims the case as a reply does; by one `form` once."""

    def __init__(self, store: Store, turns: Turns, desk: Desk, understanding: Understanding, clock: Clock) -> None:
        self._store = store
        self._turns = turns
        self._desk = desk
        self._understanding = understanding
        self._clock = clock

    def file(self, advisor: Advisor, case_id: str, name: str, data: bytes, form: str = "") -> None:
        """Send a photo or a PDF.

        Raises:
            Forbidden: it is not a case of the advisor's agency.
            CaseError: somebody else has it, or it is closed.
            UnfitFile: it is too large, or nothing that is taken.
        """
        attachment = accepted(name, data)
        language = self._desk.case(advisor, case_id).language
        message = OutboundMessage("", language, "advisor", "plain", attachment=attachment)
        self._desk.send(advisor, case_id, message, form=form)

    def enclose(self, advisor: Advisor, case_id: str, id: str, form: str = "") -> None:
        """Send an article or a site card in the newcomer's language, labelled as the bot would label it.

        Raises:
            Forbidden: it is not a case of the advisor's agency.
            CaseError: somebody else has it, or it is closed.
            ValueError: there is no such article or site.
        """
        found = enclosures.enclosure(self._situation(self._desk.case(advisor, case_id)), id)
        if found is None:
            raise ValueError(f"nothing to send: {id!r}")
        self._desk.send(advisor, case_id, found.message, form=form)

    def canned(self, advisor: Advisor, case: Case) -> list[Ready]:
        """Return the finished replies for a case: the agency's own, then everybody's."""
        situation = self._situation(case)
        site = situation.content.network.sites.get(case.site)
        own = situation.content.canned.get(case.agency, ()) if site else ()
        found = [
            Ready(f"{_OWN}{each.id}", enclosures.canned_message(situation, each, site, advisor.name))
            for each in own
            if site and each.fits(site)
        ]
        return found + [Ready(each.key, _as_message(each)) for each in self._desk.canned(case.language)]

    def send_canned(self, advisor: Advisor, case_id: str, key: str, form: str = "") -> None:
        """Send a finished reply.

        Raises:
            Forbidden: it is not a case of the advisor's agency.
            CaseError: somebody else has it, or it is closed.
            ValueError: there is no such reply.
        """
        ready = self.canned(advisor, self._desk.case(advisor, case_id))
        message = next((each.message for each in ready if each.key == key), None)
        if message is None:
            raise ValueError(f"no canned reply {key!r}")
        self._desk.send(advisor, case_id, message, form=form)

    async def offers(self, case: Case, wanted: str = "") -> list[Enclosure]:
        """Return what can be sent: what fits the words, or without words what fits the case."""
        wanted = readable(wanted)
        if not wanted:
            return enclosures.offered(self._situation(case), case)
        understood = await self._understanding.of(wanted, SOURCE)
        return enclosures.found(self._situation(case), wanted, understood.meanings.get(wanted))

    def later(self, advisor: Advisor, case_id: str, n: int) -> None:
        """Send the translation of a reply that went out in German because there was none yet; once, whoever presses first.

        Raises:
            Forbidden: it is not a case of the advisor's agency.
            CaseError: somebody else has it, or it is closed.
            ValueError: there is no such reply.
        """
        view = self._desk.view(advisor, case_id)
        line = next((each for each in view.lines if each.n == n and each.author == "advisor"), None)
        if line is None or line.translation is None:
            raise ValueError("nothing was translated later")
        if line.text in originals(view.lines):
            return
        note = self._turns.phrase("note_machine", view.case.language)
        message = OutboundMessage(
            line.translation, view.case.language, "advisor", "plain", label="machine", note=note, original=line.text
        )
        self._desk.send(advisor, case_id, message)

    def _situation(self, case: Case) -> Situation:
        now = self._clock.now()
        with self._store.transaction() as tx:
            conversation = tx.conversation(case.conversation_id)
            assert conversation is not None, "a case has a conversation as long as it exists"
            return self._turns.situation(tx, conversation, now)


def originals(lines: Iterable[TranscriptLine]) -> set[str | None]:
    """Return the German texts whose translation was sent."""
    return {line.message.original for line in lines if line.message}


def _as_message(reply: CannedReply) -> OutboundMessage:
    original = reply.german if reply.language != SOURCE else None
    return OutboundMessage(reply.text, reply.language, "advisor", "plain", original=original)

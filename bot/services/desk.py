"""An advisor acts: looks at the queue, claims, answers, notes, closes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from bot.core import cases, notices
from bot.core.cases import Case, CaseError, CloseReason
from bot.core.contacts import Conversation
from bot.core.content import Content
from bot.core.locales import local
from bot.core.messages import UNCLEAR, Choice, OutboundMessage
from bot.services import visibility
from bot.services.access import Forbidden as Forbidden
from bot.services.access import conversation_of, note_reading, own
from bot.services.live import Live
from bot.services.open_cases import OpenCases
from bot.services.ports import Advisor, Clock, HistoryLine, Note, Source, Store, Transaction, TranscriptLine
from bot.services.team import advises
from bot.services.translation import Preview, Readable, Translation
from bot.services.turns import Turns

MAX_REPLY = 8_000
"""Characters of one reply; more is a document, not a message."""


class Doubtful(Exception):
    """A translation may be misunderstood; nothing was sent."""

    def __init__(self, preview: Preview) -> None:
        super().__init__("may be misunderstood")
        self.preview = preview


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as its agency sees it."""

    case: Case
    lines: list[TranscriptLine]
    notes: list[Note]
    history: list[HistoryLine]
    reachable: bool


@dataclass(frozen=True, slots=True)
class CannedReply:
    """A reply that exists already: its key, the German text and the text the newcomer will read."""

    key: str
    german: str
    text: str
    language: str


class Desk:
    """What members of staff can do; every method takes who does it and checks that they may."""

    def __init__(
        self,
        store: Store,
        content: Callable[[], Content],
        turns: Turns,
        translation: Translation,
        live: Live,
        clock: Clock,
    ) -> None:
        self._store = store
        self._content = content
        self._turns = turns
        self._translation = translation
        self._live = live
        self._clock = clock
        self._open = OpenCases()

    def queue(self, advisor: Advisor, *, closed: bool = False) -> list[Case]:
        """Return the open (or the last closed) cases of the advisor's agency, oldest first.

        Raises:
            Forbidden: the advisor was disabled, or only edits content.
        """
        if not advises(advisor):
            raise Forbidden(advisor.id)
        with self._store.transaction() as tx:
            return tx.cases(advisor.agency, closed=True) if closed else list(self._open.of(tx, advisor.agency).cases)

    def unread(self, advisor: Advisor) -> Mapping[str, int]:
        """Return how many messages are new to an advisor, by open case of the agency: neither answered nor read by them."""
        with self._store.transaction() as tx:
            return self._open.of(tx, advisor.agency).unread(advisor.id)

    def view(self, advisor: Advisor, case_id: str) -> CaseView:
        """Return a case with its conversation, notes and history; that somebody reads it whose case it is not is noted.

        Raises:
            Forbidden: it is not a case of the advisor's agency.
        """
        with self._store.transaction() as tx:
            case = own(tx, advisor, case_id)
            note_reading(tx, advisor, case, self._clock.now())
            conversation = tx.conversation(case.conversation_id)
            reachable = conversation is not None and conversation.reachable
            lines = tx.transcript(case.conversation_id, case_id=case.id)
            return CaseView(case, lines, self.notes(tx, advisor, case), tx.history(case.id), reachable)

    def notes(self, tx: Transaction, advisor: Advisor, case: Case) -> list[Note]:
        """Return a case's notes as far as the advisor's agency may read them."""
        network, agencies = self._content().network, (advisor.agency,)
        return list(visibility.notes(tx.notes(case.id), tx.history(case.id), tx.advisors(), agencies, network).values())

    def claim(self, advisor: Advisor, case_id: str) -> Case:
        """Take a case; the newcomer is told who is there now. Claiming one's own case again changes nothing.

        Raises:
            Forbidden: it is not a case of the advisor's agency.
            CaseError: somebody else has it, or it is closed.
        """
        with self._store.transaction() as tx:
            case = own(tx, advisor, case_id)
            claimed, conversation = self._claim(tx, advisor, case)
        self.touch(claimed, conversation)
        return claimed

    async def reply(self, advisor: Advisor, case_id: str, text: str, *, source: Source | None = None, form: str = "") -> None:
        """Answer the newcomer in German (or the case's language); answering an unclaimed case claims it.

        Raises:
            Forbidden: it is not a case of the advisor's agency.
            CaseError: somebody else has it, or it is closed.
            ValueError: the text is empty or longer than MAX_REPLY characters.
        """
        self.send(advisor, case_id, await self.worded(advisor, case_id, text), source=source, form=form)

    async def reply_carefully(self, advisor: Advisor, case_id: str, text: str, *, form: str = "") -> None:
        """Answer as `reply` does, unless the translation looked back at may be misunderstood: then nothing is sent.

        Raises:
            Doubtful: it may be misunderstood; the preview shows how.
            Forbidden: it is not a case of the advisor's agency.
            CaseError: somebody else has it, or it is closed.
            ValueError: the text is empty or longer than MAX_REPLY characters.
        """
        preview = await self.preview(advisor, case_id, text)
        if preview.look.doubtful:
            raise Doubtful(preview)
        self.send(advisor, case_id, self._message(preview.readable), form=form)

    async def preview(self, advisor: Advisor, case_id: str, text: str) -> Preview:
        """Show what the newcomer would read, and what of it comes back in German.

        Raises:
            Forbidden: it is not a case of the advisor's agency.
            ValueError: the text is empty or longer than MAX_REPLY characters.
        """
        text, language = self._to_be_said(advisor, case_id, text)
        return await self._translation.preview(text, "de", language)

    def translatable(self, language: str) -> bool:
        """Tell whether replies can be translated for somebody who reads a language."""
        return self._translation.possible("de", language)

    async def worded(self, advisor: Advisor, case_id: str, text: str) -> OutboundMessage:
        """Return what an advisor writes as the newcomer will read it.

        Raises:
            Forbidden: it is not a case of the advisor's agency.
            ValueError: the text is empty or longer than MAX_REPLY characters.
        """
        text, language = self._to_be_said(advisor, case_id, text)
        return self._message(await self._translation.readable(text, "de", language))

    def _to_be_said(self, advisor: Advisor, case_id: str, text: str) -> tuple[str, str]:
        """Return a reply and the language it will be read in."""
        text = text.strip()
        if not 0 < len(text) <= MAX_REPLY:
            raise ValueError(f"a reply has 1 to {MAX_REPLY} characters")
        with self._store.transaction() as tx:
            return text, own(tx, advisor, case_id).language

    def _message(self, readable: Readable) -> OutboundMessage:
        """Return a reply as a message; under a translation that nobody read there is a way to say "I do not understand"."""
        unclear = Choice(UNCLEAR, self._content().phrases.say("unclear", readable.language))
        return OutboundMessage(
            readable.text,
            readable.language,
            "advisor",
            "plain",
            choices=((unclear,),) if readable.label in ("machine", "similar") else (),
            label=readable.label,
            note=readable.note,
            original=readable.original,
        )

    def canned(self, language: str) -> list[CannedReply]:
        """Return the canned replies as a reader of a language gets them."""
        phrases = self._content().phrases
        keys = sorted(key for key in phrases.keys() if key.startswith("canned_"))  # noqa: SIM118
        found = [(key, phrases.find(key, language)) for key in keys]
        return [CannedReply(key, phrases.say(key, "de"), text.text, text.language) for key, text in found]

    def note(self, advisor: Advisor, case_id: str, text: str, *, source: Source | None = None, form: str = "") -> None:
        """Write something down about a case, once, however often the advisor's message or form comes.

        Raises:
            Forbidden: it is not a case of the advisor's agency.
            ValueError: the text is empty or too long.
        """
        text = text.strip()
        if not 0 < len(text) <= MAX_REPLY:
            raise ValueError(f"a note has 1 to {MAX_REPLY} characters")
        with self._store.transaction() as tx:
            case = own(tx, advisor, case_id)
            if source is not None:
                if tx.source(source.chat, source.message) is not None:
                    return
                tx.add_source(source, case.id, f"note:{len(tx.notes(case.id))}")
            tx.add_note(Note(case.id, advisor.id, self._clock.now(), text), form)
        self._live.touch(f"agency:{case.agency}")

    def close(self, advisor: Advisor, case_id: str, reason: CloseReason | None = None) -> None:
        """End a case; the newcomer is told and is with the bot again. The reason is for the history and counted.

        Raises:
            Forbidden: it is not a case of the advisor's agency.
            CaseError: somebody else has it, or it is closed already.
        """
        now = self._clock.now()
        with self._store.transaction() as tx:
            case = own(tx, advisor, case_id)
            closed = cases.close(case, now, advisor.id)
            self.change(tx, closed)
            tx.add_history(HistoryLine(case.id, now, f"closed:{reason}" if reason else "closed", advisor.id))
            tx.count(f"closed:{case.agency}:{reason or ''}", local(now).date().isoformat())
            conversation = conversation_of(tx, closed)
            self._turns.tell(tx, conversation, case.id, now, lambda it: notices.closed(it, closed))
        self.touch(closed, conversation)

    def case(self, advisor: Advisor, case_id: str) -> Case:
        """Return a case without all that was said in it.

        Raises:
            Forbidden: it is not a case of the advisor's agency.
        """
        with self._store.transaction() as tx:
            return own(tx, advisor, case_id)

    def send(
        self, advisor: Advisor, case_id: str, message: OutboundMessage, *, source: Source | None = None, form: str = ""
    ) -> None:
        """Send a finished message to the newcomer; a case that nobody has is claimed.

        What an advisor wrote in a group (`source`) or sent by a form of a page is sent once, however often it comes.

        Raises:
            Forbidden: it is not a case of the advisor's agency.
            CaseError: somebody else has it, or it is closed.
        """
        now = self._clock.now()
        with self._store.transaction() as tx:
            case = own(tx, advisor, case_id)
            if (source and tx.source(source.chat, source.message)) or (form and tx.sent(case.conversation_id, form)):
                return
            case, conversation = self._claim(tx, advisor, case)
            n = tx.say(message, conversation.id, now, case_id=case.id, advisor=advisor.id, form=form)
            if message.label in ("machine", "untranslated"):
                tx.translate_later(n, now)
            if source is not None:
                tx.add_source(source, case.id, f"line:{n}")
            self.change(tx, cases.answered(case, now))
        self.touch(case, conversation)

    def _claim(self, tx: Transaction, advisor: Advisor, case: Case) -> tuple[Case, Conversation]:
        now = self._clock.now()
        claimed = cases.claim(case, advisor.id, now)
        conversation = conversation_of(tx, case)
        if claimed is case:
            return case, conversation
        self.change(tx, claimed)
        tx.add_history(HistoryLine(case.id, now, "claimed", advisor.id))
        told = self._turns.tell(tx, conversation, case.id, now, lambda it: notices.taken(it, claimed, advisor.name))
        return replace(claimed, version=claimed.version + 1), told

    def change(self, tx: Transaction, case: Case) -> None:
        """Store a changed case with its timers.

        Raises:
            CaseError: somebody changed it meanwhile.
        """
        if not self._turns.change(tx, case, self._clock.now()):
            newer = tx.case(case.id)
            raise CaseError("taken", newer.advisor if newer else None)

    def touch(self, case: Case, conversation: Conversation) -> None:
        """Let open pages and the outbox look at a case again."""
        self._live.touch(
            f"agency:{case.agency}", f"conversation:{case.conversation_id}", f"outbox:{conversation.address.channel}"
        )

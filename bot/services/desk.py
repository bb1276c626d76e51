"""An advisor acts: looks at the queue, claims, answers, notes, closes."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.core import cases
from bot.core.cases import Case, CaseError
from bot.core.contacts import Conversation
from bot.core.content import Content
from bot.core.dialogue import case_closed, case_taken
from bot.core.messages import OutboundMessage
from bot.services.live import Live
from bot.services.ports import Advisor, Clock, HistoryLine, Note, Store, Transaction, TranscriptLine
from bot.services.translation import Translation
from bot.services.turns import Turns

MAX_REPLY = 8_000
"""Characters of one reply; more is a document, not a message."""


class Forbidden(Exception):
    """The case is another agency's, or there is none: for the advisor both look the same."""


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

    def queue(self, advisor: Advisor, *, closed: bool = False) -> list[Case]:
        """Return the open (or the last closed) cases of the advisor's agency, oldest first.

        Raises:
            Forbidden: the advisor was disabled, or only edits content.
        """
        if not advises(advisor):
            raise Forbidden(advisor.id)
        with self._store.transaction() as tx:
            return tx.cases(advisor.agency, closed=closed)

    def view(self, advisor: Advisor, case_id: str) -> CaseView:
        """Return a case with its conversation, notes and history.

        Raises:
            Forbidden: it is not a case of the advisor's agency.
        """
        with self._store.transaction() as tx:
            case = _own(tx, advisor, case_id)
            conversation = tx.conversation(case.conversation_id)
            reachable = conversation is not None and conversation.reachable
            lines = tx.transcript(case.conversation_id, case_id=case.id)
            return CaseView(case, lines, tx.notes(case.id), tx.history(case.id), reachable)

    def claim(self, advisor: Advisor, case_id: str) -> Case:
        """Take a case; the newcomer is told who is there now. Claiming one's own case again changes nothing.

        Raises:
            Forbidden: it is not a case of the advisor's agency.
            CaseError: somebody else has it, or it is closed.
        """
        with self._store.transaction() as tx:
            case = _own(tx, advisor, case_id)
            claimed, conversation = self._claim(tx, advisor, case)
        self._touch(claimed, conversation)
        return claimed

    async def reply(self, advisor: Advisor, case_id: str, text: str) -> None:
        """Answer the newcomer in German (or the case's language); answering an unclaimed case claims it.

        Raises:
            Forbidden: it is not a case of the advisor's agency.
            CaseError: somebody else has it, or it is closed.
            ValueError: the text is empty or longer than MAX_REPLY characters.
        """
        text = text.strip()
        if not 0 < len(text) <= MAX_REPLY:
            raise ValueError(f"a reply has 1 to {MAX_REPLY} characters")
        with self._store.transaction() as tx:
            language = _own(tx, advisor, case_id).language
        readable = await self._translation.readable(text, "de", language, self._content().phrases)
        message = OutboundMessage(
            readable.text,
            readable.language,
            "advisor",
            "plain",
            label=readable.label,
            note=readable.note,
            original=readable.original,
        )
        self._send(advisor, case_id, message)

    def reply_canned(self, advisor: Advisor, case_id: str, key: str) -> None:
        """Answer with a canned reply, in the newcomer's language as far as it exists.

        Raises:
            Forbidden: it is not a case of the advisor's agency.
            CaseError: somebody else has it, or it is closed.
            ValueError: there is no such canned reply.
        """
        with self._store.transaction() as tx:
            language = _own(tx, advisor, case_id).language
        reply = next((each for each in self.canned(language) if each.key == key), None)
        if reply is None:
            raise ValueError(f"no canned reply {key!r}")
        original = reply.german if reply.language != "de" else None
        self._send(advisor, case_id, OutboundMessage(reply.text, reply.language, "advisor", "plain", original=original))

    def canned(self, language: str) -> list[CannedReply]:
        """Return the canned replies as a reader of a language gets them."""
        phrases = self._content().phrases
        keys = sorted(key for key in phrases.keys() if key.startswith("canned_"))  # noqa: SIM118
        found = [(key, phrases.find(key, language)) for key in keys]
        return [CannedReply(key, phrases.say(key, "de"), text.text, text.language) for key, text in found]

    def note(self, advisor: Advisor, case_id: str, text: str) -> None:
        """Write something down about a case.

        Raises:
            Forbidden: it is not a case of the advisor's agency.
            ValueError: the text is empty or too long.
        """
        text = text.strip()
        if not 0 < len(text) <= MAX_REPLY:
            raise ValueError(f"a note has 1 to {MAX_REPLY} characters")
        with self._store.transaction() as tx:
            case = _own(tx, advisor, case_id)
            tx.add_note(Note(case.id, advisor.id, self._clock.now(), text))
        self._live.touch(f"agency:{case.agency}")

    def close(self, advisor: Advisor, case_id: str) -> None:
        """End a case; the newcomer is told and is with the bot again.

        Raises:
            Forbidden: it is not a case of the advisor's agency.
            CaseError: somebody else has it, or it is closed already.
        """
        now = self._clock.now()
        with self._store.transaction() as tx:
            case = _own(tx, advisor, case_id)
            closed = cases.close(case, now, advisor.id)
            _change(tx, closed)
            tx.add_history(HistoryLine(case.id, now, "closed", advisor.id))
            conversation = _conversation(tx, closed)
            turn = case_closed(self._turns.situation(tx, conversation, now))
            self._turns.store(tx, turn, now)
        self._touch(closed, conversation)

    def _send(self, advisor: Advisor, case_id: str, message: OutboundMessage) -> None:
        now = self._clock.now()
        with self._store.transaction() as tx:
            case = _own(tx, advisor, case_id)
            case, conversation = self._claim(tx, advisor, case)
            tx.say(message, conversation.id, now, case_id=case.id, advisor=advisor.id)
        self._touch(case, conversation)

    def _claim(self, tx: Transaction, advisor: Advisor, case: Case) -> tuple[Case, Conversation]:
        now = self._clock.now()
        claimed = cases.claim(case, advisor.id, now)
        conversation = _conversation(tx, case)
        if claimed is case:
            return case, conversation
        _change(tx, claimed)
        tx.add_history(HistoryLine(case.id, now, "claimed", advisor.id))
        turn = case_taken(self._turns.situation(tx, conversation, now), claimed, advisor.name)
        self._turns.store(tx, turn, now)
        return replace(claimed, version=claimed.version + 1), turn.conversation

    def _touch(self, case: Case, conversation: Conversation) -> None:
        self._live.touch(
            f"agency:{case.agency}", f"conversation:{case.conversation_id}", f"outbox:{conversation.address.channel}"
        )


def advises(advisor: Advisor) -> bool:
    """Tell whether somebody may work with newcomers at all."""
    return not advisor.disabled and advisor.role != "editor"


def _own(tx: Transaction, advisor: Advisor, case_id: str) -> Case:
    case = tx.case(case_id)
    if case is None or case.agency != advisor.agency or not advises(advisor):
        raise Forbidden(case_id)
    return case


def _conversation(tx: Transaction, case: Case) -> Conversation:
    conversation = tx.conversation(case.conversation_id)
    assert conversation is not None, "a case has a conversation as long as it exists"
    return conversation


def _change(tx: Transaction, case: Case) -> None:
    if not tx.update_case(case):
        newer = tx.case(case.id)
        raise CaseError("taken", newer.advisor if newer else None)

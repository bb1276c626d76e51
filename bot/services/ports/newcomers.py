"""Rows of newcomers: conversations, what comes in, what is said, flows, open questions."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from bot.core.anonymous import OpenQuestion
from bot.core.contacts import Conversation
from bot.core.flows import Flow
from bot.core.messages import Address, InboundMessage, OutboundMessage
from bot.core.translations import Rendering
from bot.services.ports.records import TranscriptLine


class Newcomers(Protocol):
    """Conversations, their messages, and what belongs to them."""

    def conversation_at(self, address: Address, now: datetime, new_id: str) -> Conversation:
        """Return the address's conversation; contact, key and conversation are made when it is new."""

    def conversation(self, conversation_id: str) -> Conversation | None:
        """Return a conversation."""

    def save_conversation(self, conversation: Conversation, now: datetime) -> None:
        """Store a conversation and the time of its last turn."""

    def record(self, message: InboundMessage, conversation_id: str, now: datetime, *, handled: bool = False) -> bool:
        """Store what came in; False when (source, external id) is there already.

        What is handled in this very transaction needs no content; only that it came is remembered.
        """

    def unhandled(self) -> list[InboundMessage]:
        """Return what came in but was not handled, oldest first."""

    def handled(self, message: InboundMessage) -> None:
        """Mark as handled and forget the content; that it came is remembered."""

    def failed(self, message: InboundMessage) -> int:
        """Count a failed attempt to handle it; return the attempts so far."""

    def find_conversation(self, address: Address) -> Conversation | None:
        """Return the address's conversation; nothing is made when there is none."""

    def hear(
        self,
        message: InboundMessage,
        text: str,
        conversation_id: str,
        case_id: str | None,
        now: datetime,
        translation: str | None,
        rendering: Rendering | None = None,
    ) -> int:
        """Keep what a newcomer said and return the line's number; an edit becomes the new text of the line it edits."""

    def adopt(self, conversation_id: str, case_id: str, text: str) -> int | None:
        """Put the newcomer's newest line with this text, said before the case was opened, into the case; return its number."""

    def forget_heard(self, conversation_id: str) -> None:
        """Delete what a newcomer said outside of a case, files included."""

    def say(
        self,
        message: OutboundMessage,
        conversation_id: str,
        now: datetime,
        case_id: str | None = None,
        advisor: str | None = None,
        form: str = "",
    ) -> int:
        """Keep an outgoing message in the transcript and in the outbox; return its number. `form` is the mark of what sent it."""

    def sent(self, conversation_id: str, form: str) -> bool:
        """Tell whether a form's message is kept already."""

    def reword(self, n: int, message: OutboundMessage) -> None:
        """Give an outgoing message other words; what was sent already goes out again, to replace what was sent."""

    def conversations_of(self, contact_id: str) -> list[str]:
        """Return the ids of a contact's conversations."""

    def erase(self, contact_id: str) -> None:
        """Destroy the contact's key and every row of theirs."""

    def transcript(
        self, conversation_id: str, after: int = 0, case_id: str | None = None, limit: int = 500
    ) -> list[TranscriptLine]:
        """Return the newest lines after `after`, in order."""

    def line(self, conversation_id: str, n: int) -> TranscriptLine | None:
        """Return one line of a conversation."""


class Flows(Protocol):
    """Editions of flows that sessions still use."""

    def keep_edition(self, flow: Flow) -> None:
        """Keep a flow's edition for the sessions that use it."""

    def edition(self, flow_id: str, edition: str) -> Flow | None:
        """Return a kept edition."""


class Questions(Protocol):
    """Questions without a person, for editors."""

    def keep_question(self, question: OpenQuestion) -> None:
        """Keep a question without its person under a new number; one without words is not kept."""

    def open_questions(self) -> list[OpenQuestion]:
        """Return all questions that are kept, oldest first."""

    def drop_questions(self, numbers: Collection[int]) -> None:
        """Forget questions: an editor has dealt with them."""

"""Conversations of newcomers, and what came in for them."""

from dataclasses import replace
from datetime import datetime
from sqlite3 import Row

from bot.adapters.sqlite.records import CONVERSATION, INBOUND, dump, load, number, with_consents, without_data
from bot.adapters.sqlite.section import Section
from bot.core.contacts import Conversation
from bot.core.messages import Address, InboundMessage


class Conversations(Section):
    """Who writes from where, and in which state their conversation is."""

    def conversation_at(self, address: Address, now: datetime, new_id: str) -> Conversation:
        """Return the address's conversation; contact, key and conversation are made when it is new."""
        return self.find_conversation(address) or self._new_conversation(address, now, new_id)

    def find_conversation(self, address: Address) -> Conversation | None:
        """Return the address's conversation; nothing is made when there is none."""
        blind = self.keys.blind(address.channel, address.id)
        return self._conversation("address = ?", blind)

    def conversation(self, conversation_id: str) -> Conversation | None:
        """Return a conversation."""
        return self._conversation("id = ?", conversation_id)

    def save_conversation(self, conversation: Conversation, now: datetime) -> None:
        """Store a conversation and the time of its last turn.

        Raises:
            NoKey: its contact was erased.
        """
        self.db.execute(
            "UPDATE conversation SET sealed = ?, turn_at = ? WHERE id = ?",
            (self._sealed(conversation), number(now), conversation.id),
        )

    def mark_unreachable(self, conversation_id: str, now: datetime) -> None:
        """Note that nothing can be delivered to a conversation's address; that is no turn and keeps nobody longer."""
        conversation = self.conversation(conversation_id)
        if conversation is not None:
            sealed = self._sealed(replace(conversation, reachable=False))
            self.db.execute("UPDATE conversation SET sealed = ? WHERE id = ?", (sealed, conversation_id))

    def _new_conversation(self, address: Address, now: datetime, new_id: str) -> Conversation:
        # One id for both: so far a contact has one conversation, and ids of different tables are never compared.
        conversation = Conversation(new_id, new_id, address)
        blind = self.keys.blind(address.channel, address.id)
        self.keys.create(conversation.contact_id)
        self.db.execute(
            "INSERT INTO conversation (id, contact_id, channel, address, turn_at, sealed) VALUES (?, ?, ?, ?, ?, ?)",
            (new_id, conversation.contact_id, address.channel, blind, number(now), self._sealed(conversation)),
        )
        return conversation

    def _sealed(self, conversation: Conversation) -> bytes:
        row = f"conversation:{conversation.id}"
        sealed = self.keys.seal(conversation.contact_id, row, dump(CONVERSATION, conversation))
        self.keys.wrote(conversation.contact_id, row, sealed, conversation)
        return sealed

    def _conversation(self, where: str, value: str | bytes) -> Conversation | None:
        row = self.db.execute(f"SELECT id, contact_id, sealed FROM conversation WHERE {where}", (value,)).fetchone()
        if row is None:
            return None
        conversation = self.keys.read(row["contact_id"], f"conversation:{row['id']}", row["sealed"], _parse)
        self._owners[conversation.id] = (conversation.contact_id, conversation.address.channel)
        return conversation


class Inbox(Section):
    """What came in: kept until it is handled; that it came is remembered longer."""

    def record(self, message: InboundMessage, conversation_id: str, now: datetime, *, handled: bool = False) -> bool:
        """Store what came in; False when (source, external id) is there already.

        What is handled in this very transaction needs no content; only that it came is remembered, not from whom.
        """
        external = self._external(message)
        contact_id = None if handled else self.whose(conversation_id)[0]
        sealed = None if contact_id is None else self._sealed_message(message, contact_id, _owner(external))
        added = self.db.execute(
            "INSERT INTO inbox (external, contact_id, received_at, sealed) VALUES (?, ?, ?, ?) ON CONFLICT (external) DO NOTHING",
            (external, contact_id, number(now), sealed),
        )
        if added.rowcount and contact_id is not None:
            self.keep_attachment(_owner(external), contact_id, message.attachment)
        return added.rowcount == 1

    def unhandled(self) -> list[InboundMessage]:
        """Return what came in but was not handled, oldest first."""
        rows = self.db.execute("SELECT external, contact_id, sealed FROM inbox WHERE sealed IS NOT NULL ORDER BY n").fetchall()
        return [self._message(row) for row in rows]

    def handled(self, message: InboundMessage) -> None:
        """Mark as handled and forget the content and whose it was; that it came is remembered."""
        external = self._external(message)
        self.db.execute("UPDATE inbox SET sealed = NULL, contact_id = NULL WHERE external = ?", (external,))
        self.drop_attachment(_owner(external))

    def failed(self, message: InboundMessage) -> int:
        """Count a failed attempt to handle it; return the attempts so far."""
        row = self.db.execute(
            "UPDATE inbox SET attempts = attempts + 1 WHERE external = ? RETURNING attempts", (self._external(message),)
        ).fetchone()
        return 0 if row is None else int(row[0])

    def _sealed_message(self, message: InboundMessage, contact_id: str, owner: str) -> bytes:
        return self.keys.seal(contact_id, owner, dump(INBOUND, replace(message, attachment=without_data(message.attachment))))

    def _message(self, row: Row) -> InboundMessage:
        owner = _owner(row["external"])
        message = load(INBOUND, self.keys.unseal(row["contact_id"], owner, row["sealed"]))
        data = self.attachment_data(owner, row["contact_id"])
        return replace(message, attachment=message.attachment and replace(message.attachment, data=data))

    def _external(self, message: InboundMessage) -> bytes:
        """Outer ids may name a chat, hence a person; blinded they still recognise a redelivery, also after erasure."""
        return self.keys.blind(f"{message.source} message", message.external_id)


def _parse(data: bytes) -> Conversation:
    return load(CONVERSATION, with_consents(data))


def _owner(external: bytes) -> str:
    return f"inbox:{external.hex()}"

"""A store with many people in it, written straight into the tables."""

from datetime import UTC, datetime

from bot.adapters.sqlite import SqliteStore
from bot.adapters.sqlite.records import CONVERSATION, WORDS, Words, dump, number
from bot.core.consents import VERSIONS, Consent
from bot.core.contacts import Conversation
from bot.core.messages import Address, OutboundMessage

LINES = 4
"""Lines of transcript that everybody in the crowd has."""


def fill(store: SqliteStore, people: int) -> None:
    """Add people with key, conversation, handled messages and transcript, sealed as real ones are, in one transaction.

    Only the number of commits is less honest than life: the rows and their indices are the same.
    """
    now = datetime.now(UTC)
    at, message = number(now), OutboundMessage("Was brauchen Sie?", "de")
    consent = Consent("keep", True, VERSIONS["keep"], "de", now)
    with store.transaction() as tx:
        n = tx.next_row("message")
        execute = tx.db.conn.execute
        for count in range(people):
            id, address = f"crowd-{count}", Address("telegram", f"{10**9 + count}")
            tx.keys.create(id)
            sealed = tx.keys.seal(id, f"conversation:{id}", dump(CONVERSATION, Conversation(id, id, address, "de", (consent,))))
            execute(
                "INSERT INTO conversation (id, contact_id, channel, address, turn_at, sealed) VALUES (?, ?, 'telegram', ?, ?, ?)",
                (id, id, tx.keys.blind(address.channel, address.id), at, sealed),
            )
            for line in range(LINES):
                execute(
                    "INSERT INTO inbox (external, contact_id, received_at) VALUES (?, ?, ?)",
                    (tx.keys.blind("crowd", f"{count}-{line}"), id, at),
                )
                words = dump(WORDS, Words(message.text, None, message))
                execute(
                    """INSERT INTO message (n, contact_id, conversation_id, author, at, sealed) VALUES (?, ?, ?, 'bot', ?, ?)""",
                    (n, id, id, at, tx.keys.seal(id, f"message:{n}", words)),
                )
                execute(
                    "INSERT INTO outbox (n, contact_id, conversation_id, channel, status) VALUES (?, ?, ?, 'telegram', 'sent')",
                    (n, id, id),
                )
                n += 1

from collections.abc import Iterator

import pytest

from bot.adapters.sqlite import SqliteStore, Transaction
from bot.core.messages import Attachment, OutboundMessage
from bot.services.ports import DeliveryStatus
from tests.adapters.sqlite.people import AMINA, HOUR, MINUTE, NOW, amina, oksana


@pytest.fixture
def tx(store: SqliteStore) -> Iterator[Transaction]:
    """Amina (telegram) has the messages 1 and 2 before her, Oksana (web) 3."""
    with store.transaction() as tx:
        for text, who in (("eins", amina(tx)), ("zwei", amina(tx)), ("drei", oksana(tx))):
            tx.say(OutboundMessage(text, "de"), who.id, NOW)
        yield tx


def due(tx: Transaction, channel: str = "telegram", minutes: int = 0) -> list[int]:
    return [item.n for item in tx.due_outbox(channel, NOW + minutes * MINUTE)]


def test_the_first_message_of_each_conversation_is_due(tx: Transaction) -> None:
    tx.conversation_at(AMINA.__class__("telegram", "2"), NOW, "second")
    tx.say(OutboundMessage("vier", "de"), "second", NOW)
    assert due(tx) == [1, 4]
    assert [item.n for item in tx.due_outbox("telegram", NOW, limit=1)] == [1]


def test_an_item_carries_what_delivery_needs(tx: Transaction) -> None:
    message = OutboundMessage("Karte", "de", attachment=Attachment("document", "karte.pdf", "application/pdf", b"%PDF\x00"))
    tx.conversation_at(AMINA.__class__("telegram", "2"), NOW, "second")
    tx.say(message, "second", NOW)
    item = tx.due_outbox("telegram", NOW)[1]
    assert (item.address.id, item.message, item.attempts, item.status) == ("2", message, 0, "queued")


def test_a_page_fetches_by_itself_so_nothing_is_due_for_it(tx: Transaction) -> None:
    assert due(tx, "web") == []
    assert [line.delivery for line in tx.transcript("oksana")] == ["sent"]


@pytest.mark.parametrize(("status", "next_due"), [("sent", [2]), ("failed", [2]), ("sending", []), ("uncertain", [1])])
def test_only_an_undelivered_message_blocks_its_conversation(
    tx: Transaction, status: DeliveryStatus, next_due: list[int]
) -> None:
    tx.mark_outbox(1, status)
    assert due(tx) == next_due


def test_a_message_that_must_wait_holds_back_those_behind_it(tx: Transaction) -> None:
    tx.mark_outbox(1, "sending")
    tx.mark_outbox(1, "queued", not_before=NOW + 5 * MINUTE)
    assert due(tx) == []
    assert due(tx, minutes=5) == [1]


def test_sending_counts_the_attempts(tx: Transaction) -> None:
    tx.mark_outbox(1, "sending")
    tx.mark_outbox(1, "uncertain")
    tx.mark_outbox(1, "sending")
    tx.mark_outbox(1, "queued", error="timed out")
    assert tx.due_outbox("telegram", NOW)[0].attempts == 2


def test_what_was_being_sent_when_the_process_died_becomes_uncertain(tx: Transaction) -> None:
    tx.mark_outbox(1, "sending", not_before=NOW + HOUR)
    assert tx.interrupted_outbox() == 1
    (item,) = tx.due_outbox("telegram", NOW)
    assert (item.n, item.status, item.attempts) == (1, "uncertain", 1)
    assert tx.interrupted_outbox() == 0


def test_the_transcript_tells_what_became_of_a_message(tx: Transaction) -> None:
    tx.mark_outbox(1, "sent", platform_ids=("501", "502"))
    assert [line.delivery for line in tx.transcript("amina")] == ["sent", "queued"]


def test_a_delivery_that_ends_after_the_contact_was_erased_changes_nothing(tx: Transaction) -> None:
    tx.mark_outbox(1, "sending")
    tx.erase("amina")
    tx.mark_outbox(1, "sent", platform_ids=("501",))
    assert due(tx) == []


def test_looking_for_due_messages_reads_only_undelivered_ones(tx: Transaction) -> None:
    plan = tx.db.execute(
        """EXPLAIN QUERY PLAN SELECT min(n) AS n FROM outbox
        WHERE channel = ? AND status IN ('queued', 'sending', 'uncertain') GROUP BY conversation_id""",
        ("telegram",),
    ).fetchall()
    assert [row["detail"] for row in plan] == ["SEARCH outbox USING INDEX outbox_undelivered (channel=?)"]

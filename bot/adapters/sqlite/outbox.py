"""Messages on their way out."""

from collections.abc import Sequence
from datetime import datetime
from sqlite3 import Row

from bot.adapters.sqlite.conversations import Conversations
from bot.adapters.sqlite.records import OUTCOME, Outcome, dump, load, moment, number
from bot.adapters.sqlite.transcript import Transcript
from bot.services.ports import AskedLine, DeliveryStatus, OutboxItem


class Outbox(Conversations, Transcript):
    """Delivery of the lines that go out; a conversation's lines wait for one another."""

    def due_outbox(self, channel: str, now: datetime, limit: int = 50) -> list[OutboxItem]:
        """Return the first undelivered item of each conversation of a channel, if it is due."""
        rows = self.db.execute(
            """WITH first AS (SELECT min(n) AS n FROM outbox
                WHERE channel = ? AND status IN ('queued', 'sending', 'uncertain') GROUP BY conversation_id)
            SELECT n, contact_id, conversation_id, status, attempts FROM first JOIN outbox USING (n)
            WHERE status <> 'sending' AND (not_before IS NULL OR not_before <= ?) ORDER BY n LIMIT ?""",
            (channel, number(now), limit),
        ).fetchall()
        return [self._item(row) for row in rows]

    def mark_outbox(
        self,
        n: int,
        status: DeliveryStatus,
        *,
        not_before: datetime | None = None,
        platform_ids: Sequence[str] = (),
        error: str = "",
    ) -> None:
        """Store what became of an item; "sending" counts an attempt."""
        sealed = None
        if platform_ids or error:
            row = self.db.execute("SELECT contact_id FROM outbox WHERE n = ?", (n,)).fetchone()
            if row is None:  # erased while it was on its way
                return
            known = tuple(platform_ids) or self._sent_as(n, row[0])
            sealed = self.keys.seal(row[0], f"outbox:{n}", dump(OUTCOME, Outcome(known, error)))
        self.db.execute(
            "UPDATE outbox SET status = ?, attempts = attempts + ?, not_before = ?, sealed = coalesce(?, sealed) WHERE n = ?",
            (status, status == "sending", number(not_before), sealed, n),
        )

    def interrupted_outbox(self) -> int:
        """Turn items that were being sent when the process died into uncertain ones; return how many."""
        return self.db.execute("UPDATE outbox SET status = 'uncertain', not_before = NULL WHERE status = 'sending'").rowcount

    def ask_about_outbox(self) -> int:
        """Hold back what is undelivered until somebody decides: in a restored copy it may have been delivered long ago."""
        return self.db.execute(
            "UPDATE outbox SET status = 'asked', not_before = NULL WHERE status IN ('queued', 'sending', 'uncertain')"
        ).rowcount

    def asked_outbox(self) -> list[AskedLine]:
        """Return what somebody has to decide about, without the persons."""
        rows = self.db.execute(
            "SELECT n, at, outbox.channel, author FROM outbox JOIN message USING (n) WHERE status = 'asked' ORDER BY n"
        )
        return [AskedLine(row["n"], moment(row["at"]), row["channel"], row["author"]) for row in rows.fetchall()]

    def _item(self, row: Row) -> OutboxItem:
        conversation = self.conversation(row["conversation_id"])
        assert conversation is not None
        (sealed,) = self.db.execute("SELECT sealed FROM message WHERE n = ?", (row["n"],)).fetchone()
        n, contact_id = row["n"], row["contact_id"]
        message, sent_as = self.message(n, contact_id, sealed), self._sent_as(n, contact_id)
        return OutboxItem(n, row["conversation_id"], conversation.address, message, row["attempts"], row["status"], sent_as)

    def _sent_as(self, n: int, contact_id: str) -> tuple[str, ...]:
        (sealed,) = self.db.execute("SELECT sealed FROM outbox WHERE n = ?", (n,)).fetchone()
        return load(OUTCOME, self.keys.unseal(contact_id, f"outbox:{n}", sealed)).platform_ids if sealed else ()

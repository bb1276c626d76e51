"""What the staff bot knows about its groups: topics, what was posted, what advisors wrote there."""

from collections.abc import Collection, Mapping
from sqlite3 import Row

from bot.adapters.sqlite.errors import NoKey
from bot.adapters.sqlite.records import POSTED, dump, load
from bot.adapters.sqlite.section import Section
from bot.services.ports import Alert, Posted, Source, Topic

_ALERT = "alert"


class Relay(Section):
    """A topic belongs to no contact and outlives its case, so that it can be deleted; all else goes with the contact."""

    def case_marks(self, chat: int, agencies: Collection[str]) -> Mapping[str, str]:
        """Return the cases whose topics may need work, each with a mark that changes with everything about the case."""
        ours = ", ".join("?" * len(agencies))
        rows = self.db.execute(
            f"""SELECT id, version,
                (SELECT count(*) || '.' || total(edited) || '.' || total(length(message.sealed)) || '.'
                    || coalesce(group_concat(status, '.'), '') FROM message LEFT JOIN outbox USING (n)
                    WHERE message.conversation_id = cases.conversation_id AND case_id = cases.id AND author <> 'bot'),
                (SELECT count(*) FROM note WHERE case_id = cases.id), (SELECT count(*) FROM history WHERE case_id = cases.id)
            FROM cases WHERE (agency IN ({ours}) AND status <> 'closed')
                OR id IN (SELECT case_id FROM relay_topic WHERE chat = ? AND (closed = 0 OR agency NOT IN ({ours})))
            ORDER BY opened_at, number""",
            (*agencies, chat, *agencies),
        )
        return {row[0]: ":".join(map(str, row[1:])) for row in rows.fetchall()}

    def topic(self, case_id: str, chat: int) -> Topic | None:
        """Return a case's topic in a group."""
        found = self._topics("WHERE case_id = ? AND chat = ?", case_id, chat)
        return found[0] if found else None

    def topic_at(self, chat: int, thread: int) -> Topic | None:
        """Return the topic with this number in a group."""
        found = self._topics("WHERE chat = ? AND thread = ?", chat, thread)
        return found[0] if found else None

    def orphaned_topics(self, chat: int) -> list[Topic]:
        """Return the topics of a group whose case was erased."""
        return self._topics("WHERE chat = ? AND case_id NOT IN (SELECT id FROM cases)", chat)

    def put_topic(self, topic: Topic) -> None:
        """Store a new or changed topic."""
        self.db.execute(
            "INSERT OR REPLACE INTO relay_topic (case_id, chat, thread, title, closed) VALUES (?, ?, ?, ?, ?)",
            (topic.case_id, topic.chat, topic.thread, topic.title, topic.closed),
        )

    def drop_topic(self, topic: Topic) -> None:
        """Forget a topic and what was posted there; what advisors wrote in it is remembered."""
        self.db.execute("DELETE FROM relay_topic WHERE case_id = ? AND chat = ?", (topic.case_id, topic.chat))
        self.db.execute(
            "DELETE FROM relay_posted WHERE case_id = ? AND chat = ? AND item <> ?", (topic.case_id, topic.chat, _ALERT)
        )

    def posted(self, case_id: str, chat: int) -> dict[str, Posted]:
        """Return what was posted about a case in a group, by item."""
        rows = self.db.execute("SELECT * FROM relay_posted WHERE case_id = ? AND chat = ?", (case_id, chat)).fetchall()
        return {row["item"]: self._posted(row) for row in rows}

    def put_posted(self, case_id: str, chat: int, posted: Posted) -> None:
        """Store what was posted; an item is replaced. Of a case that was erased meanwhile, nothing is stored."""
        try:
            contact_id = self._owner(case_id)
        except NoKey:
            return
        sealed = self.keys.seal(contact_id, _about(case_id, chat, posted.item), dump(POSTED, posted))
        self.db.execute(
            "INSERT OR REPLACE INTO relay_posted (case_id, chat, item, contact_id, sealed) VALUES (?, ?, ?, ?, ?)",
            (case_id, chat, posted.item, contact_id, sealed),
        )

    def drop_posted(self, case_id: str, chat: int, item: str) -> None:
        """Forget an item."""
        self.db.execute("DELETE FROM relay_posted WHERE case_id = ? AND chat = ? AND item = ?", (case_id, chat, item))

    def alerts(self) -> list[Alert]:
        """Return the alerts that still look as if their case waited."""
        rows = self.db.execute("SELECT * FROM relay_posted WHERE item = ?", (_ALERT,)).fetchall()
        return [Alert(row["case_id"], row["chat"], self._posted(row).messages) for row in rows]

    def add_source(self, source: Source, case_id: str, item: str) -> None:
        """Remember what a message of an advisor became."""
        self.db.execute(
            "INSERT INTO relay_source (chat, message, thread, contact_id, case_id, item) VALUES (?, ?, ?, ?, ?, ?)",
            (source.chat, source.message, source.thread, self._owner(case_id), case_id, item),
        )

    def source(self, chat: int, message: int) -> tuple[str, str] | None:
        """Return the case and the item that a message of an advisor became."""
        row = self.db.execute("SELECT case_id, item FROM relay_source WHERE chat = ? AND message = ?", (chat, message)).fetchone()
        return None if row is None else (row[0], row[1])

    def sources(self, case_id: str, chat: int, thread: int) -> dict[str, int]:
        """Return the messages of advisors in a topic, by the item they became."""
        rows = self.db.execute(
            "SELECT item, message FROM relay_source WHERE case_id = ? AND chat = ? AND thread = ?", (case_id, chat, thread)
        )
        return {row[0]: row[1] for row in rows.fetchall()}

    def _topics(self, where: str, *parameters: str | int) -> list[Topic]:
        rows = self.db.execute(f"SELECT case_id, chat, thread, title, closed FROM relay_topic {where}", parameters).fetchall()
        return [Topic(row["case_id"], row["chat"], row["thread"], row["title"], bool(row["closed"])) for row in rows]

    def _posted(self, row: Row) -> Posted:
        about = _about(row["case_id"], row["chat"], row["item"])
        return load(POSTED, self.keys.unseal(row["contact_id"], about, row["sealed"]))

    def _owner(self, case_id: str) -> str:
        row = self.db.execute("SELECT contact_id FROM cases WHERE id = ?", (case_id,)).fetchone()
        if row is None:
            raise NoKey(case_id)
        return str(row[0])


def _about(case_id: str, chat: int, item: str) -> str:
    return f"relay_posted:{case_id}:{chat}:{item}"

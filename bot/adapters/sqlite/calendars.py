"""Calendars outside: where they are, what they block, what was written into them; and the feeds that others read."""

from collections.abc import Collection, Sequence
from datetime import datetime
from sqlite3 import Row

from bot.adapters.sqlite.diary import Diary
from bot.adapters.sqlite.records import decode, encode, moment, number
from bot.core.appointments import Appointment, Slot
from bot.core.calendars import Busy, Seat, occupied
from bot.services.ports import Account, Calendar, Feed


class Calendars(Diary):
    """Of what stands in other calendars only the times are kept; passwords are sealed, of a feed's token there is the hash."""

    def calendars(self) -> list[Calendar]:
        """Return the calendars in the order in which they were added."""
        return [self._calendar(row) for row in self.db.execute("SELECT * FROM calendar ORDER BY n").fetchall()]

    def add_calendar(self, account: Account, seat: Seat) -> int | None:
        """Store a calendar and return its number; None when there is one at that address."""
        if self.db.execute("SELECT 1 FROM calendar WHERE url = ?", (account.url,)).fetchone():
            return None
        n = self.next_row("calendar")
        sealed = self.keys.seal_shared(f"calendar:{n}", encode(account.password))
        self.db.execute(
            "INSERT INTO calendar (n, url, login, resource, seat, sealed) VALUES (?, ?, ?, ?, ?, ?)",
            (n, account.url, account.login, seat.resource, seat.number, sealed),
        )
        return n

    def drop_calendar(self, n: int) -> bool:
        """Forget a calendar and what is known from it; False when there is none of that number."""
        return bool(self.db.execute("DELETE FROM calendar WHERE n = ?", (n,)).rowcount)

    def hold_calendars(self, held: bool) -> int:
        """Leave all calendars alone, or go on with those that were; return how many it was."""
        return self.db.execute("UPDATE calendar SET held = ?, due_at = NULL WHERE held <> ?", (held, held)).rowcount

    def keep_busy(self, n: int, times: Collection[tuple[datetime, datetime]], now: datetime) -> None:
        """Store what a calendar blocks from now on, instead of what it blocked before."""
        self.db.execute("DELETE FROM busy WHERE calendar = ?", (n,))
        for start, end in times:
            self.db.execute(
                # The calendar may have been forgotten meanwhile.
                "INSERT INTO busy (calendar, start, ends, fetched_at) SELECT n, ?, ?, ? FROM calendar WHERE n = ?",
                (number(start), number(end), number(now), n),
            )

    def note_sync(self, calendar: Calendar) -> None:
        """Store how the last attempt went, and when the next is due."""
        self.db.execute(
            "UPDATE calendar SET due_at = ?, synced_at = ?, problem = ?, failures = ? WHERE n = ?",
            (number(calendar.due_at), number(calendar.synced_at), calendar.problem, calendar.failures, calendar.n),
        )

    def taken(self, resource: str, start: datetime, end: datetime, now: datetime, contact_id: str) -> frozenset[tuple[int, int]]:
        """Return occupied (cell, seat) pairs, those that calendars block too."""
        rows = self.db.execute(
            """SELECT calendar.seat, busy.start, busy.ends FROM calendar JOIN busy ON busy.calendar = calendar.n
            WHERE resource = ? AND busy.start < ? AND busy.ends > ?""",
            (resource, number(end), number(start)),
        )
        busy = [Busy(seat, moment(begins), moment(ends)) for seat, begins, ends in rows]
        return super().taken(resource, start, end, now, contact_id) | occupied(busy, start, end)

    def is_busy(self, resource: str, slot: Slot) -> bool:
        """Tell whether a calendar of somebody, of a site, or of the slot's seat there has something else at a slot."""
        row = self.db.execute(
            """SELECT 1 FROM calendar JOIN busy ON busy.calendar = calendar.n
            WHERE resource = ? AND (calendar.seat IS NULL OR calendar.seat = ?) AND busy.start < ? AND busy.ends > ?""",
            (resource, slot.seat, number(slot.end), number(slot.start)),
        ).fetchone()
        return row is not None

    def written(self, n: int) -> frozenset[str]:
        """Return the ids of the appointments that were written into a calendar."""
        rows = self.db.execute("SELECT appointment FROM calendar_entry WHERE calendar = ?", (n,))
        return frozenset(row[0] for row in rows)

    def note_written(self, n: int, appointment_id: str, *, there: bool) -> None:
        """Note that an appointment was written into a calendar, or that it is not there any more."""
        if there:
            self.db.execute(
                "INSERT OR IGNORE INTO calendar_entry (calendar, appointment) SELECT n, ? FROM calendar WHERE n = ?",
                (appointment_id, n),
            )
        else:
            self.db.execute("DELETE FROM calendar_entry WHERE calendar = ? AND appointment = ?", (n, appointment_id))

    def entered(self, sites: Sequence[str], start: datetime, end: datetime) -> list[Appointment]:
        """Return what was booked at these sites and begins in the period, cancelled or not, soonest first."""
        marks = ", ".join("?" * len(sites))
        rows = self.db.execute(
            f"SELECT * FROM appointment WHERE site IN ({marks}) AND start >= ? AND start < ? ORDER BY start, site, seat, id",
            (*sites, number(start), number(end)),
        )
        return [self._appointment(row) for row in rows.fetchall()]

    def open_feed(self, feed: Feed, token_hash: str, now: datetime) -> None:
        """Store the one address of a feed; an older one is not valid any more."""
        self.db.execute(
            """INSERT INTO feed (advisor_id, site, token_hash, opened_at) VALUES (?, ?, ?, ?)
            ON CONFLICT (advisor_id, site) DO UPDATE SET token_hash = excluded.token_hash, opened_at = excluded.opened_at""",
            (feed.advisor_id, feed.site, token_hash, number(now)),
        )

    def close_feeds(self, advisor_id: str) -> int:
        """Forget somebody's feeds; return how many there were."""
        return self.db.execute("DELETE FROM feed WHERE advisor_id = ?", (advisor_id,)).rowcount

    def feeds(self, advisor_id: str) -> list[Feed]:
        """Return somebody's feeds."""
        rows = self.db.execute("SELECT advisor_id, site FROM feed WHERE advisor_id = ? ORDER BY site", (advisor_id,))
        return [Feed(*row) for row in rows.fetchall()]

    def feed(self, token_hash: str) -> Feed | None:
        """Return the feed of an address."""
        row = self.db.execute("SELECT advisor_id, site FROM feed WHERE token_hash = ?", (token_hash,)).fetchone()
        return None if row is None else Feed(*row)

    def _calendar(self, row: Row) -> Calendar:
        password = decode(self.keys.unseal_shared(f"calendar:{row['n']}", row["sealed"]))
        return Calendar(
            n=row["n"],
            account=Account(row["url"], row["login"], password),
            seat=Seat(row["resource"], row["seat"]),
            due_at=moment(row["due_at"]),
            synced_at=moment(row["synced_at"]),
            problem=row["problem"],
            failures=row["failures"],
            held=bool(row["held"]),
        )

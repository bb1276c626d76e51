"""What is done in the moment when a time gets free, or somebody begins or ends to wait for one: timers are set or dropped.

What happens when they are due is the waiting list's: `bot.services.waitlist`.
"""

from datetime import datetime

from bot.core.appointments import Appointment, Hold
from bot.core.waiting import Waiting
from bot.services.ports import Timer, Transaction


def free(tx: Transaction, site: str, at: datetime) -> None:
    """See to it that those who wait at a site are asked when one of its times is free."""
    if tx.waiting_at([site]):
        tx.add_timer(Timer(f"vacancy:{site}:{at.timestamp():.0f}", "vacancy", site, "", at))


def look(tx: Transaction, site: str, at: datetime) -> None:
    """See to it that somebody looks for free times at a site, whatever made them free: other hours, or a day that came near."""
    tx.add_timer(Timer(f"vacancy:{site}", "vacancy", site, "", at))


def wait(tx: Transaction, waiting: Waiting, now: datetime) -> None:
    """Store somebody's place on a list, and until when they wait; who is new to it may be asked at once."""
    known = tx.waiting_of(waiting.contact_id)
    tx.put_waiting(waiting)
    tx.add_timer(Timer(_end(waiting.contact_id), "waiting", waiting.contact_id, waiting.id, waiting.until))
    if known is None or known.id != waiting.id:
        look(tx, waiting.site, now)


def end(tx: Transaction, contact_id: str) -> None:
    """Take somebody off the list."""
    tx.drop_waiting(contact_id)
    tx.drop_timer(_end(contact_id))
    tx.drop_timer(_answer(contact_id))


def expect_nothing(tx: Transaction, contact_id: str, now: datetime) -> None:
    """Go on to the next at once when somebody cannot be reached."""
    waiting = tx.waiting_of(contact_id)
    if waiting is not None and waiting.open is not None:
        tx.add_timer(Timer(_answer(contact_id), "answer", contact_id, waiting.open, now))


def hold(tx: Transaction, held: Hold, now: datetime) -> bool:
    """Keep a slot for a while; what was offered before gets free, as this does when nobody takes it. False when it is taken."""
    give_up(tx, held.contact_id, now)
    if not tx.put_hold(held, now):
        return False
    waiting = tx.waiting_of(held.contact_id)
    if waiting is not None and waiting.id == held.offered:
        tx.add_timer(Timer(_answer(held.contact_id), "answer", held.contact_id, held.id, held.expires_at))
    elif held.offered is not None:
        free(tx, held.slot.site, held.expires_at)
    return True


def give_up(tx: Transaction, contact_id: str, now: datetime) -> None:
    """Free what a contact holds."""
    held = tx.hold_of(contact_id)
    tx.drop_hold(contact_id)
    if held is not None and held.offered is not None:
        free(tx, held.slot.site, now)


def changed(tx: Transaction, before: Appointment | None, after: Appointment, held: Hold | None, at: datetime) -> None:
    """Pass on what an appointment left free from a moment on; who has now what they waited for is off the list."""
    if before is not None and before.status == "booked" and (after.status == "cancelled" or before.slot != after.slot):
        free(tx, before.slot.site, at)
    if held is not None and held.offered is not None:
        free(tx, held.slot.site, at)
    waiting = tx.waiting_of(after.contact_id)
    if waiting is not None and waiting.served(after):
        end(tx, after.contact_id)


def _answer(contact_id: str) -> str:
    return f"answer:{contact_id}"


def _end(contact_id: str) -> str:
    return f"waiting:{contact_id}"

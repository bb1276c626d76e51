"""From a decided turn to rows: builds what a turn may look at, and stores all that it changes."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.core import events
from bot.core.appointments import Appointment
from bot.core.cases import Case
from bot.core.contacts import Conversation
from bot.core.content import Content
from bot.core.locales import local
from bot.core.messages import InboundMessage
from bot.core.network import Site
from bot.core.talk import Situation, Turn
from bot.services.ports import HistoryLine, Timer, Transaction

REMIND_BEFORE = timedelta(days=1)
ERASE_AFTER = timedelta(minutes=1)
"""So that the goodbye is delivered first."""


class Conflict(Exception):
    """Somebody was faster (a slot, a case): the turn is decided again from what is true now."""


class Turns:
    """Knows how a turn's parts are read from and written to a transaction."""

    def __init__(
        self, content: Callable[[], Content], new_id: Callable[[], str], calendar_file: Callable[[Appointment, Site], bytes]
    ) -> None:
        self._content = content
        self._new_id = new_id
        self._calendar_file = calendar_file

    def situation(self, tx: Transaction, conversation: Conversation, now: datetime) -> Situation:
        """Return all that a turn of this conversation may look at."""
        contact = conversation.contact_id
        return Situation(
            content=self._content(),
            conversation=conversation,
            now=now,
            new_id=self._new_id,
            case=tx.open_case(contact),
            appointments=tx.appointments(contact),
            hold=tx.hold_of(contact),
            taken=lambda site, start, end: tx.taken(site, start, end, now, contact),
            edition=tx.edition,
            case_number=tx.next_case_number,
            calendar_file=self._calendar_file,
        )

    def store(
        self, tx: Transaction, turn: Turn, now: datetime, message: InboundMessage | None = None, translation: str | None = None
    ) -> list[Case]:
        """Store a turn; return the cases that were opened by it.

        Raises:
            Conflict: a slot or a case was changed by somebody else meanwhile.
        """
        tx.save_conversation(turn.conversation, now)
        opened = [case for event in turn.events if (case := self._store_event(tx, event, now))]
        case_id = _case_id(turn)
        if message is not None and (case_id or (turn.heard is not None)):
            tx.hear(message, turn.heard or message.text, turn.conversation.id, case_id, now, translation)
        for outgoing in turn.messages:
            tx.say(outgoing, turn.conversation.id, now, case_id=case_id)
        return opened

    def _store_event(self, tx: Transaction, event: events.Event, now: datetime) -> Case | None:
        match event:
            case events.CaseOpened(case):
                tx.add_case(case)
                tx.add_history(HistoryLine(case.id, now, "opened", None))
                tx.add_timer(Timer(f"alert:{case.id}", "alert", case.id, "", now))
                if case.promised_until:
                    tx.add_timer(Timer(f"overdue:{case.id}", "overdue", case.id, "", case.promised_until))
                return case
            case events.CaseChanged(case):
                if not tx.update_case(case):
                    raise Conflict("case")
                if not case.open:
                    tx.add_history(HistoryLine(case.id, now, "closed", None))
            case events.SlotHeld(hold):
                if not tx.put_hold(hold, now):
                    raise Conflict("slot")
            case events.HoldReleased(contact_id):
                tx.drop_hold(contact_id)
            case events.AppointmentBooked(appointment) | events.AppointmentMoved(appointment):
                if not tx.put_appointment(appointment, now):
                    raise Conflict("slot")
                reminder = _reminder(appointment)
                if reminder.due_at > now:  # one booked for tomorrow was just confirmed
                    tx.add_timer(reminder)
            case events.AppointmentCancelled(appointment):
                tx.put_appointment(appointment, now)
                tx.drop_timer(_reminder(appointment).id)
            case events.Unanswered(language):
                tx.count(f"unanswered:{language}", local(now).date().isoformat())
            case events.Erased(contact_id):
                tx.add_timer(Timer(f"erase:{contact_id}", "erase", contact_id, "", now + ERASE_AFTER))
            case events.PassedOn():
                pass
        return None


def _reminder(appointment: Appointment) -> Timer:
    due = appointment.slot.start - REMIND_BEFORE
    return Timer(f"remind:{appointment.id}", "remind", appointment.id, str(appointment.sequence), due)


def _case_id(turn: Turn) -> str | None:
    for event in turn.events:
        if isinstance(event, events.PassedOn | events.CaseOpened | events.CaseChanged):
            return event.case.id
    return None

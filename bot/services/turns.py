"""From a decided turn to rows: builds what a turn may look at, and stores all that it changes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

from bot.core import events
from bot.core.anonymous import OpenQuestion, without_person
from bot.core.appointments import Appointment
from bot.core.cases import Case
from bot.core.contacts import Conversation
from bot.core.content import Content
from bot.core.locales import local
from bot.core.messages import InboundMessage
from bot.core.network import Site
from bot.core.talk import Situation, Turn
from bot.services.ports import AppointmentChange, HistoryLine, Timer, Transaction
from bot.services.understanding import Understood

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

    def situation(
        self, tx: Transaction, conversation: Conversation, now: datetime, understood: Understood | None = None
    ) -> Situation:
        """Return all that a turn of this conversation may look at."""
        contact = conversation.contact_id
        return Situation(
            content=self._content(),
            conversation=conversation,
            now=now,
            new_id=self._new_id,
            case=tx.open_case(contact),
            appointments=cache(lambda: tx.appointments(contact)),
            hold=cache(lambda: tx.hold_of(contact)),
            taken=lambda site, start, end: tx.taken(site, start, end, now, contact),
            edition=tx.edition,
            case_number=tx.next_case_number,
            meanings=understood.meanings if understood else {},
            wrote=understood.wrote if understood else None,
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
        alerts = self._alerts(tx, turn, now)
        opened = [case for event in turn.events if (case := self._store_event(tx, event, now))]
        if message is not None:  # staff need not be told of what they did themselves
            for timer in alerts:
                tx.add_timer(timer)
        case_id = _case_id(turn)
        if message is not None and (case_id or (turn.heard is not None)):
            tx.hear(message, turn.heard or message.text, turn.conversation.id, case_id, now, translation)
        for outgoing in turn.messages:
            tx.say(outgoing, turn.conversation.id, now, case_id=case_id)
        return opened

    def agencies(self, situation: Situation, turn: Turn) -> set[str]:
        """Return the agencies whose appointments a turn changes: where one is now, and where it was."""
        changed = [found[0] for event in turn.events if (found := _changed(event))]
        before = [each for each in situation.appointments() if each.id in {one.id for one in changed}]
        sites = situation.content.network.sites
        return {sites[each.slot.site].agency for each in (*changed, *before) if each.slot.site in sites}

    def _alerts(self, tx: Transaction, turn: Turn, now: datetime) -> list[Timer]:
        """Return what tells staff of changed appointments; an agency that one was moved away from hears that, too."""
        sites = self._content().network.sites
        timers = []
        for each, what in filter(None, map(_changed, turn.events)):
            alert = appointment_alert(each)
            timers.append(Timer(alert, "appointment", each.id, what, now))
            before = tx.appointment(each.id)
            homes = [sites[one.slot.site].agency for one in (before, each) if one and one.slot.site in sites]
            if before is not None and len(set(homes)) == 2:
                timers.append(Timer(f"{alert}:left", "appointment", each.id, _left(before), now))
        return timers

    def _store_event(self, tx: Transaction, event: events.Event, now: datetime) -> Case | None:
        match event:
            case events.CaseOpened(case):
                tx.add_case(case)
                tx.add_history(HistoryLine(case.id, now, "opened", case.advisor))
                if case.status == "queued":
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
            case events.Unanswered(language, text, reason, article):
                tx.count(f"unanswered:{language}", local(now).date().isoformat())
                if text:
                    tx.keep_question(OpenQuestion(0, local(now).date(), language, reason, article, without_person(text)))
            case events.Withdrawn(conversation_id):
                tx.forget_heard(conversation_id)
            case events.Erased(contact_id):
                tx.add_timer(Timer(f"erase:{contact_id}", "erase", contact_id, "", now + ERASE_AFTER))
            case events.PassedOn():
                pass
        return None


def appointment_alert(appointment: Appointment) -> str:
    """Return the id of the timer that tells staff of an appointment as it is now."""
    return f"appointment:{appointment.id}:{appointment.sequence}"


def _left(before: Appointment) -> str:
    return f"left {before.slot.site} {before.slot.start.isoformat()}"


def as_it_was(appointment: Appointment, fence: str) -> Appointment | None:
    """Return an appointment at the site and time it was moved away from, if that is what an alert is about."""
    mark, _, rest = fence.partition(" ")
    site, _, start = rest.partition(" ")
    if mark != "left":
        return None
    return replace(appointment, slot=replace(appointment.slot, site=site, start=datetime.fromisoformat(start)))


def _changed(event: events.Event) -> tuple[Appointment, AppointmentChange] | None:
    match event:
        case events.AppointmentBooked(appointment):
            return appointment, "booked"
        case events.AppointmentMoved(appointment):
            return appointment, "moved"
        case events.AppointmentCancelled(appointment):
            return appointment, "cancelled"
    return None


def _reminder(appointment: Appointment) -> Timer:
    due = appointment.slot.start - REMIND_BEFORE
    return Timer(f"remind:{appointment.id}", "remind", appointment.id, str(appointment.sequence), due)


def _case_id(turn: Turn) -> str | None:
    for event in turn.events:
        if isinstance(event, events.PassedOn | events.CaseOpened | events.CaseChanged):
            return event.case.id
    return None

"""From a decided turn to rows: builds what a turn may look at, and stores all that it changes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.core import events, reminders
from bot.core.anonymous import OpenQuestion, without_person
from bot.core.appointments import Appointment
from bot.core.cases import Case
from bot.core.contacts import Conversation
from bot.core.content import Content
from bot.core.language import SOURCE
from bot.core.locales import local
from bot.core.messages import InboundMessage, OutboundMessage
from bot.core.network import Site
from bot.core.talk import Situation, Turn, once
from bot.core.translations import Rendering
from bot.services import duties
from bot.services.ports import AppointmentChange, HistoryLine, Note, Timer, Transaction
from bot.services.privacy import own_files
from bot.services.team import loads
from bot.services.translation import Readable
from bot.services.understanding import Understood

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
            last_case=lambda: tx.last_case(contact),
            loads=once(lambda: loads(tx, self._content().network, now)),
            appointments=once(lambda: tx.appointments(contact)),
            hold=lambda: tx.hold_of(contact),
            taken=lambda site, start, end: tx.taken(site, start, end, now, contact),
            edition=tx.edition,
            case_number=tx.next_case_number,
            meanings=understood.meanings if understood else {},
            wrote=understood.wrote if understood else None,
            german=understood.german if understood else {},
            calendar_file=self._calendar_file,
            said=lambda n: _said(tx, conversation, n),
            kept=lambda: tx.kept(contact),
            own_files=lambda: own_files(
                tx, contact, self._content().network, self._content().phrases, conversation.language or SOURCE, now
            ),
        )

    def phrase(self, key: str, language: str) -> str:
        """Return a phrase of the bot."""
        return self._content().phrases.say(key, language)

    def change(self, tx: Transaction, case: Case, now: datetime) -> bool:
        """Store a changed case with its timers; False when somebody was faster."""
        if not tx.update_case(case):
            return False
        duties.schedule(tx, case, now)
        return True

    def store(
        self,
        tx: Transaction,
        turn: Turn,
        now: datetime,
        message: InboundMessage | None = None,
        translation: Readable | None = None,
        case_id: str | None = None,
    ) -> list[Case]:
        """Store a turn; return the cases that an agency has newly by it. `case_id` is the case that what is said belongs to.

        Raises:
            Conflict: a slot or a case was changed by somebody else meanwhile.
        """
        tx.save_conversation(turn.conversation, now)
        alerts = self._alerts(tx, turn, now)
        opened = [case for event in turn.events if (case := self._store_event(tx, event, now))]
        if message is not None:  # staff need not be told of what they did themselves
            for timer in alerts:
                tx.add_timer(timer)
        case_id = case_id or _case_id(turn)
        if message is not None and (case_id or (turn.heard is not None)):
            heard = turn.heard or message.text
            if translation is None:
                tx.hear(message, heard, turn.conversation.id, case_id, now, None)
            else:
                n = tx.hear(message, heard, turn.conversation.id, case_id, now, translation.translation, translation.rendering)
                if translation.unfinished:
                    tx.translate_later(n, now)
        for outgoing in turn.messages:
            tx.say(outgoing, turn.conversation.id, now, case_id=case_id)
        return opened

    def agencies(self, situation: Situation, turn: Turn) -> set[str]:
        """Return the agencies whose appointments a turn changes: where one is now, and where it was."""
        changed = [found[0] for event in turn.events if (found := _changed(event))]
        if not changed:
            return set()
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
                duties.schedule(tx, case, now)
                if case.status == "queued":
                    duties.alert(tx, case, now)
                if case.question and (n := tx.adopt(case.conversation_id, case.id, case.question)) and case.language != SOURCE:
                    tx.translate_later(n, now)
                return case
            case events.CaseChanged(case) | events.PassedOn(case):
                before = tx.case(case.id)
                self._change(tx, case, now)
                if before and "crisis" in set(case.flags) - set(before.flags):
                    duties.alert(tx, case, now)
                if not case.open:
                    tx.add_history(HistoryLine(case.id, now, "closed", None))
            case events.CaseReopened(case):
                self._change(tx, case, now)
                tx.add_history(HistoryLine(case.id, now, "reopened", None))
                duties.alert(tx, case, now)
                return case
            case events.CaseTransferred(case, proposal):
                self._change(tx, case, now)
                tx.add_history(HistoryLine(case.id, now, f"transferred:{case.site}", proposal.advisor))
                if proposal.note and proposal.advisor:
                    tx.add_note(Note(case.id, proposal.advisor, now, proposal.note, "transfer"))
                duties.alert(tx, case, now)
                return case
            case events.Misunderstood(conversation_id, n):
                _mark_unclear(tx, conversation_id, n)
            case events.Rated(agency, answer):
                tx.count(f"felt:{agency}:{answer}", local(now).date().isoformat())
            case events.SlotHeld(hold):
                if not tx.put_hold(hold, now):
                    raise Conflict("slot")
            case events.HoldReleased(contact_id):
                tx.drop_hold(contact_id)
            case events.AppointmentBooked(appointment):
                self._put(tx, appointment, now)
            case events.AppointmentMoved(appointment, cooling) | events.AppointmentCancelled(appointment, cooling):
                self._put(tx, appointment, now, cooling)
            case events.AppointmentConfirmed(id):
                tx.confirm_coming(id)
            case events.Unanswered(language, text, reason, article):
                tx.count(f"unanswered:{language}", local(now).date().isoformat())
                if text:
                    tx.keep_question(OpenQuestion(0, local(now).date(), language, reason, article, without_person(text)))
            case events.Withdrawn(conversation_id):
                tx.forget_heard(conversation_id)
            case events.Erased(contact_id, receipt):
                tx.audit("newcomer", "erase", f"receipt {receipt}", now)
                tx.add_timer(Timer(f"erase:{contact_id}", "erase", contact_id, "", now + ERASE_AFTER))
        return None

    def _put(self, tx: Transaction, appointment: Appointment, now: datetime, cooling: timedelta = timedelta()) -> None:
        if not tx.put_appointment(appointment, now, cooling):
            raise Conflict("slot")
        due = reminders.notices(appointment, now)
        for notice in reminders.NOTICES:
            id = f"remind:{appointment.id}:{notice}"
            tx.drop_timer(id)
            if notice in due:
                tx.add_timer(Timer(id, "remind", appointment.id, str(appointment.sequence), due[notice]))

    def _change(self, tx: Transaction, case: Case, now: datetime) -> None:
        if not self.change(tx, case, now):
            raise Conflict("case")


def _said(tx: Transaction, conversation: Conversation, n: int) -> OutboundMessage | None:
    line = tx.line(conversation.id, n)
    return line.message if line else None


def _mark_unclear(tx: Transaction, conversation_id: str, n: int) -> None:
    line = tx.line(conversation_id, n)
    if line is not None:
        rendering = line.rendering or Rendering(SOURCE, line.message.label if line.message else "")
        tx.render(line, line.translation, replace(rendering, unclear=True))


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


_OF_A_CASE = (events.PassedOn, events.CaseOpened, events.CaseChanged, events.CaseReopened, events.CaseTransferred)


def _case_id(turn: Turn) -> str | None:
    for event in turn.events:
        if isinstance(event, _OF_A_CASE):
            return event.case.id
    return None

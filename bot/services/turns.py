"""From a decided turn to rows: builds what a turn may look at, and stores all that it changes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.core import events, reminders
from bot.core.anonymous import OpenQuestion, without_person
from bot.core.appointments import Appointment
from bot.core.bilingual import with_german
from bot.core.cases import Case
from bot.core.consents import Terms
from bot.core.contacts import Conversation
from bot.core.content import Content
from bot.core.language import SOURCE
from bot.core.locales import local
from bot.core.messages import InboundMessage, OutboundMessage
from bot.core.network import Site
from bot.core.retention import Periods
from bot.core.talk import Situation, Turn, once
from bot.core.translations import Rendering
from bot.services import duties, news, vacancies
from bot.services.ports import HistoryLine, Note, Timer, Transaction
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
        self,
        content: Callable[[], Content],
        new_id: Callable[[], str],
        calendar_file: Callable[[Appointment, Site], bytes],
        periods: Periods,
        terms: Terms,
    ) -> None:
        self._content = content
        self._new_id = new_id
        self._calendar_file = calendar_file
        self._periods = periods
        self._terms = terms

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
            find_case=tx.case,
            loads=once(lambda: loads(tx, self._content().network, now)),
            appointments=once(lambda: tx.appointments(contact)),
            hold=lambda: tx.hold_of(contact),
            waiting=lambda: tx.waiting_of(contact),
            taken=lambda site, start, end: tx.taken(site, start, end, now, contact),
            interpreters=once(tx.interpreters),
            speaks=lambda login: next((each.languages for each in tx.advisors() if each.login == login), ()),
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
            periods=lambda: self._content().network.periods(self._periods),
            terms=self._terms,
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

    def decided(self, situation: Situation, decide: Callable[[Situation], Turn]) -> Turn:
        """Return the turn that something leads to; what is said in a case by it can be read in German, too."""
        turn = decide(situation)
        return with_german(turn, situation, decide) if _case_id(turn) else turn

    def tell(
        self, tx: Transaction, conversation: Conversation, case_id: str, now: datetime, notice: Callable[[Situation], Turn]
    ) -> Conversation:
        """Tell a newcomer what became of their case; return their conversation as it is then."""
        situation = self.situation(tx, conversation, now)
        turn = with_german(notice(situation), situation, notice)
        self.store(tx, turn, now, case_id=case_id)
        return turn.conversation

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
        alerts = news.alerts(tx, self._content().network.sites, turn, now)
        opened = [case for event in turn.events if (case := self._store_event(tx, event, now))]
        if not turn.conversation.reachable:
            vacancies.expect_nothing(tx, turn.conversation.contact_id, now)
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
                if before and case.alarmed_at not in (None, before.alarmed_at):
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
            case events.CaseTakenBack(case, agency):
                self._change(tx, case, now)
                tx.add_history(HistoryLine(case.id, now, f"withdrawn:{agency}", None))
                tx.audit("newcomer", "withdraw", f"case {case.number}", now)
                if case.open:
                    duties.alert(tx, case, now)
                return case
            case events.Misunderstood(conversation_id, n):
                _mark_unclear(tx, conversation_id, n)
            case events.Rated(answer, case):
                self._change(tx, case, now)
                tx.count(f"felt:{case.agency}:{answer}", local(now).date().isoformat())
            case events.SlotHeld(hold):
                if not vacancies.hold(tx, hold, now):
                    raise Conflict("slot")
            case events.HoldReleased(contact_id):
                vacancies.give_up(tx, contact_id, now)
            case events.AppointmentBooked(appointment):
                self._put(tx, appointment, now)
            case events.AppointmentMoved(appointment, cooling) | events.AppointmentCancelled(appointment, cooling):
                self._put(tx, appointment, now, cooling)
            case events.AppointmentConfirmed(id):
                tx.confirm_coming(id)
            case events.WaitingChanged(waiting):
                vacancies.wait(tx, waiting, now)
            case events.WaitingEnded(contact_id):
                vacancies.end(tx, contact_id)
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
        before, held = tx.appointment(appointment.id), tx.hold_of(appointment.contact_id)
        if not tx.put_appointment(appointment, now, cooling):
            raise Conflict("slot")
        vacancies.changed(tx, before, appointment, held, now + cooling)
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


_OF_A_CASE = (
    events.PassedOn,
    events.CaseOpened,
    events.CaseChanged,
    events.CaseReopened,
    events.CaseTransferred,
    events.CaseTakenBack,
)


def _case_id(turn: Turn) -> str | None:
    for event in turn.events:
        if isinstance(event, _OF_A_CASE):
            return event.case.id
    return None

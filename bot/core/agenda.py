"""What a newcomer is told when the counselling centre acts on an appointment: makes or cancels it, or writes because of it."""

from bot.core import appointments, bookings, waitlist
from bot.core.appointments import Appointment, Slot, Wish
from bot.core.cases import Case, claim
from bot.core.events import AppointmentBooked, AppointmentCancelled, AppointmentMoved, CaseOpened
from bot.core.messages import Attachment, OutboundMessage
from bot.core.network import Kind, Site
from bot.core.talk import Situation, Talk, Turn


def free_for(situation: Situation, case: Case, site: Site, kind: Kind | None = None) -> list[Slot]:
    """Return the times that an advisor can book for the person of a case, but those at which that person is elsewhere."""
    wish = Wish(case.topic, case.language, kind, desk=True)
    free = appointments.free_slots(site, situation.now, situation.content.network.holidays, situation.taken, wish)
    own = [each.slot for each in situation.appointments() if each.ahead(situation.now)]
    return [slot for slot in free if not any(slot.overlaps(other) for other in own)]


def booked_by_site(situation: Situation, appointment: Appointment, site: Site) -> Turn:
    """Book an appointment for a newcomer, who gets the same card as if they had done it themselves."""
    talk = Talk(situation)
    talk.happen(AppointmentBooked(appointment))
    bookings.confirm(talk, appointment, site)
    return talk.turn()


def booked_for_guest(situation: Situation, appointment: Appointment) -> Turn:
    """Book an appointment for somebody without a chat; what they read is on a slip of paper."""
    talk = Talk(situation)
    talk.happen(AppointmentBooked(appointment))
    return talk.turn()


def moved_for_guest(situation: Situation, appointment: Appointment) -> Turn:
    """Move an appointment of somebody without a chat, who was asked on the telephone."""
    talk = Talk(situation)
    talk.happen(AppointmentMoved(appointment))
    return talk.turn()


def slip(situation: Situation, appointment: Appointment, site: Site) -> tuple[OutboundMessage, ...]:
    """Return the card of an appointment, to be printed for somebody without a chat."""
    talk = Talk(situation)
    bookings.card(talk, appointment, site)
    return talk.turn().messages


def cancelled_by_site(situation: Situation, appointment: Appointment, site: Site) -> Turn:
    """Cancel an appointment for its site; the newcomer is told and can book another, a guest has to be phoned."""
    talk = Talk(situation)
    cancelled = appointments.cancel(appointment)
    talk.happen(AppointmentCancelled(cancelled))
    if appointment.guest:
        return talk.turn()
    file = Attachment("document", "termin.ics", "text/calendar", situation.calendar_file(cancelled, site))
    rows = [[talk.choice("book:start", "book_new")]]
    when = appointments.shown(appointment.slot, talk.language)
    talk.say("appointment_cancelled_by_site", rows, file, when=when, site=site.name)
    waitlist.go_on(talk, appointment)
    return talk.turn()


def opened_by_site(situation: Situation, appointment: Appointment, site: Site, advisor: str, name: str) -> Turn:
    """Open a case that an advisor has at once; the newcomer is told who writes, and the bot is silent from here on."""
    talk = Talk(situation)
    case = Case(
        id=situation.new_id(),
        number=situation.case_number(),
        contact_id=appointment.contact_id,
        conversation_id=appointment.conversation_id,
        agency=site.agency,
        site=site.id,
        topic=appointment.topic,
        # What they read now; they may have changed it since they booked.
        language=situation.conversation.language or appointment.language,
        place=None,
        question="",
        trail=situation.conversation.trail,
        opened_at=situation.now,
        promised_until=None,
    )
    talk.happen(CaseOpened(claim(case, advisor, situation.now)))
    talk.update(owner="desk", epoch=situation.conversation.epoch + 1, pending=None)
    agency = situation.content.network.agencies.get(site.agency)
    rows = [[talk.choice("case:end", "case_end")]]
    talk.say("case_opened_by_site", rows, name=name, agency=agency.name if agency else site.name)
    return talk.turn()

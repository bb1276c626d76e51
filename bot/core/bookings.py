"""The appointments that somebody has, in the chat: the list, coming, cancelling, and how one is described."""

from bot.core import answers, appointments, consents, interpreting, locales, waitlist, where
from bot.core.appointments import MAX_OPEN, Appointment, Hold, Slot
from bot.core.contacts import ChoosingAppointment
from bot.core.events import AppointmentCancelled, AppointmentConfirmed
from bot.core.locales import local
from bot.core.messages import Attachment, Choice
from bot.core.network import Site, is_island
from bot.core.talk import Talk


def ahead(talk: Talk) -> list[Appointment]:
    """Return the contact's appointments that are still to come."""
    return [each for each in talk.situation.appointments() if each.ahead(talk.now)]


def find(talk: Talk, appointment_id: str | None) -> Appointment | None:
    """Return one of the appointments that are still to come."""
    return next((each for each in ahead(talk) if each.id == appointment_id), None)


def show_own(talk: Talk, key: str = "own_appointments") -> None:
    """List the appointments ahead, each to be moved or cancelled; what was being chosen is over."""
    own = ahead(talk)
    if isinstance(talk.conversation.pending, ChoosingAppointment):
        talk.update(pending=None)
    waiting, leave = waitlist.described(talk)
    if not own:
        text = "\n\n".join(filter(None, (talk.words("no_own_appointments"), waiting)))
        talk.tell(text, [leave, [talk.choice("book:start", "book_new")]])
        talk.with_navigation()
        return
    described = [_described(talk, each) for each in own]
    lines, rows = "\n".join(line for line, _ in described).strip("\n"), [row for _, each in described for row in each]
    if not _asked_to_remind(talk):
        rows.append([talk.choice("consent:yes:reminders", "consent_reminders_yes")])
    if len(own) < MAX_OPEN:
        rows.append([talk.choice("book:start", "book_new")])
    talk.tell("\n\n".join(filter(None, (talk.words(key), lines, waiting))), [*rows, leave])
    talk.with_navigation()


def _described(talk: Talk, appointment: Appointment) -> tuple[str, list[list[Choice]]]:
    """Return an appointment for the list, and its buttons; of one that cannot be as booked, what is kept instead."""
    rows = [changes(talk, appointment)]
    if _possible(talk, appointment):
        return f"- **{when(talk, appointment.slot)}**, {site_name(talk, appointment)}", rows
    held = talk.situation.hold()
    kept = held if held and held.offered == appointment.id and held.expires_at > talk.now else None
    phrase, slots = impossible(talk, appointment, kept)
    return f"\n🚫 {talk.words(phrase, **slots)}\n", [[take(talk, kept)], *rows] if kept else rows


def changes(talk: Talk, appointment: Appointment) -> list[Choice]:
    """Return the buttons that move and cancel an appointment."""
    day = locales.day(local(appointment.slot.start).date(), talk.language)
    return [
        talk.choice(f"book:move:{appointment.id}", "move_it", day=day),
        talk.choice(f"book:off:{appointment.id}", "cancel_it", day=day),
    ]


def impossible(talk: Talk, appointment: Appointment, kept: Hold | None, why: str = "") -> tuple[str, dict[str, str]]:
    """Return the phrase that says that an appointment cannot be as booked, and what is `kept` instead; and what goes into it."""
    slots = {"when": when(talk, appointment.slot), "site": site_name(talk, appointment)}
    if kept is None:
        return f"appointment_impossible{why}", slots
    until = f"{locales.full_day(local(kept.expires_at).date(), talk.language)}, {locales.clock(kept.expires_at)}"
    return f"appointment_proposal{why}", slots | {"proposal": when(talk, kept.slot), "until": until}


def take(talk: Talk, kept: Hold) -> Choice:
    """Return the button that moves an appointment to the time that is kept instead."""
    return talk.choice(f"book:take:{kept.offered}:{kept.slot.start:%Y%m%d%H%M}", "proposal_take")


def _possible(talk: Talk, appointment: Appointment) -> bool:
    """Tell whether an appointment still lies within the times of its site; of one that is no longer listed, nobody knows."""
    network, slot = talk.content.network, appointment.slot
    return slot.site not in network.sites or appointments.fits(slot, network.sites[slot.site], network.holidays)


def come(talk: Talk, appointment_id: str) -> None:
    """Note that somebody comes; the counselling centre sees it."""
    appointment = find(talk, appointment_id)
    if appointment is None or not _possible(talk, appointment):
        show_own(talk)
        return
    if not appointment.coming:
        talk.happen(AppointmentConfirmed(appointment.id))
    talk.say("reminder_thanks", [[talk.choice("nav:appointments", "nav_appointments")]], when=when(talk, appointment.slot))
    talk.with_navigation()


def ask_cancel(talk: Talk, appointment_id: str) -> None:
    """Ask before cancelling."""
    appointment = find(talk, appointment_id)
    if appointment is None:
        show_own(talk)
        return
    rows = [[talk.choice(f"book:drop:{appointment.id}", "cancel_yes")], [talk.choice("nav:appointments", "cancel_no")]]
    talk.say("cancel_check", rows, when=when(talk, appointment.slot), site=site_name(talk, appointment))
    talk.with_navigation()


def cancel(talk: Talk, appointment_id: str) -> None:
    """Cancel; an appointment that is cancelled already stays so, one that is over stays as it was."""
    appointment = next((each for each in talk.situation.appointments() if each.id == appointment_id), None)
    if appointment is None or not (appointment.status == "cancelled" or appointment.ahead(talk.now)):
        show_own(talk)
        return
    site = talk.content.network.sites.get(appointment.slot.site)
    if appointment.status == "booked":
        appointment = appointments.cancel(appointment)
        talk.happen(AppointmentCancelled(appointment, site.cool_down) if site else AppointmentCancelled(appointment))
    file = calendar(talk, appointment, site) if site else None
    talk.say("appointment_cancelled", [[talk.choice("book:start", "book_new")]], file, when=when(talk, appointment.slot))
    waitlist.end_with(talk, appointment)
    talk.with_navigation()


def say_booked(talk: Talk, appointment: Appointment, site: Site) -> None:
    """Tell what was booked, with all that is needed to go there, and the standing buttons."""
    confirm(talk, appointment, site)
    talk.with_navigation()


def confirm(talk: Talk, appointment: Appointment, site: Site) -> None:
    """Tell what was booked, with all that is needed to go there; and ask whether to remind of it, until that is answered."""
    card(talk, appointment, site)
    if not _asked_to_remind(talk):
        yes = talk.choice("consent:yes:reminders", "consent_reminders_yes")
        talk.say("consent_reminders", [[yes], [talk.choice("consent:no:reminders", "consent_reminders_no")]])


def card(talk: Talk, appointment: Appointment, site: Site) -> None:
    """Tell what was booked, with all that is needed to go there."""
    rows = [[talk.choice("nav:appointments", "nav_appointments")]]
    talk.say(
        "appointment_booked", rows, calendar(talk, appointment, site),
        when=when(talk, appointment.slot), site=site.name, place=whereabouts(talk, appointment, site),
        bring=talk.words("bring_everything"), german=appointment.shown,
    )  # fmt: skip
    if site.example:
        talk.say("appointment_example")


def _asked_to_remind(talk: Talk) -> bool:
    return consents.last(talk.conversation.consents, "reminders") is not None


def place(talk: Talk, appointment: Appointment, site: Site) -> str:
    """Return where people meet, or how; a guest is written nothing before, hence not promised that."""
    if appointment.slot.kind == "home":
        return "" if appointment.guest else talk.words("appointment_home")
    if not meets_there(talk, appointment, site):
        return talk.words("site_remote" if appointment.guest else "appointment_remote")
    return f"{site.street}, {site.postcode} {site.town}" if site.example or site.verified_on else talk.words("site_unverified")


def whereabouts(talk: Talk, appointment: Appointment, site: Site) -> str:
    """Return where people meet, or how; and who interprets, where somebody must."""
    return "\n".join(filter(None, (place(talk, appointment, site), interpreting.words(talk, appointment))))


def meets_there(talk: Talk, appointment: Appointment, site: Site) -> bool:
    """Tell whether somebody goes to the site for an appointment."""
    if appointment.slot.kind is None:
        return not (site.remote_only or prefers_remote(talk, site))
    return appointment.slot.kind == "visit"


def prefers_remote(talk: Talk, site: Site) -> bool:
    """Tell whether somebody lives where going to the site means a ship."""
    home = where.known_place(talk)
    return bool(home and is_island(home) and site.remote)


def calendar(talk: Talk, appointment: Appointment, site: Site) -> Attachment:
    """Return the calendar file of an appointment."""
    return Attachment("document", "termin.ics", "text/calendar", talk.situation.calendar_file(appointment, site))


def site_name(talk: Talk, appointment: Appointment) -> str:
    """Return the name of the site where an appointment is."""
    return answers.site_name(talk, appointment.slot.site)


def when(talk: Talk, slot: Slot) -> str:
    """Return day and time in the reader's language."""
    return appointments.shown(slot, talk.language)

"""Choosing, booking, moving and cancelling an appointment in the chat."""

from datetime import UTC, date, datetime
from typing import Literal

from bot.core import answers, appointments, locales, where
from bot.core.appointments import MAX_OPEN, Appointment, Slot
from bot.core.contacts import AskingPlace, ChoosingAppointment
from bot.core.events import AppointmentBooked, AppointmentCancelled, AppointmentMoved, HoldReleased, SlotHeld
from bot.core.locales import clock, local
from bot.core.messages import Attachment, Choice
from bot.core.network import Site, is_island
from bot.core.places import Place
from bot.core.talk import Talk

_DAYS, _TIMES_IN_ROW, _TIMES = 8, 3, 30


def begin(talk: Talk, topic: str | None, moving: str | None = None) -> None:
    """Start choosing: topic, then site, as far as they are not known."""
    if moving is None and len(ahead(talk)) >= MAX_OPEN:
        show_own(talk, "too_many_appointments")
        return
    if topic is None:
        talk.update(pending=ChoosingAppointment(None))
        talk.say("appointment_topic", answers.topic_choices(talk, "book:topic"))
        talk.with_navigation()
        return
    talk.update(pending=ChoosingAppointment(topic, moving=moving))
    place = where.known_place(talk)
    if place is None and moving is None:
        where.ask_place(talk, AskingPlace("book", topic))
    else:
        offer_sites(talk, topic, place)


def offer_sites(talk: Talk, topic: str | None, place: Place | None) -> None:
    """Offer sites with free times: the nearest ones, or all when no place is known."""
    network = talk.content.network
    near = [each.site for each in network.nearest(place, topic, len(network.sites))] if place and place.inside else None
    sites = [site for site in near or network.sites.values() if site.advises(topic)]
    free = [(site, slots[0]) for site in sites if (slots := _free(talk, site))][: 4 if near else 8]
    talk.update(pending=ChoosingAppointment(topic, moving=_moving(talk), stage="site"))
    if not free:
        talk.say("no_appointments", [[talk.choice("nav:person", "nav_person")]])
        talk.with_navigation()
        return
    rows = [
        [Choice(f"book:site:{site.id}", f"{site.name} · {locales.day(local(slot.start).date(), talk.language)}")]
        for site, slot in free
    ]
    talk.say("appointment_site", rows)
    talk.with_navigation()


def offer_days(talk: Talk, site: Site) -> None:
    """Offer the next days with free times at a site."""
    if _moving(talk) is None and len(ahead(talk)) >= MAX_OPEN:
        show_own(talk, "too_many_appointments")
        return
    _at_site(talk, site, "day")
    days = appointments.by_day(_free(talk, site))
    if not days:
        talk.say("no_appointments", [[talk.choice("book:start", "other_site")]])
        talk.with_navigation()
        return
    buttons = [Choice(f"book:day:{site.id}:{day:%Y%m%d}", locales.day(day, talk.language)) for day in sorted(days)[:_DAYS]]
    rows = [buttons[start : start + 2] for start in range(0, len(buttons), 2)]
    talk.say("appointment_day", [*rows, [talk.choice("book:start", "other_site")]], site=site.name)
    talk.with_navigation()


def offer_times(talk: Talk, site: Site, day: date) -> None:
    """Offer the free times of a day."""
    _at_site(talk, site, "time", day)
    slots = appointments.by_day(_free(talk, site)).get(day, [])
    if not slots:
        talk.say("slot_gone")
        offer_days(talk, site)
        return
    buttons = [Choice(f"book:time:{site.id}:{slot.start:%Y%m%d%H%M}", clock(slot.start)) for slot in slots[:_TIMES]]
    rows = [buttons[start : start + _TIMES_IN_ROW] for start in range(0, len(buttons), _TIMES_IN_ROW)]
    rows.append([talk.choice(f"book:site:{site.id}", "other_day")])
    talk.say("appointment_time", rows, day=locales.full_day(day, talk.language), site=site.name)
    talk.with_navigation()


def hold(talk: Talk, site: Site, start: datetime) -> None:
    """Keep the chosen time for ten minutes and ask whether it is right."""
    _at_site(talk, site, "check", local(start).date())
    slot = appointments.find_slot(_free(talk, site), start)
    if slot is None:
        _say_gone(talk, site, start)
        return
    held = appointments.hold(slot, talk.conversation.contact_id, talk.now, talk.situation.new_id())
    talk.happen(SlotHeld(held))
    yes = talk.choice(f"book:yes:{site.id}:{slot.start:%Y%m%d%H%M}", "appointment_confirm")
    other = talk.choice(f"book:day:{site.id}:{local(slot.start):%Y%m%d}", "other_time")
    talk.say("appointment_check", [[yes], [other]], site=site.name, when=_when(talk, slot), minutes="10")
    talk.with_navigation()


def confirm(talk: Talk, site: Site, start: datetime) -> None:
    """Book or move to the held time; pressing twice changes nothing, an expired hold is tried again."""
    done = next((each for each in ahead(talk) if each.slot.site == site.id and each.slot.start == start), None)
    if done is not None:
        release(talk)  # somebody who chose the same time once more holds a second seat
        _say_booked(talk, done, site)
        return
    slot = appointments.find_slot(_free(talk, site), start)
    if slot is None:
        _say_gone(talk, site, start)
        return
    pending = talk.conversation.pending
    choosing = pending if isinstance(pending, ChoosingAppointment) else ChoosingAppointment(None)
    moved = next((each for each in ahead(talk) if each.id == choosing.moving), None)
    if moved is None and len(ahead(talk)) >= MAX_OPEN:
        show_own(talk, "too_many_appointments")
        return
    if moved is not None:
        appointment = appointments.move(moved, slot)
        talk.happen(AppointmentMoved(appointment))
    else:
        appointment = appointments.book(
            slot, talk.conversation.contact_id, talk.conversation.id, choosing.topic or "everyday", talk.language, talk.now,
            talk.situation.new_id(),
        )  # fmt: skip
        talk.happen(AppointmentBooked(appointment))
    talk.update(pending=None)
    _say_booked(talk, appointment, site)


def release(talk: Talk) -> None:
    """Free the hold when the person goes elsewhere."""
    if talk.situation.hold() is not None:
        talk.happen(HoldReleased(talk.conversation.contact_id))


def show_own(talk: Talk, key: str = "own_appointments") -> None:
    """List the appointments ahead, each to be moved or cancelled; what was being chosen is over."""
    own = ahead(talk)
    if isinstance(talk.conversation.pending, ChoosingAppointment):
        talk.update(pending=None)
    if not own:
        talk.say("no_own_appointments", [[talk.choice("book:start", "book_new")]])
        talk.with_navigation()
        return
    lines = [f"- **{_when(talk, each.slot)}**, {_site_name(talk, each)}" for each in own]
    rows = []
    for each in own:
        day = locales.day(local(each.slot.start).date(), talk.language)
        rows.append(
            [talk.choice(f"book:move:{each.id}", "move_it", day=day), talk.choice(f"book:off:{each.id}", "cancel_it", day=day)]
        )
    if len(own) < MAX_OPEN:
        rows.append([talk.choice("book:start", "book_new")])
    talk.tell(talk.words(key) + "\n\n" + "\n".join(lines), rows)
    talk.with_navigation()


def start_move(talk: Talk, appointment_id: str) -> None:
    """Offer other days at the appointment's site."""
    appointment = next((each for each in ahead(talk) if each.id == appointment_id), None)
    site = talk.content.network.sites.get(appointment.slot.site) if appointment else None
    if appointment is None or site is None:
        show_own(talk)
        return
    talk.update(pending=ChoosingAppointment(appointment.topic, site=site.id, moving=appointment.id))
    offer_days(talk, site)


def ask_cancel(talk: Talk, appointment_id: str) -> None:
    """Ask before cancelling."""
    appointment = next((each for each in ahead(talk) if each.id == appointment_id), None)
    if appointment is None:
        show_own(talk)
        return
    rows = [[talk.choice(f"book:drop:{appointment.id}", "cancel_yes")], [talk.choice("nav:appointments", "cancel_no")]]
    talk.say("cancel_check", rows, when=_when(talk, appointment.slot), site=_site_name(talk, appointment))
    talk.with_navigation()


def cancel(talk: Talk, appointment_id: str) -> None:
    """Cancel; an appointment that is cancelled already stays so."""
    appointment = next((each for each in talk.situation.appointments() if each.id == appointment_id), None)
    if appointment is None:
        show_own(talk)
        return
    if appointment.status == "booked":
        appointment = appointments.cancel(appointment)
        talk.happen(AppointmentCancelled(appointment))
    file = _calendar(talk, appointment)
    talk.say("appointment_cancelled", [[talk.choice("book:start", "book_new")]], file, when=_when(talk, appointment.slot))
    talk.with_navigation()


def ahead(talk: Talk) -> list[Appointment]:
    """Return the contact's appointments that are still to come."""
    return [each for each in talk.situation.appointments() if each.ahead(talk.now)]


def read_start(text: str) -> datetime | None:
    """Return the moment a button names, in UTC."""
    try:
        return datetime.strptime(text, "%Y%m%d%H%M").replace(tzinfo=UTC)
    except ValueError:
        return None


def _free(talk: Talk, site: Site) -> list[Slot]:
    return appointments.free_slots(site, talk.now, talk.content.network.holidays, talk.situation.taken)


def back(talk: Talk, choosing: ChoosingAppointment) -> None:
    """Go one step back while choosing; what was held is free again."""
    release(talk)
    site = talk.content.network.sites.get(choosing.site or "")
    if choosing.stage == "check" and site and choosing.day:
        offer_times(talk, site, choosing.day)
    elif choosing.stage == "time" and site:
        offer_days(talk, site)
    elif choosing.stage == "day":
        begin(talk, choosing.topic, choosing.moving)
    else:
        begin(talk, None)


def _at_site(talk: Talk, site: Site, stage: Literal["day", "time", "check"], day: date | None = None) -> None:
    pending = talk.conversation.pending
    topic = pending.topic if isinstance(pending, ChoosingAppointment | AskingPlace) else None
    talk.update(pending=ChoosingAppointment(topic, site.id, _moving(talk), stage, day))


def _moving(talk: Talk) -> str | None:
    pending = talk.conversation.pending
    return pending.moving if isinstance(pending, ChoosingAppointment) else None


def _say_gone(talk: Talk, site: Site, start: datetime) -> None:
    later = [slot for slot in _free(talk, site) if slot.start > start] or _free(talk, site)
    rows = [[Choice(f"book:time:{site.id}:{slot.start:%Y%m%d%H%M}", _when(talk, slot))] for slot in later[:3]]
    talk.say("slot_gone", [*rows, [talk.choice(f"book:site:{site.id}", "other_day")]])
    talk.with_navigation()


def _say_booked(talk: Talk, appointment: Appointment, site: Site) -> None:
    home = where.known_place(talk)
    remote = site.remote_only or bool(home and is_island(home) and site.remote)
    place = talk.words("appointment_remote") if remote else f"{site.street}, {site.postcode} {site.town}"
    if not (site.example or site.verified_on or remote):
        place = talk.words("site_unverified")
    rows = [[talk.choice("nav:appointments", "nav_appointments")]]
    talk.say(
        "appointment_booked", rows, _calendar(talk, appointment),
        when=_when(talk, appointment.slot), site=site.name, place=place,
        bring=talk.words("bring_everything"), german=appointment.shown,
    )  # fmt: skip
    if site.example:
        talk.say("appointment_example")
    talk.with_navigation()


def _calendar(talk: Talk, appointment: Appointment) -> Attachment | None:
    site = talk.content.network.sites.get(appointment.slot.site)
    if site is None:
        return None
    return Attachment("document", "termin.ics", "text/calendar", talk.situation.calendar_file(appointment, site))


def _site_name(talk: Talk, appointment: Appointment) -> str:
    site = talk.content.network.sites.get(appointment.slot.site)
    return site.name if site else appointment.slot.site


def _when(talk: Talk, slot: Slot) -> str:
    return appointments.shown(slot, talk.language)

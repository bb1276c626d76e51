"""Choosing the time of an appointment in the chat: topic, site, day, time, yes; for a new one, or to move one."""

from datetime import UTC, date, datetime
from typing import Literal

from bot.core import answers, appointments, bookings, interpreting, locales, narrowing, waitlist, where
from bot.core.appointments import MAX_OPEN, Appointment, Slot, Wish
from bot.core.bookings import ahead, when
from bot.core.contacts import AskingPlace, ChoosingAppointment
from bot.core.events import AppointmentBooked, AppointmentMoved, HoldReleased, SlotHeld
from bot.core.locales import clock, local
from bot.core.messages import Choice
from bot.core.network import KINDS, Kind, Site
from bot.core.places import Place
from bot.core.talk import Talk

_DAYS, _TIMES_IN_ROW, _TIMES, _LISTS = 8, 3, 30, 4


def begin(talk: Talk, topic: str | None, moving: str | None = None) -> None:
    """Start choosing: topic, then site, as far as they are not known."""
    if moving is None and len(ahead(talk)) >= MAX_OPEN:
        bookings.show_own(talk, "too_many_appointments")
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
    talk.update(pending=ChoosingAppointment(topic, moving=_moving(talk), stage="site", only=narrowing.only(talk)))
    every = [(site, slot) for site in sites for slot in _free(talk, site)]
    wanted: dict[str, tuple[Site, Slot]] = {}
    for site, slot in every:
        if narrowing.wants(talk, site, slot):
            wanted.setdefault(site.id, (site, slot))
    free = [*wanted.values()][: 4 if near else 8]
    if not free:
        lists = [site for site in sites if site.appointments][:_LISTS]
        rows = [*narrowing.choices(talk, every), *([waitlist.join_choice(talk, site)] for site in lists)]
        talk.say("no_appointments", [*rows, [talk.choice("nav:person", "nav_person")]])
        talk.with_navigation()
        return
    rows = [
        [Choice(f"book:site:{site.id}", f"{site.name} · {locales.day(local(slot.start).date(), talk.language)}")]
        for site, slot in free
    ]
    talk.say("appointment_site", [[narrowing.earliest_choice(talk, [*wanted.values()])], *rows, *narrowing.choices(talk, every)])
    talk.with_navigation()


def offer_days(talk: Talk, site: Site) -> None:
    """Offer the next days with free times at a site."""
    if _moving(talk) is None and len(ahead(talk)) >= MAX_OPEN:
        bookings.show_own(talk, "too_many_appointments")
        return
    _at_site(talk, site, "day")
    every = _free(talk, site)
    free = [slot for slot in every if narrowing.wants(talk, site, slot)]
    narrow = narrowing.choices(talk, ((site, slot) for slot in every))
    days, earlier = appointments.by_day(free), waitlist.earlier(talk, site, _earliest(_own(talk, site), every))
    if not days:
        talk.say("no_appointments", [*narrow, earlier, [talk.choice("book:start", "other_site")]])
        talk.with_navigation()
        return
    buttons = [Choice(f"book:day:{site.id}:{day:%Y%m%d}", locales.day(day, talk.language)) for day in sorted(days)[:_DAYS]]
    rows = [buttons[start : start + 2] for start in range(0, len(buttons), 2)]
    talk.say("appointment_day", [*rows, *narrow, earlier, [talk.choice("book:start", "other_site")]], site=site.name)
    talk.with_navigation()


def offer_times(talk: Talk, site: Site, day: date) -> None:
    """Offer the free times of a day."""
    _at_site(talk, site, "time", day)
    slots = [slot for slot in appointments.by_day(_free(talk, site)).get(day, []) if narrowing.wants(talk, site, slot)]
    if not slots:
        talk.say("slot_gone")
        offer_days(talk, site)
        return
    buttons = [Choice(f"book:time:{site.id}:{slot.start:%Y%m%d%H%M}", clock(slot.start)) for slot in slots[:_TIMES]]
    rows = [buttons[start : start + _TIMES_IN_ROW] for start in range(0, len(buttons), _TIMES_IN_ROW)]
    rows.append([talk.choice(f"book:site:{site.id}", "other_day")])
    talk.say("appointment_time", rows, day=locales.full_day(day, talk.language), site=site.name)
    talk.with_navigation()


def narrow(talk: Talk, wish: str, *, on: bool) -> bool:
    """Show only the times that somebody wants to see, or all again; False for a wish there is not."""
    pending = talk.conversation.pending
    if not isinstance(pending, ChoosingAppointment) or not narrowing.choose(talk, pending, wish, on=on):
        return False
    site = talk.content.network.sites.get(pending.site or "")
    if site is not None:
        offer_days(talk, site)
    else:
        offer_sites(talk, pending.topic, where.known_place(talk))
    return True


def hold(talk: Talk, site: Site, start: datetime) -> None:
    """Keep the chosen time for some minutes and ask whether it is right, and how to meet if there is a choice."""
    _at_site(talk, site, "check", local(start).date())
    slot = appointments.find_slot(_free(talk, site), start)
    if slot is None:
        _say_gone(talk, site, start)
        return
    held = appointments.hold(slot, talk.conversation.contact_id, talk.now, talk.situation.new_id(), site.hold_for)
    talk.happen(SlotHeld(held))
    id = f"book:yes:{site.id}:{slot.start:%Y%m%d%H%M}"
    first, *others = _kinds(talk, site, start)
    rows = [[talk.choice(f"{id}:{first}", "appointment_confirm")]]
    rows += [[talk.choice(f"{id}:{kind}", f"appointment_by_{kind}")] for kind in others]
    rows.append([talk.choice(f"book:day:{site.id}:{local(slot.start):%Y%m%d}", "other_time")])
    minutes = f"{site.hold_for.total_seconds() / 60:.0f}"
    talk.say("appointment_check", rows, site=site.name, when=when(talk, slot), minutes=minutes)
    talk.with_navigation()


def confirm(talk: Talk, site: Site, start: datetime, kind: Kind | None = None) -> None:
    """Book or move to the held time; pressing twice changes nothing, an expired hold is tried again.

    What was closed since it was held is not booked.
    """
    done = next((each for each in ahead(talk) if each.slot.site == site.id and each.slot.start == start), None)
    if done is not None:
        release(talk)
        bookings.say_booked(talk, done, site)
        return
    held = _held(talk, site, start, kind)
    slot = held or appointments.find_slot(_free(talk, site, kind), start)
    if held is not None and not appointments.fits(held, site, talk.content.network.holidays):
        talk.happen(HoldReleased(talk.conversation.contact_id))
        slot = None
    if slot is None:
        _say_gone(talk, site, start)
        return
    moved = bookings.find(talk, _moving(talk))
    if moved is None and len(ahead(talk)) >= MAX_OPEN:
        bookings.show_own(talk, "too_many_appointments")
        return
    if moved is not None:
        before = talk.content.network.sites.get(moved.slot.site, site)
        appointment = interpreting.arrange(talk.situation, appointments.move(moved, slot), site, moved)
        talk.happen(AppointmentMoved(appointment, before.cool_down))
    else:
        appointment = appointments.book(
            slot, talk.conversation.contact_id, talk.conversation.id, _topic(talk) or "everyday", talk.speaks, talk.now,
            talk.situation.new_id(),
        )  # fmt: skip
        appointment = interpreting.arrange(talk.situation, appointment, site)
        talk.happen(AppointmentBooked(appointment))
    talk.update(pending=None)
    bookings.say_booked(talk, appointment, site)


def take(talk: Talk, appointment_id: str, start: datetime) -> None:
    """Move an appointment to the time that its site proposed."""
    appointment = bookings.find(talk, appointment_id)
    site = talk.content.network.sites.get(appointment.slot.site) if appointment else None
    if appointment is None or site is None:
        bookings.show_own(talk)
        return
    talk.update(pending=ChoosingAppointment(appointment.topic, site.id, appointment.id, "check", local(start).date()))
    confirm(talk, site, start)


def wait(talk: Talk, site: Site) -> None:
    """Put somebody on the list of a site for a time before their own on this topic, or else before the first that is free."""
    moved = _own(talk, site)
    topic = moved.topic if moved else _topic(talk) or "everyday"
    kind = moved.slot.kind if moved else site.remote[0] if bookings.prefers_remote(talk, site) else None
    waitlist.join(talk, site, topic, _earliest(moved, _free(talk, site)), moved, kind)


def accept(talk: Talk, waiting_id: str, start: datetime) -> None:
    """Take the time that somebody who waited was asked about; their own appointment, if they have one, moves to it."""
    done, entry = next((each for each in ahead(talk) if each.slot.start == start), None), waitlist.own(talk, waiting_id)
    site = talk.content.network.sites.get(done.slot.site if done else entry.site if entry else "")
    if site is None:
        bookings.show_own(talk)
        return
    topic, moving = (entry.topic, entry.appointment) if entry else (None, None)
    talk.update(pending=ChoosingAppointment(topic, site.id, moving, "check", local(start).date()))
    confirm(talk, site, start)


def release(talk: Talk) -> None:
    """Free what is held while choosing, when the person goes elsewhere; what they were offered stays theirs."""
    held = talk.situation.hold()
    if held is not None and held.offered is None:
        talk.happen(HoldReleased(talk.conversation.contact_id))


def start_move(talk: Talk, appointment_id: str) -> None:
    """Offer other days at the appointment's site."""
    appointment = bookings.find(talk, appointment_id)
    site = talk.content.network.sites.get(appointment.slot.site) if appointment else None
    if appointment is None or site is None:
        bookings.show_own(talk)
        return
    talk.update(pending=ChoosingAppointment(appointment.topic, site=site.id, moving=appointment.id))
    offer_days(talk, site)


def read_start(text: str) -> datetime | None:
    """Return the moment a button names, in UTC."""
    try:
        return datetime.strptime(text, "%Y%m%d%H%M").replace(tzinfo=UTC)
    except ValueError:
        return None


def _free(talk: Talk, site: Site, kind: Kind | None = None) -> list[Slot]:
    """Return the free times of a site, but those at which the person is elsewhere."""
    wish = Wish(_topic(talk), talk.speaks, kind)
    free = appointments.free_slots(site, talk.now, talk.content.network.holidays, talk.situation.taken, wish)
    own = [each.slot for each in ahead(talk) if each.id != _moving(talk) or each.slot.site == site.id]
    return [slot for slot in free if not any(slot.overlaps(other) for other in own)]


def _own(talk: Talk, site: Site) -> Appointment | None:
    """Return the appointment that is being moved, or the one that somebody has at a site on the topic."""
    same = (each for each in ahead(talk) if (each.slot.site, each.topic) == (site.id, _topic(talk)))
    return bookings.find(talk, _moving(talk)) or next(same, None)


def _earliest(own: Appointment | None, free: list[Slot]) -> datetime | None:
    """Return the time that somebody may want to be earlier than: their own, else the first that is free."""
    return own.slot.start if own else free[0].start if free else None


def _held(talk: Talk, site: Site, start: datetime, kind: Kind | None) -> Slot | None:
    """Return the slot that is held and not given up yet."""
    held = talk.situation.hold()
    if held is None or held.expires_at <= talk.now or (held.slot.site, held.slot.start) != (site.id, start):
        return None
    return held.slot if kind in (None, held.slot.kind) else None


def _kinds(talk: Talk, site: Site, start: datetime) -> list[Kind]:
    """Return how people can meet at a time, the likely way first."""
    offered = [kind for kind in KINDS if appointments.find_slot(_free(talk, site, kind), start)]
    return sorted(offered, key=lambda kind: kind == "visit") if bookings.prefers_remote(talk, site) else offered


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
    talk.update(pending=ChoosingAppointment(_topic(talk), site.id, _moving(talk), stage, day, narrowing.only(talk)))


def _topic(talk: Talk) -> str | None:
    pending = talk.conversation.pending
    return pending.topic if isinstance(pending, ChoosingAppointment | AskingPlace) else None


def _moving(talk: Talk) -> str | None:
    pending = talk.conversation.pending
    return pending.moving if isinstance(pending, ChoosingAppointment) else None


def _say_gone(talk: Talk, site: Site, start: datetime) -> None:
    later = [slot for slot in _free(talk, site) if slot.start > start] or _free(talk, site)
    rows = [[Choice(f"book:time:{site.id}:{slot.start:%Y%m%d%H%M}", when(talk, slot))] for slot in later[:3]]
    talk.say("slot_gone", [*rows, [talk.choice(f"book:site:{site.id}", "other_day")]])
    talk.with_navigation()

"""An advisor books an appointment for somebody without a chat, who phones or stands at the counter."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.core import appointments, interpreting
from bot.core.agenda import booked_for_guest, moved_for_guest, slip
from bot.core.appointments import Appointment, Guest, Slot, Wish, find_slot, free_slots
from bot.core.content import Content
from bot.core.messages import Address, OutboundMessage
from bot.core.network import Site
from bot.core.proposals import possible
from bot.core.talk import Situation, Turn
from bot.services.access import Forbidden, own_appointment
from bot.services.bookings import NotBooked, Times, kinds_at, sites_for, spread
from bot.services.live import Live
from bot.services.ports import Advisor, Clock, Store, Transaction
from bot.services.team import advises
from bot.services.turns import Conflict, Turns

CHANNEL = "desk"
"""Where guests are reached: by nothing that goes out by itself."""


@dataclass(frozen=True, slots=True)
class Slip:
    """What is printed for a guest, in their language; the first message has the calendar file."""

    appointment: Appointment
    messages: tuple[OutboundMessage, ...]


class Counter:
    """Appointments of guests; every method takes who does it and checks that they may."""

    def __init__(
        self,
        store: Store,
        content: Callable[[], Content],
        turns: Turns,
        live: Live,
        clock: Clock,
        new_id: Callable[[], str],
    ) -> None:
        self._store = store
        self._content = content
        self._turns = turns
        self._live = live
        self._clock = clock
        self._new_id = new_id

    def sites(self, advisor: Advisor) -> list[Site]:
        """Return the sites of the agency that offer appointments.

        Raises:
            Forbidden: the advisor was disabled, or only edits content.
        """
        if not advises(advisor):
            raise Forbidden(advisor.id)
        return sites_for(self._content().network, advisor.agency, None)

    def times(self, advisor: Advisor, wish: Wish, site_id: str = "", since: date | None = None) -> Times:
        """Return the next free times for a wish at a site of the agency, or at all of them; those of the desk are among them.

        Raises:
            Forbidden: the site is not one of the advisor's agency.
        """
        at, now = self._at(advisor, wish, site_id), self._clock.now()
        with self._store.transaction() as tx:
            free = [slot for site in at for slot in self._free(tx, site, wish, now)]
        shown = spread(appointments.by_day(sorted(free, key=lambda slot: (slot.start, slot.site))), since)
        return Times(at, at[0] if site_id and at else None, kinds_at(at, wish.topic), wish.kind, *shown)

    def book(self, advisor: Advisor, wish: Wish, site_id: str, start: datetime, guest: Guest, key: str) -> Appointment:
        """Book a time for somebody; the same `key` again is the same press, which books once.

        Raises:
            Forbidden: the site is not one of the advisor's agency.
            NotBooked: the time is gone.
        """
        now, address = self._clock.now(), Address(CHANNEL, f"{advisor.id}:{key}")
        site = next(iter(self._at(advisor, wish, site_id)), None)
        with self._store.transaction() as tx:
            known = tx.find_conversation(address)
            done = tx.appointments(known.contact_id) if known else ()
            if done:
                return done[0]
            slot = find_slot(self._free(tx, site, wish, now), start) if site and site_id else None
            if site is None or slot is None or wish.topic is None or wish.language is None:
                raise NotBooked("gone")
            conversation = replace(tx.conversation_at(address, now, self._new_id()), language=wish.language)
            situation = self._turns.situation(tx, conversation, now)
            booked = appointments.book(
                slot, conversation.contact_id, conversation.id, wish.topic, wish.language, now, self._new_id()
            )
            booked = interpreting.arrange(situation, replace(booked, guest=guest), site)
            self._keep(tx, booked_for_guest(situation, booked), now)
        self._live.touch(f"agency:{advisor.agency}", "timers")
        return booked

    def move(self, advisor: Advisor, appointment_id: str, start: datetime | None) -> Appointment:
        """Move a guest's appointment to another free time of its site; they agreed on the telephone.

        Raises:
            Forbidden: it is not a guest's appointment at a site of the advisor's agency.
            NotBooked: the time is gone, there is none, or the appointment is over.
        """
        now = self._clock.now()
        with self._store.transaction() as tx:
            before, site, situation = self._own(tx, advisor, appointment_id, now)
            if before.ahead(now) and before.slot.start == start:
                return before
            slot = find_slot(possible(situation, before, site), start) if start and before.ahead(now) else None
            if slot is None:
                raise NotBooked("gone")
            moved = interpreting.arrange(situation, appointments.move(before, slot), site, before)
            self._keep(tx, moved_for_guest(situation, moved), now)
        self._live.touch(f"agency:{advisor.agency}", "timers")
        return moved

    def slip(self, advisor: Advisor, appointment_id: str) -> Slip:
        """Return what a guest takes home: when, where, what to bring.

        Raises:
            Forbidden: it is not a guest's appointment at a site of the advisor's agency, or it was cancelled.
        """
        with self._store.transaction() as tx:
            appointment, site, situation = self._own(tx, advisor, appointment_id, self._clock.now())
            if appointment.status == "cancelled":
                raise Forbidden(appointment_id)
            return Slip(appointment, slip(situation, appointment, site))

    def _at(self, advisor: Advisor, wish: Wish, site_id: str) -> list[Site]:
        """Return where a wish can be met: at the site that is asked for, or at any of the agency's."""
        if site_id not in {"", *(site.id for site in self.sites(advisor))}:
            raise Forbidden(site_id)
        sites = sites_for(self._content().network, advisor.agency, wish.topic)
        return [site for site in sites if site_id in ("", site.id)]

    def _free(self, tx: Transaction, site: Site, wish: Wish, now: datetime) -> list[Slot]:
        def taken(resource: str, start: datetime, end: datetime) -> frozenset[tuple[int, int]]:
            return tx.taken(resource, start, end, now, "")

        return free_slots(site, now, self._content().network.holidays, taken, replace(wish, desk=True))

    def _own(self, tx: Transaction, advisor: Advisor, appointment_id: str, now: datetime) -> tuple[Appointment, Site, Situation]:
        appointment, site = own_appointment(tx, advisor, appointment_id, self._content().network.sites)
        conversation = tx.conversation(appointment.conversation_id)
        if appointment.guest is None or conversation is None:
            raise Forbidden(appointment_id)
        return appointment, site, self._turns.situation(tx, conversation, now)

    def _keep(self, tx: Transaction, turn: Turn, now: datetime) -> None:
        try:
            self._turns.store(tx, turn, now)
        except Conflict:
            raise NotBooked("gone") from None

"""An advisor books for the person of a case: by the same rules as everybody, once, and the person is told."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.appointments import Appointment
from bot.core.cases import CaseError
from bot.services.bookings import MOST, NotBooked, Times
from bot.services.desk import Forbidden
from tests.services.fakes import AMINA, BEATE, CARL, COLLEAGUE, JENS, OKSANA, World


def free(world: World, **more: object) -> Times:
    found = world.parts.bookings.times(BEATE, world.case(AMINA), **more)  # type: ignore[arg-type]
    assert found is not None
    return found


def booked(world: World) -> tuple[Appointment, ...]:
    contact = world.conversation(AMINA).contact_id
    with world.parts.store.transaction() as tx:
        return tx.appointments(contact)


async def test_the_next_free_times_are_those_of_the_cases_own_site_and_of_several_days(world: World) -> None:
    case = await world.asks_for_a_person()
    times = free(world)
    assert {slot.site for slot in times.slots} == {case.site}
    assert len({slot.start.date() for slot in times.slots}) > 1
    assert len(times.slots) <= MOST
    assert {site.agency for site in times.sites} == {case.agency}
    assert "phone" in times.kinds


async def test_all_sites_are_asked_when_that_is_wanted_and_later_days_come_when_asked_for(world: World) -> None:
    await world.asks_for_a_person()
    assert len({slot.site for slot in free(world, site_id="all").slots}) > 1
    later = free(world).later
    assert later is not None
    assert min(slot.start.date() for slot in free(world, since=later).slots) == later
    assert len([slot for slot in free(world, since=later).slots if slot.start.date() == later]) > 4, "all of the day asked for"


async def test_the_person_gets_the_card_with_the_calendar_file_within_the_case(world: World) -> None:
    case = await world.asks_for_a_person()
    slot = free(world).slots[0]
    world.parts.bookings.book(BEATE, case.id, slot.site, slot.start)
    (appointment,) = booked(world)
    assert (appointment.slot.start, appointment.topic, appointment.language) == (slot.start, case.topic, "ar")
    line = next(each for each in reversed(world.lines(AMINA)) if each.message and each.message.attachment)
    assert line.case_id == case.id
    assert line.message is not None
    assert line.message.attachment is not None
    assert world.phrase("appointment_booked", "ar") in line.message.text
    assert b"BEGIN:VEVENT" in line.message.attachment.data
    history = world.parts.desk.view(BEATE, case.id).history
    assert (history[-1].what, history[-1].advisor) == (f"booked:{slot.start.isoformat()}", "beate")
    await world.parts.timers.fire_due()
    assert world.alerts.changes == [], "staff knows what staff did"


async def test_a_double_tap_books_once_and_says_it_once(world: World) -> None:
    case = await world.asks_for_a_person()
    slot = free(world).slots[0]
    first = world.parts.bookings.book(BEATE, case.id, slot.site, slot.start)
    told = world.told(AMINA)
    assert world.parts.bookings.book(BEATE, case.id, slot.site, slot.start) == first
    assert world.told(AMINA) == told
    assert len(booked(world)) == 1


async def test_a_time_that_was_taken_meanwhile_is_refused(world: World) -> None:
    case = await world.asks_for_a_person()
    slot = free(world).slots[0]
    for name in ("first", "second"):
        with world.parts.store.transaction() as tx:
            conversation = tx.conversation_at(replace(OKSANA, id=name), world.clock.now(), name)
        seat = free(world, since=None).slots[0]
        assert seat.start == slot.start, "a site with two seats"
        other = Appointment(name, conversation.contact_id, name, seat, "papers", "uk", "", world.clock.now())
        with world.parts.store.transaction() as tx:
            assert tx.put_appointment(other, world.clock.now())
    told = world.told(AMINA)
    with pytest.raises(NotBooked) as error:
        world.parts.bookings.book(BEATE, case.id, slot.site, slot.start)
    assert error.value.reason == "gone"
    assert world.told(AMINA) == told


async def test_nobody_has_more_than_three_appointments_ahead(world: World) -> None:
    case = await world.asks_for_a_person()
    for slot in free(world).slots[:3]:
        world.parts.bookings.book(BEATE, case.id, slot.site, slot.start)
    slot = free(world).slots[0]
    with pytest.raises(NotBooked) as error:
        world.parts.bookings.book(BEATE, case.id, slot.site, slot.start)
    assert error.value.reason == "too_many"


async def test_a_time_at_which_the_person_is_elsewhere_is_not_offered(world: World) -> None:
    case = await world.asks_for_a_person()
    slot = free(world).slots[0]
    world.parts.bookings.book(BEATE, case.id, slot.site, slot.start)
    assert not any(each.overlaps(slot) for each in free(world, site_id="all").slots)


async def test_another_agencys_site_or_a_time_that_is_not_offered_cannot_be_booked(world: World) -> None:
    case = await world.asks_for_a_person()
    slot = free(world).slots[0]
    foreign = next(site.id for site in world.parts.content.network.sites.values() if site.agency != case.agency)
    for site, start in ((foreign, slot.start), ("nowhere", slot.start), (slot.site, slot.start + timedelta(minutes=1))):
        with pytest.raises(NotBooked):
            world.parts.bookings.book(BEATE, case.id, site, start)
    assert booked(world) == ()


async def test_only_who_may_answer_books(world: World) -> None:
    case = await world.asks_for_a_person()
    slot = free(world).slots[0]
    for who in (JENS, CARL):
        with pytest.raises(Forbidden):
            world.parts.bookings.book(who, case.id, slot.site, slot.start)
        with pytest.raises(Forbidden):
            world.parts.bookings.times(who, case)
    world.parts.desk.claim(COLLEAGUE, case.id)
    with pytest.raises(CaseError) as error:
        world.parts.bookings.book(BEATE, case.id, slot.site, slot.start)
    assert (error.value.reason, error.value.holder) == ("taken", COLLEAGUE.id)
    world.parts.desk.close(COLLEAGUE, case.id)
    with pytest.raises(CaseError):
        world.parts.bookings.book(COLLEAGUE, case.id, slot.site, slot.start)

"""When a site's times change, the agency sees whom that touches, and asks each with one press whether another time fits."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from bot.core.appointments import Appointment, shown
from bot.core.calendars import Seat
from bot.core.hours import Closure, Hours, Span
from bot.core.interpreters import Interpreter
from bot.core.locales import local
from bot.core.messages import OutboundMessage
from bot.core.network import Site
from bot.core.proposals import ASK_FOR
from bot.services.desk import Forbidden
from bot.services.ports import Account, Advisor
from tests.services.fakes import AMINA, BEATE, BIRGIT, CARL, JENS, OKSANA, World, button


def appointment(world: World, id: str) -> Appointment:
    with world.parts.store.transaction() as tx:
        found = tx.appointment(id)
    assert found is not None
    return found


def change(world: World, site: Site) -> None:
    """Let the content be read again with a site as it is now."""
    content = world.parts.content
    network = replace(content.network, sites={**content.network.sites, site.id: site})
    world.parts.content = replace(content, network=network)


def closes(world: World, id: str) -> date:
    """Let the site close on the day of an appointment."""
    booked = appointment(world, id)
    site = world.parts.content.network.sites[booked.slot.site]
    day = local(booked.slot.start).date()
    closed = (replace(each, hours=replace(each.hours, closures=(Closure(day, day),))) for each in site.appointments)
    change(world, replace(site, appointments=tuple(closed)))
    return day


def last(world: World) -> OutboundMessage:
    message = world.lines(OKSANA)[-1].message
    assert message is not None
    return message


async def test_what_still_fits_is_not_listed(world: World) -> None:
    await world.books()
    assert world.parts.agenda.misfits(BEATE) == []


async def test_a_closed_day_lists_its_appointments_with_the_nearest_free_time(world: World) -> None:
    id = await world.books()
    day = closes(world, id)
    (misfit,) = world.parts.agenda.misfits(BEATE)
    assert (misfit.appointment.id, misfit.asked_until) == (id, None)
    assert misfit.proposal is not None
    assert misfit.proposal.site == misfit.appointment.slot.site
    assert local(misfit.proposal.start).date() > day
    assert world.parts.agenda.misfits(JENS) == []


async def test_two_who_are_touched_are_proposed_different_times(world: World) -> None:
    first = await world.books(OKSANA)
    await world.books(AMINA, "ar")
    closes(world, first)
    proposals = [each.proposal for each in world.parts.agenda.misfits(BEATE)]
    assert len(proposals) == len({(slot.start, slot.seat) for slot in proposals if slot}) == 2


async def test_nothing_is_changed_by_itself(world: World) -> None:
    id = await world.books()
    before = appointment(world, id)
    closes(world, id)
    told = world.told(OKSANA)
    world.parts.agenda.misfits(BEATE)
    await world.parts.timers.fire_due()
    assert (appointment(world, id), world.told(OKSANA)) == (before, told)


@pytest.mark.parametrize("language", ["de", "ar", "uk"])
async def test_who_is_asked_reads_old_and_new_time_and_has_three_ways(language: str, world: World) -> None:
    id = await world.books(OKSANA, language)
    closes(world, id)
    misfit = world.parts.agenda.propose(BEATE, id)
    assert misfit is not None
    assert misfit.proposal is not None
    message = last(world)
    for slot in (misfit.appointment.slot, misfit.proposal):
        assert shown(slot, language) in message.text
    assert [choice.id.split(":")[1] for row in message.choices for choice in row] == ["take", "move", "off"]
    assert all(len(choice.id) <= 64 for row in message.choices for choice in row)


async def test_a_proposed_time_is_kept_for_a_day_whatever_else_somebody_does_in_the_chat(world: World) -> None:
    id = await world.books()
    closes(world, id)
    misfit = world.parts.agenda.propose(BEATE, id)
    assert misfit is not None
    assert misfit.asked_until == world.clock.now() + ASK_FOR
    await world.presses(OKSANA, "nav:menu", "nav:appointments")
    slot = misfit.proposal
    assert slot is not None
    with world.parts.store.transaction() as tx:
        assert tx.taken(slot.resource, slot.start, slot.end, world.clock.now(), "somebody") == frozenset(slot.cells)
    world.clock.time += ASK_FOR
    assert [each.asked_until for each in world.parts.agenda.misfits(BEATE)] == [None]


async def test_asking_again_while_it_is_kept_says_nothing_more(world: World) -> None:
    id = await world.books()
    closes(world, id)
    first = world.parts.agenda.propose(BEATE, id)
    told = world.told(OKSANA)
    world.clock.advance(hours=1)
    assert world.parts.agenda.propose(BEATE, id) == first
    assert world.told(OKSANA) == told
    assert world.parts.agenda.misfits(BEATE) == [first]


async def test_taking_it_moves_the_appointment_once(world: World) -> None:
    id = await world.books()
    closes(world, id)
    misfit = world.parts.agenda.propose(BEATE, id)
    assert misfit is not None
    take = button([last(world)], "book:take:")
    for _ in range(2):
        await world.presses(OKSANA, take)
        world.clock.advance(minutes=1)
    moved = appointment(world, id)
    assert misfit.proposal is not None
    assert (moved.slot.start, moved.sequence) == (misfit.proposal.start, misfit.appointment.sequence + 1)
    assert world.parts.agenda.misfits(BEATE) == []
    with world.parts.store.transaction() as tx:
        assert tx.hold_of(moved.contact_id) is None


async def test_taking_it_too_late_says_so_and_shows_what_is_free_next(world: World) -> None:
    id = await world.books()
    closes(world, id)
    misfit = world.parts.agenda.propose(BEATE, id)
    assert misfit is not None
    take = button([last(world)], "book:take:")
    world.clock.time += ASK_FOR
    site = world.parts.content.network.sites[misfit.appointment.slot.site]
    change(world, replace(site, appointments=tuple(replace(each, lead_hours=400, horizon_days=60) for each in site.appointments)))
    said = await world.presses(OKSANA, take)
    assert said[0].text == world.parts.content.phrases.say("slot_gone", "uk")
    assert button(said, "book:time:")
    assert appointment(world, id) == misfit.appointment


async def test_choosing_another_time_moves_it_too(world: World) -> None:
    id = await world.books()
    closes(world, id)
    world.parts.agenda.propose(BEATE, id)
    said = await world.presses(OKSANA, button([last(world)], "book:move:"))
    for prefix in ("book:day:", "book:time:", "book:yes:"):
        said = await world.presses(OKSANA, button(said, prefix))
    assert appointment(world, id).sequence == 1
    assert world.parts.agenda.misfits(BEATE) == []


async def test_when_nothing_is_free_they_are_told_and_can_choose_themselves(world: World) -> None:
    id = await world.books()
    booked = appointment(world, id)
    change(world, replace(world.parts.content.network.sites[booked.slot.site], appointments=()))
    (misfit,) = world.parts.agenda.misfits(BEATE)
    assert misfit.proposal is None
    world.parts.agenda.propose(BEATE, id)
    message = last(world)
    assert shown(booked.slot, "uk") in message.text
    assert [choice.id.split(":")[1] for row in message.choices for choice in row] == ["move", "off", "person"]


async def test_who_is_not_touched_or_has_been_cancelled_is_not_asked(world: World) -> None:
    id = await world.books()
    told = world.told(OKSANA)
    world.parts.agenda.propose(BEATE, id)
    assert world.told(OKSANA) == told
    closes(world, id)
    world.parts.agenda.cancel(BEATE, id)
    told = world.told(OKSANA)
    world.parts.agenda.propose(BEATE, id)
    assert world.told(OKSANA) == told


@pytest.mark.parametrize("who", [JENS, CARL], ids=["other agency", "disabled"])
async def test_who_has_no_access_can_neither_ask_nor_note(who: Advisor, world: World) -> None:
    id = await world.books()
    for act in (world.parts.agenda.propose, world.parts.agenda.miss):
        with pytest.raises(Forbidden):
            act(who, id)


# --- Nobody came -----------------------------------------------------------------------------------


async def test_nobody_came_is_noted_from_the_beginning_on_and_can_be_taken_back(world: World) -> None:
    id = await world.books()
    world.clock.time = appointment(world, id).slot.start - timedelta(seconds=1)
    assert world.parts.agenda.miss(BEATE, id).status == "booked"
    world.clock.advance(seconds=1)
    told = world.told(OKSANA)
    assert world.parts.agenda.miss(BEATE, id).status == "missed"
    assert [each.status for each in world.parts.agenda.today(BEATE)] == ["missed"]
    assert world.parts.agenda.miss(BEATE, id) == appointment(world, id)
    assert world.parts.agenda.miss(BEATE, id, missed=False).status == "booked"
    assert world.told(OKSANA) == told


async def test_who_missed_one_can_book_again_as_anybody(world: World) -> None:
    id = await world.books()
    world.clock.time = appointment(world, id).slot.end
    world.parts.agenda.miss(BEATE, id)
    said = await world.presses(OKSANA, "book:topic:papers")
    for prefix in ("book:site:", "book:day:", "book:time:", "book:yes:"):
        said = await world.presses(OKSANA, button(said, prefix))
    assert said[0].text.startswith(world.phrase("appointment_booked", "uk"))


# --- A calendar says meanwhile that nobody has time ------------------------------------------------


def is_busy(world: World, resource: str, start: datetime, end: datetime, seat: int | None = None) -> None:
    """Let a calendar of somebody, or of a site, say that they are busy."""
    with world.parts.store.transaction() as tx:
        n = tx.add_calendar(Account(f"https://cloud.example/{resource}{seat}", "login", "secret"), Seat(resource, seat))
        assert n is not None
        tx.keep_busy(n, [(start, end)], world.clock.now())


@pytest.mark.parametrize("seat", [None, 0], ids=["the site's calendar", "the seat's calendar"])
async def test_a_time_that_is_busy_in_a_calendar_meanwhile_is_a_conflict_and_stays_booked(seat: int | None, world: World) -> None:
    id = await world.books()
    before, told = appointment(world, id), world.told(OKSANA)
    is_busy(world, before.slot.resource, before.slot.start - timedelta(hours=1), before.slot.end, seat)
    (misfit,) = world.parts.agenda.misfits(BEATE)
    assert (misfit.appointment, misfit.reason) == (before, "busy")
    assert misfit.proposal is not None
    assert misfit.proposal.start >= before.slot.end or misfit.proposal.seat != before.slot.seat
    assert (appointment(world, id), world.told(OKSANA), world.parts.agenda.misfits(JENS)) == (before, told, [])


async def test_what_only_touches_it_or_is_of_another_seat_is_no_conflict(world: World) -> None:
    slot = appointment(world, await world.books()).slot
    is_busy(world, slot.site, slot.start, slot.end, slot.seat + 1)
    is_busy(world, slot.site, slot.start - timedelta(hours=1), slot.start)
    is_busy(world, "@beate", slot.start, slot.end)
    assert world.parts.agenda.misfits(BEATE) == []


@pytest.mark.parametrize("language", ["de", "ar"])
async def test_who_is_asked_because_of_a_calendar_is_not_told_that_the_site_is_closed(language: str, world: World) -> None:
    id = await world.books(OKSANA, language)
    slot = appointment(world, id).slot
    is_busy(world, slot.resource, slot.start, slot.end)
    misfit = world.parts.agenda.propose(BEATE, id)
    assert misfit is not None
    assert misfit.proposal is not None
    phrase = world.parts.content.phrases.find("appointment_proposal_busy", language).text
    assert phrase.split("{when}")[1].split("\n")[0] in last(world).text
    await world.presses(OKSANA, button([last(world)], "book:take:"))
    assert appointment(world, id).slot.start == misfit.proposal.start
    assert world.parts.agenda.misfits(BEATE) == []


async def test_who_interprets_being_busy_is_a_conflict_that_asks_the_newcomer_nothing(world: World) -> None:
    everyday = Hours({day: (Span(time(8), time(20)),) for day in range(5)})
    world.parts.interpreters.keep(BIRGIT, Interpreter("olha", "example-a", "Olha", ("uk",), everyday))
    id = await world.books()
    slot, told = appointment(world, id).slot, world.told(OKSANA)
    is_busy(world, "+olha", slot.start, slot.end)
    (misfit,) = world.parts.agenda.misfits(BEATE)
    assert (misfit.reason, misfit.proposal) == ("interpreter", None)
    assert world.parts.agenda.propose(BEATE, id) == misfit
    assert world.told(OKSANA) == told
    world.parts.interpreters.assign(BEATE, id, "")
    assert world.parts.agenda.misfits(BEATE) == []


async def test_ones_own_appointments_say_what_cannot_be_and_with_what_is_kept_instead(world: World) -> None:
    id = await world.books(OKSANA, "uk")
    closes(world, id)
    (said,) = await world.presses(OKSANA, "nav:appointments")
    assert world.phrase("appointment_impossible", "uk") in said.text
    misfit = world.parts.agenda.propose(BEATE, id)
    assert misfit is not None
    assert misfit.proposal is not None
    (said,) = await world.presses(OKSANA, "nav:appointments")
    assert shown(misfit.proposal, "uk") in said.text
    await world.presses(OKSANA, button([said], f"book:take:{id}:"))
    assert appointment(world, id).slot == misfit.proposal
    (said,) = await world.presses(OKSANA, "nav:appointments")
    assert world.phrase("appointment_impossible", "uk") not in said.text


async def test_who_says_that_they_come_to_what_cannot_be_is_not_thanked_but_told(world: World) -> None:
    id = await world.books(OKSANA, "uk")
    closes(world, id)
    (said,) = await world.presses(OKSANA, f"book:come:{id}")
    assert world.phrase("appointment_impossible", "uk") in said.text
    assert not appointment(world, id).coming

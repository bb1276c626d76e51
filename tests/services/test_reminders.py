"""What the reminder says and asks, and what becomes of the answer."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.appointments import Appointment, move, shown
from bot.core.calendars import Seat
from bot.core.closings import Closing
from bot.core.hours import Closure
from bot.core.locales import local
from bot.core.messages import OutboundMessage
from bot.services.ports import Account
from tests.services.fakes import BEATE, BIRGIT, OKSANA, World, button


def appointment(world: World, id: str) -> Appointment:
    with world.parts.store.transaction() as tx:
        found = tx.appointment(id)
    assert found is not None
    return found


async def later(world: World, language: str = "uk") -> str:
    """Let Oksana book, say yes to reminders, and move it to the last time of the last day that is offered."""
    id = await world.books(OKSANA, language)
    said = await world.presses(OKSANA, "consent:yes:reminders", f"book:move:{id}")
    for prefix in ("book:day:", "book:time:"):
        ids = [choice.id for message in said for row in message.choices for choice in row if choice.id.startswith(prefix)]
        said = await world.presses(OKSANA, ids[-1])
    await world.presses(OKSANA, button(said, "book:yes:"))
    return id


async def passes(world: World, id: str, before: timedelta) -> list[OutboundMessage]:
    """Let time pass until so long before an appointment; return what the newcomer is told then."""
    seen = len(world.lines(OKSANA))
    world.clock.time = appointment(world, id).slot.start - before
    await world.parts.timers.fire_due()
    return [line.message for line in world.lines(OKSANA)[seen:] if line.message]


def buttons(message: OutboundMessage) -> list[str]:
    return [choice.id.split(":")[1] for row in message.choices for choice in row]


async def test_two_days_and_two_hours_before_the_newcomer_is_reminded(world: World) -> None:
    id = await later(world)
    assert len(await passes(world, id, timedelta(days=2))) == 1
    assert len(await passes(world, id, timedelta(hours=2))) == 1
    assert await passes(world, id, timedelta(minutes=5)) == []


@pytest.mark.parametrize("language", ["de", "ar", "uk"])
async def test_a_reminder_has_time_place_way_and_what_to_bring(language: str, world: World) -> None:
    id = await later(world, language)
    (message,) = await passes(world, id, timedelta(days=2))
    booked = appointment(world, id)
    site = world.parts.content.network.sites[booked.slot.site]
    for words in (shown(booked.slot, language), site.name, site.street, site.route, world.phrase("bring_everything", language)):
        assert words in message.text
    assert buttons(message) == ["come", "move", "off"]


async def test_who_comes_says_so_once_and_the_agency_sees_it(world: World) -> None:
    id = await later(world)
    (message,) = await passes(world, id, timedelta(days=2))
    for _ in range(2):
        said = await world.presses(OKSANA, button([message], "book:come:"))
        assert said[0].text.startswith(world.parts.content.phrases.find("reminder_thanks", "uk").text.split("{")[0])
        world.clock.advance(minutes=1)
    assert [each.coming for each in world.parts.agenda.coming(BEATE)] == [True]
    (second,) = await passes(world, id, timedelta(hours=2))
    assert buttons(second) == ["move", "off"]


async def test_who_moves_is_asked_again_for_the_new_time(world: World) -> None:
    id = await world.books()
    await world.presses(OKSANA, f"book:come:{id}")
    assert appointment(world, id).coming
    said = await world.presses(OKSANA, f"book:move:{id}")
    for prefix in ("book:day:", "book:time:", "book:yes:"):
        said = await world.presses(OKSANA, button(said, prefix))
    assert not appointment(world, id).coming


async def test_coming_to_what_is_cancelled_leads_to_ones_own_appointments(world: World) -> None:
    id = await world.books()
    world.parts.agenda.cancel(BEATE, id)
    said = await world.presses(OKSANA, f"book:come:{id}")
    assert said[0].text == world.parts.content.phrases.say("no_own_appointments", "uk")


async def test_a_bot_that_was_down_over_night_reminds_in_the_morning(world: World) -> None:
    id = await later(world)
    start = appointment(world, id).slot.start
    assert await passes(world, id, timedelta(hours=36)) == [], "at night"
    world.clock.time = start.replace(hour=7, minute=0) - timedelta(days=1)
    await world.parts.timers.fire_due()
    assert start.date() == world.clock.now().date() + timedelta(days=1)
    assert sum(text.startswith(world.phrase("appointment_reminder", "uk")) for text in world.told(OKSANA)) == 1


async def test_after_a_long_pause_only_one_reminder_comes(world: World) -> None:
    id = await later(world)
    assert len(await passes(world, id, timedelta(minutes=50))) == 1


async def test_a_site_that_is_gone_from_the_content_is_no_reason_for_silence(world: World) -> None:
    id = await later(world)
    booked = appointment(world, id)
    gone = move(booked, replace(booked.slot, site="gone"))
    with world.parts.store.transaction() as tx:
        tx.put_appointment(gone, world.clock.now())
        for timer in tx.due_timers(booked.slot.start):
            tx.add_timer(replace(timer, fence=str(gone.sequence)))
    (message,) = await passes(world, id, timedelta(days=2))
    assert shown(booked.slot, "uk") in message.text


# --- What cannot be as it was booked -------------------------------------------------------------


def close(world: World, id: str, name: str = "closed") -> Closing:
    """Let the coordination close the site on the day of an appointment."""
    slot = appointment(world, id).slot
    day = local(slot.start).date()
    closing = Closing(name, BIRGIT.agency, slot.site, "", Closure(day, day))
    world.parts.closings.keep(BIRGIT, closing)
    return closing


@pytest.mark.parametrize("answer", ["yes", "no"])
async def test_who_would_stand_before_a_closed_door_is_asked_about_another_time(answer: str, world: World) -> None:
    id = await later(world)
    await world.presses(OKSANA, f"consent:{answer}:reminders")
    close(world, id)
    (message,) = await passes(world, id, timedelta(days=2))
    assert message.text.startswith(world.phrase("appointment_proposal", "uk"))
    assert buttons(message) == ["take", "move", "off"]
    (misfit,) = world.parts.agenda.misfits(BEATE)
    assert misfit.asked_until is not None
    await world.presses(OKSANA, button([message], "book:take:"))
    assert world.parts.agenda.misfits(BEATE) == []


async def test_who_does_not_answer_is_asked_again_on_the_day_but_never_told_to_come(world: World) -> None:
    id = await later(world)
    close(world, id)
    said = [await passes(world, id, before) for before in (timedelta(days=2), timedelta(hours=2), timedelta(minutes=5))]
    assert [len(each) for each in said] == [1, 1, 0]
    assert not any(text.startswith(world.phrase("appointment_reminder", "uk")) for text in world.told(OKSANA))


async def test_whom_an_advisor_asked_already_is_not_asked_again_while_the_time_is_kept(world: World) -> None:
    id = await later(world)
    close(world, id)
    world.clock.time = appointment(world, id).slot.start - timedelta(days=2, hours=1)
    world.parts.agenda.propose(BEATE, id)
    assert await passes(world, id, timedelta(days=2)) == []


async def test_where_nothing_else_is_free_the_newcomer_is_told_that_it_cannot_be(world: World) -> None:
    id = await later(world)
    closing = close(world, id)
    days = Closure(closing.when.first - timedelta(days=40), closing.when.first + timedelta(days=40))
    world.parts.closings.keep(BIRGIT, replace(closing, when=days))
    (message,) = await passes(world, id, timedelta(days=2))
    assert message.text.startswith(world.phrase("appointment_impossible", "uk"))


async def test_what_opened_again_is_reminded_of_as_ever(world: World) -> None:
    id = await later(world)
    world.parts.closings.remove(BIRGIT, close(world, id).id)
    (message,) = await passes(world, id, timedelta(days=2))
    assert message.text.startswith(world.phrase("appointment_reminder", "uk"))


async def test_a_time_that_a_calendar_blocks_since_is_not_reminded_of(world: World) -> None:
    id = await later(world)
    slot = appointment(world, id).slot
    with world.parts.store.transaction() as tx:
        n = tx.add_calendar(Account("https://cloud.example/beate", "beate", "secret"), Seat(slot.resource, slot.seat))
        assert n is not None
        tx.keep_busy(n, [(slot.start, slot.end)], world.clock.now())
    (message,) = await passes(world, id, timedelta(hours=2))
    assert message.text.startswith(world.phrase("appointment_proposal_busy", "uk"))

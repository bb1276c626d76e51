"""What the reminder says and asks, and what becomes of the answer."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.appointments import Appointment, move, shown
from bot.core.messages import OutboundMessage
from tests.services.fakes import BEATE, OKSANA, World, button


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

"""An advisor offers somebody who waits one certain time, the desk's own included; they are asked as the waiting list asks."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.core.appointments import Appointment, Hold
from bot.core.hours import Hours
from bot.core.locales import local
from bot.core.messages import Address
from bot.core.network import AppointmentRule, Site
from bot.core.waiting import Waiting
from bot.services.desk import Forbidden
from bot.services.offering import NotOffered
from tests.core.examples import spans
from tests.services.fakes import AMINA, BEATE, BIRGIT, CARL, JENS, OKSANA, World, button

ELMSHORN = "example-elmshorn"
SAMIR = Address("telegram", "2718281828")
RULE = AppointmentRule(Hours({3: spans("14:00-15:00")}), 30, 1, lead_hours=1, horizon_days=14, online=0)
"""Thursdays at 14:00 and 14:30, for the desk alone."""


@pytest.fixture(autouse=True)
def desk_times_only(world: World) -> None:
    offers(world, RULE)


def site(world: World) -> Site:
    return world.parts.content.network.sites[ELMSHORN]


def offers(world: World, *rules: AppointmentRule) -> None:
    """Let Elmshorn offer these times from now on."""
    content = world.parts.content
    sites = {**content.network.sites, ELMSHORN: replace(site(world), appointments=rules)}
    world.parts.content = replace(content, network=replace(content.network, sites=sites))


def own(world: World, who: Address) -> Sequence[Appointment]:
    contact = world.conversation(who).contact_id
    with world.parts.store.transaction() as tx:
        return [each for each in tx.appointments(contact) if each.status == "booked"]


def place(world: World, who: Address) -> Waiting | None:
    contact = world.conversation(who).contact_id
    with world.parts.store.transaction() as tx:
        return tx.waiting_of(contact)


def held(world: World, who: Address) -> Hold | None:
    contact = world.conversation(who).contact_id
    with world.parts.store.transaction() as tx:
        return tx.hold_of(contact)


async def waits(world: World, who: Address, language: str) -> str:
    await world.arrives(who, language)
    await world.presses(who, "book:topic:papers", "place:skip", f"book:wait:{ELMSHORN}")
    await world.parts.timers.fire_due()
    found = place(world, who)
    assert found is not None
    return found.id


def times(world: World, waiting: str) -> list[datetime]:
    return [slot.start for slot in world.parts.offering.choice(BEATE, waiting).slots]


def questions(world: World, who: Address, language: str) -> int:
    """Return how often somebody was asked about a time."""
    return sum(text.startswith(world.phrase("waiting_offer", language)) for text in world.told(who))


def last(world: World, who: Address, prefix: str) -> str:
    return button([line.message for line in reversed(world.lines(who)) if line.message], prefix)


def refused(world: World, waiting: str, start: datetime) -> str:
    with pytest.raises(NotOffered) as error:
        world.parts.offering.offer(BEATE, waiting, start)
    return error.value.reason


async def test_the_desks_own_times_can_be_offered_and_a_yes_books_one_while_the_next_stays_on_the_list(world: World) -> None:
    amina, oksana = await waits(world, AMINA, "ar"), await waits(world, OKSANA, "uk")
    await world.presses(AMINA, f"book:site:{ELMSHORN}")
    start = times(world, amina)[1]
    assert (len(times(world, amina)), f"{local(start):%d.%m. %H:%M}") == (4, "26.11. 14:30")
    world.parts.offering.offer(BEATE, amina, start)
    assert questions(world, AMINA, "ar") == 1
    hold = held(world, AMINA)
    assert hold is not None
    assert (hold.slot.start, hold.expires_at) == (start, world.clock.now() + site(world).offer_for)
    assert start not in times(world, oksana)
    await world.presses(AMINA, last(world, AMINA, "book:accept:"))
    assert [each.slot.start for each in own(world, AMINA)] == [start]
    assert place(world, AMINA) is None
    await world.parts.timers.fire_due()
    waiting = place(world, OKSANA)
    assert waiting is not None
    assert (waiting.id, waiting.open, questions(world, OKSANA, "uk")) == (oksana, None, 0)


async def test_pressing_twice_asks_once_and_no_other_time_is_offered_meanwhile(world: World) -> None:
    amina = await waits(world, AMINA, "ar")
    first, second = times(world, amina)[:2]
    for _ in range(2):
        world.parts.offering.offer(BEATE, amina, first)
    assert questions(world, AMINA, "ar") == 1
    assert refused(world, amina, second) == "asked"
    choice = world.parts.offering.choice(BEATE, amina)
    assert (choice.slots, choice.obstacle, choice.question) == ([], "asked", held(world, AMINA))
    assert world.parts.offering.questions(BEATE) == {amina: held(world, AMINA)}


async def test_who_does_not_answer_can_be_offered_the_same_time_again(world: World) -> None:
    amina = await waits(world, AMINA, "ar")
    start = times(world, amina)[0]
    world.parts.offering.offer(BEATE, amina, start)
    world.clock.time += site(world).offer_for
    await world.parts.timers.fire_due()
    assert world.told(AMINA)[-1].startswith(world.phrase("waiting_went_on", "ar"))
    assert world.parts.offering.questions(BEATE) == {}
    world.parts.offering.offer(BEATE, amina, start)
    waiting = place(world, AMINA)
    assert waiting is not None
    assert (questions(world, AMINA, "ar"), waiting.asked) == (2, (start,))
    await world.presses(AMINA, last(world, AMINA, "book:accept:"))
    assert [each.slot.start for each in own(world, AMINA)] == [start]


async def test_after_a_no_another_time_can_be_offered(world: World) -> None:
    amina = await waits(world, AMINA, "ar")
    first, second = times(world, amina)[:2]
    world.parts.offering.offer(BEATE, amina, first)
    await world.presses(AMINA, last(world, AMINA, "book:refuse:"))
    assert held(world, AMINA) is None
    world.parts.offering.offer(BEATE, amina, second)
    assert questions(world, AMINA, "ar") == 2


async def test_a_time_taken_meanwhile_is_gone(world: World) -> None:
    amina, oksana = await waits(world, AMINA, "ar"), await waits(world, OKSANA, "uk")
    start = times(world, amina)[0]
    world.parts.offering.offer(BEATE, oksana, start)
    assert refused(world, amina, start) == "gone"
    assert questions(world, AMINA, "ar") == 0
    assert start not in times(world, amina)


async def test_who_has_a_time_is_offered_earlier_ones_and_moves_by_saying_yes(world: World) -> None:
    offers(world, replace(RULE, hours=Hours({4: spans("10:00-10:30")}), online=1), RULE)
    await world.arrives(AMINA, "ar")
    said = await world.presses(AMINA, "book:topic:papers", "place:skip", f"book:site:{ELMSHORN}")
    for prefix in ("book:day:", "book:time:", "book:yes:"):
        said = await world.presses(AMINA, button(said, prefix))
    (booked,) = own(world, AMINA)
    said = await world.presses(AMINA, f"book:move:{booked.id}")
    await world.presses(AMINA, button(said, "book:earlier:"))
    waiting = place(world, AMINA)
    assert waiting is not None
    starts = times(world, waiting.id)
    assert [f"{local(start):%d.%m. %H:%M}" for start in starts] == ["26.11. 14:00", "26.11. 14:30"]
    world.parts.offering.offer(BEATE, waiting.id, starts[0])
    await world.presses(AMINA, last(world, AMINA, "book:accept:"))
    (moved,) = own(world, AMINA)
    assert (moved.id, moved.slot.start) == (booked.id, starts[0])


async def test_without_a_time_of_ones_own_later_ones_than_wished_come_after_the_earlier_ones(world: World) -> None:
    offers(world, replace(RULE, hours=Hours({4: spans("10:00-10:30")}), online=1), RULE)
    await world.arrives(AMINA, "ar")
    said = await world.presses(AMINA, "book:topic:papers", "place:skip", f"book:site:{ELMSHORN}")
    await world.presses(AMINA, button(said, "book:earlier:"))
    waiting = place(world, AMINA)
    assert waiting is not None
    assert waiting.before is not None
    starts = times(world, waiting.id)
    assert starts == sorted(starts)
    assert [start < waiting.before for start in starts] == [True, True, False, False, False, False]


async def test_nobody_is_asked_at_night_and_in_the_evening_there_is_time_until_the_morning(world: World) -> None:
    amina = await waits(world, AMINA, "ar")
    start = times(world, amina)[0]
    world.clock.time = world.clock.time.replace(hour=20, minute=0)  # nine in the evening
    assert refused(world, amina, start) == "night"
    assert questions(world, AMINA, "ar") == 0
    world.clock.time = world.clock.time.replace(hour=19)
    world.parts.offering.offer(BEATE, amina, start)
    hold = held(world, AMINA)
    assert hold is not None
    assert f"{local(hold.expires_at):%d.%m. %H:%M}" == "25.11. 09:00"


async def test_a_time_too_near_to_answer_and_come_is_not_offered(world: World) -> None:
    offers(world, replace(RULE, hours=Hours({1: spans("09:00-17:00")})))
    amina = await waits(world, AMINA, "ar")
    to_answer, to_come = site(world).offer_for, timedelta(hours=1)
    earliest = times(world, amina)[0] - world.clock.now()
    assert to_answer + to_come <= earliest < to_answer + to_come + timedelta(minutes=30)


async def test_who_cannot_be_reached_or_is_choosing_or_has_enough_is_not_asked(world: World) -> None:
    online = replace(RULE, hours=Hours({4: spans("10:00-12:00")}), online=1)
    amina = await waits(world, AMINA, "ar")
    start = times(world, amina)[0]
    offers(world, RULE, online)
    said = await world.presses(AMINA, f"book:site:{ELMSHORN}")
    for prefix in ("book:day:", "book:time:"):
        said = await world.presses(AMINA, button(said, prefix))
    assert refused(world, amina, start) == "choosing"
    await world.presses(AMINA, "nav:menu")
    await world.writes(AMINA, kind="blocked")
    assert refused(world, amina, start) == "away"
    assert questions(world, AMINA, "ar") == 0
    await world.writes(AMINA, "hi")
    for _ in range(3):
        said = await world.presses(AMINA, "book:topic:work", f"book:site:{ELMSHORN}")
        for prefix in ("book:day:", "book:time:", "book:yes:"):
            said = await world.presses(AMINA, button(said, prefix))
    assert refused(world, amina, start) == "full"


async def test_who_waits_for_their_language_is_offered_times_of_advisors_who_speak_it(world: World) -> None:
    spoken = replace(RULE, hours=Hours({4: spans("10:00-10:30")}), advisor="beate", languages=("ar",))
    offers(world, replace(RULE, languages=("de",)), spoken)
    amina = await waits(world, AMINA, "ar")
    assert len(times(world, amina)) == 6
    await world.presses(AMINA, f"book:speak:{amina}")
    slots = world.parts.offering.choice(BEATE, amina).slots
    assert [slot.advisor for slot in slots] == ["beate", "beate"]


async def test_only_the_agencys_own_advisors_offer_and_only_to_who_waits(world: World) -> None:
    amina = await waits(world, AMINA, "ar")
    start = times(world, amina)[0]
    for stranger in (JENS, CARL, replace(BEATE, role="editor")):
        with pytest.raises(Forbidden):
            world.parts.offering.offer(stranger, amina, start)
        with pytest.raises(Forbidden):
            world.parts.offering.choice(stranger, amina)
    with pytest.raises(Forbidden):
        world.parts.offering.questions(CARL)
    assert world.parts.offering.questions(JENS) == {}
    assert questions(world, AMINA, "ar") == 0
    world.parts.offering.offer(BIRGIT, amina, start)
    await world.presses(AMINA, f"book:leave:{amina}")
    assert held(world, AMINA) is None
    with pytest.raises(Forbidden):
        world.parts.offering.offer(BEATE, amina, start + timedelta(days=7))

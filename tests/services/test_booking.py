"""Choosing a time in the chat follows the site's rules: who, how, how long it is held, when it is free again."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.appointments import Appointment, Hold
from bot.core.diary import read_start
from bot.core.hours import Hours
from bot.core.locales import local
from bot.core.messages import Address, OutboundMessage
from bot.core.network import AppointmentRule, Site, WalkIn
from tests.core.examples import spans
from tests.services.fakes import AMINA, OKSANA, World, button

WEDEL = "example-wedel"


def site(world: World, id: str = WEDEL) -> Site:
    return world.parts.content.network.sites[id]


def change(world: World, changed: Site) -> None:
    content = world.parts.content
    network = replace(content.network, sites={**content.network.sites, changed.id: changed})
    world.parts.content = replace(content, network=network)


def rules(world: World, *offered: AppointmentRule) -> None:
    change(world, replace(site(world), appointments=offered))


def own(world: World, who: Address = OKSANA) -> Sequence[Appointment]:
    contact = world.conversation(who).contact_id
    with world.parts.store.transaction() as tx:
        return tx.appointments(contact)


def held(world: World) -> Hold | None:
    contact = world.conversation(OKSANA).contact_id
    with world.parts.store.transaction() as tx:
        return tx.hold_of(contact)


def ids(said: list[OutboundMessage], prefix: str) -> list[str]:
    return [choice.id for message in said for row in message.choices for choice in row if choice.id.startswith(prefix)]


def locally(id: str) -> datetime:
    """Return the local moment that a button leads to."""
    start = read_start(id.rsplit(":", 1)[1])
    assert start is not None
    return local(start)


async def chooses(world: World, who: Address = OKSANA, language: str = "uk", topic: str = "papers") -> list[OutboundMessage]:
    """Let somebody go as far as the question whether the first time in Wedel is right."""
    await world.arrives(who, language)
    said = await world.presses(who, f"book:topic:{topic}", "place:skip", f"book:site:{WEDEL}")
    for prefix in ("book:day:", "book:time:"):
        said = await world.presses(who, button(said, prefix))
    return said


async def test_from_topic_to_confirmed_it_takes_four_taps_beside_the_place(world: World) -> None:
    said = await chooses(world)
    await world.presses(OKSANA, button(said, "book:yes:"))
    assert [each.status for each in own(world)] == ["booked"]


async def test_the_earliest_time_anywhere_is_two_taps_from_booked(world: World) -> None:
    await world.arrives(OKSANA, "uk")
    said = await world.presses(OKSANA, "book:topic:papers", "place:skip")
    earliest = button(said, "book:time:")
    others = [await world.presses(OKSANA, each) for each in ids(said, "book:site:")]
    assert len(others) > 1
    moment = earliest.rsplit(":", 1)[1]
    assert all(moment[:8] <= button(days, "book:day:").rsplit(":", 1)[1] for days in others)
    await world.presses(OKSANA, button(await world.presses(OKSANA, earliest), "book:yes:"))
    assert [f"{each.slot.start:%Y%m%d%H%M}" for each in own(world)] == [moment]


async def test_the_earliest_time_is_at_a_site_for_everybody(world: World) -> None:
    sites = world.parts.content.network.sites
    youth = {id: replace(each, target_groups=("under 27",)) for id, each in sites.items() if id != WEDEL}
    world.parts.content = replace(world.parts.content, network=world.parts.content.network.only({**sites, **youth}))
    await world.arrives(OKSANA, "uk")
    said = await world.presses(OKSANA, "book:topic:papers", "place:skip")
    assert button(said, "book:time:").startswith(f"book:time:{WEDEL}:")


async def test_who_has_time_in_the_afternoon_sees_no_other_times_until_they_say_so(world: World) -> None:
    rules(world, replace(site(world).appointments[0], hours=Hours(dict.fromkeys(range(5), spans("09:00-17:00")))))
    await world.arrives(OKSANA, "uk")
    days = await world.presses(OKSANA, "book:topic:papers", "place:skip", f"book:site:{WEDEL}", "book:only:afternoon")
    times = ids(await world.presses(OKSANA, button(days, "book:day:")), "book:time:")
    assert {locally(each).hour >= 12 for each in times} == {True}
    days = await world.presses(OKSANA, button(days, "book:all:afternoon"))
    times = ids(await world.presses(OKSANA, button(days, "book:day:")), "book:time:")
    assert {locally(each).hour >= 12 for each in times} == {True, False}


async def test_who_wants_their_own_language_is_shown_no_times_with_others(world: World) -> None:
    rule = site(world).appointments[0]
    mondays, other = Hours({0: spans("09:00-12:00")}), Hours(dict.fromkeys((1, 2, 3), spans("09:00-12:00")))
    beate = replace(rule, hours=mondays, advisor="beate", languages=("uk",))
    rules(world, beate, replace(rule, hours=other, advisor="jens", languages=("ar",)))
    await world.arrives(OKSANA, "uk")
    days = await world.presses(OKSANA, "book:topic:papers", "place:skip", f"book:site:{WEDEL}")
    only = await world.presses(OKSANA, button(days, "book:only:language"))
    assert {locally(f"{each}0000").weekday() for each in ids(only, "book:day:")} == {0}
    assert world.lines(OKSANA)[-2].text == world.phrase("appointment_only_language", "uk")


async def test_a_wish_there_is_not_changes_nothing(world: World) -> None:
    await world.arrives(OKSANA, "uk")
    said = await world.presses(OKSANA, "book:topic:papers", "place:skip", "book:only:sundays")
    assert said[0].text == world.phrase("button_unknown", "uk")


async def test_who_would_rather_phone_takes_another_yes(world: World) -> None:
    said = await chooses(world)
    assert [id.rsplit(":", 1)[1] for id in ids(said, "book:yes:")] == ["visit", "phone"]
    said = await world.presses(OKSANA, ids(said, "book:yes:")[1])
    assert own(world)[0].slot.kind == "phone"
    assert world.parts.content.phrases.say("appointment_remote", "uk") in said[0].text
    assert site(world).street not in said[0].text
    pressed = [line.text for line in world.lines(OKSANA) if line.author == "newcomer"]
    assert pressed[-1] == world.parts.content.phrases.say("appointment_by_phone", "uk")


async def test_a_kind_nobody_offers_is_not_booked(world: World) -> None:
    yes = button(await chooses(world), "book:yes:")
    said = await world.presses(OKSANA, yes.replace("visit", "home"))
    assert said[0].text == world.parts.content.phrases.say("slot_gone", "uk")
    assert own(world) == ()


async def test_on_the_island_the_phone_comes_first(world: World) -> None:
    await world.arrives(OKSANA, "uk")
    await world.presses(OKSANA, "book:topic:papers")
    said = await world.writes(OKSANA, "Helgoland")
    for prefix in ("book:site:", "book:day:", "book:time:"):
        said = await world.presses(OKSANA, button(said, prefix))
    assert ids(said, "book:yes:")[0].endswith(":phone")


async def test_nobody_can_be_at_two_places_at_the_same_time(world: World) -> None:
    said = await chooses(world)
    await world.presses(OKSANA, button(said, "book:yes:"))
    (booked,) = own(world)
    other = replace(site(world), id="other", name="Andere Stelle")
    change(world, other)
    said = await world.presses(OKSANA, "book:site:other")
    said = await world.presses(OKSANA, button(said, "book:day:"))
    times = {id.rsplit(":", 1)[1] for id in ids(said, "book:time:")}
    assert times
    assert f"{booked.slot.start:%Y%m%d%H%M}" not in times


async def test_a_time_is_held_as_long_as_the_site_says_and_others_see_that(world: World) -> None:
    change(world, replace(site(world), hold_for=timedelta(minutes=25)))
    said = await chooses(world)
    assert "25" in said[0].text
    hold = held(world)
    assert hold is not None
    assert hold.expires_at == world.clock.now() + timedelta(minutes=25)


async def test_going_back_frees_what_was_held(world: World) -> None:
    said = await chooses(world)
    assert held(world)
    await world.presses(OKSANA, ids(said, "book:day:")[0])
    assert held(world) is None
    await world.presses(AMINA, button(await chooses(world, AMINA, "ar"), "book:yes:"))
    assert [each.slot.start for each in own(world, AMINA)] == [first_start(said)]


def first_start(said: list[OutboundMessage]) -> object:
    return read_start(ids(said, "book:yes:")[0].split(":")[3])


async def test_a_time_that_a_newcomer_gave_up_cools_down(world: World) -> None:
    change(world, replace(site(world), cool_down=timedelta(minutes=30)))
    said = await chooses(world)
    await world.presses(OKSANA, button(said, "book:yes:"))
    (booked,) = own(world)
    await world.presses(OKSANA, f"book:off:{booked.id}", f"book:drop:{booked.id}")
    for minutes, free in ((1, False), (30, True)):
        world.clock.advance(minutes=minutes)
        assert (first_start(await chooses(world, AMINA, "ar")) == booked.slot.start) is free


async def test_only_rules_for_the_topic_are_offered_and_their_length_counts(world: World) -> None:
    (rule,) = site(world).appointments
    rules(world, replace(rule, topics=("papers",), lengths={"papers": 60}))
    said = await chooses(world)
    await world.presses(OKSANA, button(said, "book:yes:"))
    (booked,) = own(world)
    assert booked.slot.end - booked.slot.start == timedelta(minutes=60)
    await world.arrives(AMINA, "ar")
    said = await world.presses(AMINA, "book:topic:kita", "place:skip")
    assert f"book:site:{WEDEL}" not in ids(said, "book:site:")


async def test_a_reader_of_arabic_meets_who_speaks_it(world: World) -> None:
    (rule,) = site(world).appointments
    rules(world, replace(rule, advisor="jens"), replace(rule, advisor="beate", languages=("ar",)))
    for who, language, advisor in ((AMINA, "ar", "beate"), (OKSANA, "uk", "jens")):
        said = await chooses(world, who, language)
        await world.presses(who, button(said, "book:yes:"))
        assert own(world, who)[0].slot.advisor == advisor


async def test_at_home_the_address_is_asked_for_by_the_site(world: World) -> None:
    (rule,) = site(world).appointments
    rules(world, replace(rule, kinds=("home",)))
    said = await chooses(world)
    said = await world.presses(OKSANA, button(said, "book:yes:"))
    assert own(world)[0].slot.kind == "home"
    assert world.parts.content.phrases.say("appointment_home", "uk") in said[0].text


async def test_the_sites_card_says_when_to_come_without_an_appointment(world: World) -> None:
    # It is Tuesday, ten o'clock in Germany.
    open_hours = WalkIn(Hours({1: spans("09:00-11:00", "14:00-16:00")}), waiting=40)
    change(world, replace(site(world), walk_in=(open_hours,)))
    await world.arrives(OKSANA, "uk")
    times = ((10, "10:00", "11:00", "10:40"), (10.5, "14:00", "16:00", "14:40"), (15, "15:00", "16:00", "15:40"))
    for hour, start, end, turn in times:
        world.clock.time = world.clock.time.replace(hour=0, minute=0, second=0) + timedelta(hours=hour - 1)
        card = (await world.presses(OKSANA, f"at:{WEDEL}"))[0].text
        line = next(line for line in card.splitlines() if line.startswith("🚪"))
        assert all(text in line for text in (start, end, turn)), line
    assert "🚪" not in (await world.presses(OKSANA, "at:example-tornesch"))[0].text

"""Who waits for an earlier time is asked when one gets free: the first to come first, with time to answer, nobody at night."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.appointments import Appointment, Hold, Slot
from bot.core.hours import Closure, Hours
from bot.core.locales import local
from bot.core.messages import Address, OutboundMessage
from bot.core.network import AppointmentRule, Site
from bot.core.waiting import LASTS, Waiting
from bot.services.desk import Forbidden
from bot.services.waitlist import LOOK_EVERY
from tests.core.examples import spans
from tests.services.fakes import AMINA, BEATE, BLOCKED, CARL, OKSANA, World, button

WEDEL = "example-wedel"
SAMIR = Address("telegram", "2718281828")
FATMA = Address("telegram", "3141592653")
TWO_HOURS = timedelta(hours=2)
IDA = replace(BEATE, id="ida", login="ida", name="Ida Matthiesen", agency="example-c")
"""She advises in Wedel."""


@pytest.fixture(autouse=True)
def one_time_a_week(world: World) -> None:
    """Thursday, 26 November, 14:00, and the same a week later: that is all Wedel offers."""
    hours = Hours({3: spans("14:00-14:30")})
    change(world, replace(site(world), appointments=(AppointmentRule(hours, 30, 1, lead_hours=1, horizon_days=14),)))


def site(world: World) -> Site:
    return world.parts.content.network.sites[WEDEL]


def change(world: World, changed: Site) -> None:
    """Let the content be read again with a site as it is now."""
    content = world.parts.content
    network = replace(content.network, sites={**content.network.sites, changed.id: changed})
    world.parts.content = replace(content, network=network)


def own(world: World, who: Address) -> Sequence[Appointment]:
    contact = world.conversation(who).contact_id
    with world.parts.store.transaction() as tx:
        return [each for each in tx.appointments(contact) if each.status == "booked"]


def waiting(world: World, who: Address) -> Waiting | None:
    contact = world.conversation(who).contact_id
    with world.parts.store.transaction() as tx:
        return tx.waiting_of(contact)


def held(world: World, who: Address) -> Hold | None:
    contact = world.conversation(who).contact_id
    with world.parts.store.transaction() as tx:
        hold = tx.hold_of(contact)
    return hold if hold and hold.expires_at > world.clock.now() else None


def occupied(world: World, slot: Slot) -> bool:
    with world.parts.store.transaction() as tx:
        return bool(tx.taken(slot.resource, slot.start, slot.end, world.clock.now(), "somebody"))


def last(world: World, who: Address) -> OutboundMessage:
    message = world.lines(who)[-1].message
    assert message is not None
    return message


def said(world: World, who: Address, key: str) -> bool:
    """Tell whether the last message to somebody begins with a phrase."""
    language = world.conversation(who).language or "de"
    return last(world, who).text.startswith(world.parts.content.phrases.find(key, language).text.split("{")[0])


def ids(message: OutboundMessage) -> list[str]:
    return [choice.id.split(":")[1] for row in message.choices for choice in row]


async def fire(world: World) -> None:
    """Do all that is due, and what that makes due."""
    for _ in range(3):
        await world.parts.timers.fire_due()


async def books(world: World, who: Address, day: int = 0) -> Appointment:
    """Let somebody book the first, or a later, day in Wedel."""
    await world.arrives(who, "uk")
    said = await world.presses(who, "book:topic:papers", "place:skip", f"book:site:{WEDEL}")
    days = [choice.id for message in said for row in message.choices for choice in row if choice.id.startswith("book:day:")]
    said = await world.presses(who, days[day])
    for prefix in ("book:time:", "book:yes:"):
        said = await world.presses(who, button(said, prefix))
    return own(world, who)[0]


async def waits(world: World, who: Address, language: str = "uk") -> Waiting:
    """Let somebody without an appointment wait for any time in Wedel."""
    await world.arrives(who, language)
    await world.presses(who, "book:topic:papers", "place:skip", f"book:wait:{WEDEL}")
    found = waiting(world, who)
    assert found is not None
    return found


async def waits_for_earlier(world: World, who: Address) -> Waiting:
    """Let somebody with an appointment wait for an earlier one."""
    said = await world.presses(who, f"book:move:{own(world, who)[0].id}")
    await world.presses(who, button(said, "book:earlier:"))
    found = waiting(world, who)
    assert found is not None
    return found


async def cancels(world: World, who: Address) -> None:
    await world.presses(who, f"book:drop:{own(world, who)[0].id}")


async def full(world: World) -> None:
    """Let Oksana and Samir have the two times there are."""
    await books(world, OKSANA)
    await books(world, SAMIR)


# --- Joining and leaving


async def test_where_nothing_is_free_one_can_wait_and_is_told_for_what_and_how_long(world: World) -> None:
    await full(world)
    await world.arrives(AMINA, "ar")
    said = await world.presses(AMINA, "book:topic:papers", "place:skip", f"book:site:{WEDEL}")
    said = await world.presses(AMINA, button(said, "book:wait:"))
    entry = waiting(world, AMINA)
    assert entry is not None
    assert (entry.site, entry.topic, entry.language, entry.before) == (WEDEL, "papers", "ar", None)
    assert entry.until == entry.since + LASTS
    assert site(world).name in said[0].text
    assert button(said, "book:leave:")
    assert all(len(choice.id) <= 64 for row in said[0].choices for choice in row)


async def test_at_no_site_free_every_site_has_its_own_list(world: World) -> None:
    await full(world)
    network = world.parts.content.network
    world.parts.content = replace(world.parts.content, network=network.only({WEDEL: site(world)}))
    await world.arrives(AMINA, "ar")
    said = await world.presses(AMINA, "book:topic:papers", "place:skip")
    assert button(said, "book:wait:") == f"book:wait:{WEDEL}"


async def test_pressing_twice_keeps_the_place_and_another_list_takes_it(world: World) -> None:
    first = await waits(world, AMINA)
    assert await waits(world, AMINA) == first
    await world.presses(AMINA, "book:wait:example-quickborn")
    entry = waiting(world, AMINA)
    assert entry is not None
    assert (entry.site, entry.id != first.id) == ("example-quickborn", True)


async def test_own_appointments_show_the_place_and_the_way_off_the_list(world: World) -> None:
    entry = await waits(world, AMINA)
    said = await world.presses(AMINA, "nav:appointments")
    assert site(world).name in said[0].text
    await world.presses(AMINA, button(said, "book:leave:"))
    assert waiting(world, AMINA) is None
    assert said_left(world)
    await world.presses(AMINA, f"book:leave:{entry.id}")
    assert not said_left(world), "there is nothing to leave any more"


def said_left(world: World) -> bool:
    return said(world, AMINA, "waiting_left")


async def test_who_has_a_time_waits_for_one_before_it(world: World) -> None:
    await books(world, SAMIR)
    late = await books(world, OKSANA)
    entry = await waits_for_earlier(world, OKSANA)
    assert (entry.before, entry.appointment, entry.kind) == (late.slot.start, late.id, late.slot.kind)
    assert entry.until < late.slot.start
    assert local(entry.until).date() == local(late.slot.start).date()


async def test_without_a_time_of_their_own_somebody_waits_for_one_before_the_first_free(world: World) -> None:
    await books(world, SAMIR)
    await world.arrives(AMINA, "ar")
    said = await world.presses(AMINA, "book:topic:papers", "place:skip", f"book:site:{WEDEL}")
    await world.presses(AMINA, button(said, "book:earlier:"))
    entry = waiting(world, AMINA)
    assert entry is not None
    assert entry.before == own(world, SAMIR)[0].slot.start + timedelta(days=7)


async def test_booking_something_on_the_topic_ends_waiting(world: World) -> None:
    await waits(world, AMINA)
    await books(world, AMINA)
    assert waiting(world, AMINA) is None


async def test_taking_back_the_consent_ends_waiting(world: World) -> None:
    await waits(world, AMINA)
    await world.presses(AMINA, "nav:privacy", "consent:no")
    assert waiting(world, AMINA) is None


# --- Being asked


async def test_the_first_to_come_is_asked_and_nobody_else_gets_the_time_meanwhile(world: World) -> None:
    await full(world)
    await waits(world, AMINA, "ar")
    await waits(world, FATMA)
    told, slot = world.told(FATMA), own(world, OKSANA)[0].slot
    await cancels(world, OKSANA)
    await fire(world)
    assert said(world, AMINA, "waiting_offer")
    assert ids(last(world, AMINA))[:3] == ["accept", "refuse", "leave"]
    assert world.told(FATMA) == told
    hold = held(world, AMINA)
    assert hold is not None
    assert (hold.slot.start, hold.expires_at) == (slot.start, world.clock.now() + TWO_HOURS)
    assert occupied(world, slot)
    free = await world.presses(FATMA, "book:topic:papers", f"book:site:{WEDEL}")
    assert "day" not in ids(free[0])


async def test_taking_it_books_it_once_and_ends_waiting(world: World) -> None:
    await full(world)
    await waits(world, AMINA, "ar")
    await cancels(world, OKSANA)
    await fire(world)
    accept = button([last(world, AMINA)], "book:accept:")
    await world.presses(AMINA, accept)
    assert any(text.startswith(world.phrase("appointment_booked", "ar")) for text in world.told(AMINA))
    world.clock.advance(minutes=1)
    await world.presses(AMINA, accept)
    assert len(own(world, AMINA)) == 1
    assert (waiting(world, AMINA), held(world, AMINA)) == (None, None)
    told = world.told(AMINA)
    world.clock.time += TWO_HOURS
    await fire(world)
    assert world.told(AMINA) == told


async def test_who_has_a_time_moves_and_leaves_theirs_to_the_next(world: World) -> None:
    early, late = await books(world, SAMIR), await books(world, OKSANA)
    await waits_for_earlier(world, OKSANA)
    await waits(world, AMINA, "ar")
    await cancels(world, SAMIR)
    await fire(world)
    assert said(world, OKSANA, "waiting_offer")
    assert world.phrase("appointment_booked", "uk") not in last(world, OKSANA).text
    await world.presses(OKSANA, button([last(world, OKSANA)], "book:accept:"))
    (moved,) = own(world, OKSANA)
    assert (moved.id, moved.sequence, moved.slot.start) == (late.id, late.sequence + 1, early.slot.start)
    await fire(world)
    hold = held(world, AMINA)
    assert hold is not None
    assert hold.slot.start == late.slot.start


async def test_only_an_earlier_time_is_of_use_to_who_has_one(world: World) -> None:
    await books(world, OKSANA)
    late = await books(world, SAMIR)
    change(
        world, replace(site(world), appointments=(replace(site(world).appointments[0], hours=Hours({3: spans("14:00-15:00")})),))
    )
    await books(world, FATMA)
    assert own(world, FATMA)[0].slot.start < late.slot.start
    await waits_for_earlier(world, FATMA)
    told = world.told(FATMA)
    await cancels(world, SAMIR)
    await fire(world)
    assert world.told(FATMA) == told


async def test_the_counselling_centre_cancelling_asks_the_next_and_lets_its_own_guest_wait_on(world: World) -> None:
    early, late = await books(world, SAMIR), await books(world, OKSANA)
    await waits_for_earlier(world, OKSANA)
    await waits(world, AMINA, "ar")
    world.parts.agenda.cancel(IDA, late.id)
    assert said(world, OKSANA, "waiting_goes_on")
    entry = waiting(world, OKSANA)
    assert entry is not None
    assert (entry.before, entry.appointment) == (None, None)
    await fire(world)
    assert said(world, AMINA, "waiting_offer"), "Oksana is not asked about what was cancelled"
    await cancels(world, SAMIR)
    await fire(world)
    hold = held(world, OKSANA)
    assert hold is not None
    assert hold.slot.start == early.slot.start


async def test_cancelling_the_own_time_ends_waiting_for_an_earlier_one(world: World) -> None:
    await books(world, SAMIR)
    await books(world, OKSANA)
    await waits_for_earlier(world, OKSANA)
    await cancels(world, OKSANA)
    assert waiting(world, OKSANA) is None
    assert said(world, OKSANA, "waiting_left")


async def test_a_time_cools_down_before_anybody_is_asked(world: World) -> None:
    change(world, replace(site(world), cool_down=timedelta(minutes=30)))
    await full(world)
    await waits(world, AMINA, "ar")
    await cancels(world, OKSANA)
    await fire(world)
    assert held(world, AMINA) is None
    world.clock.advance(minutes=30)
    await fire(world)
    assert held(world, AMINA) is not None


async def test_times_that_open_by_themselves_are_found_within_a_quarter_of_an_hour(world: World) -> None:
    await full(world)
    await waits(world, AMINA, "ar")
    await fire(world)
    change(world, replace(site(world), appointments=(replace(site(world).appointments[0], seats=2),)))
    world.clock.time += LOOK_EVERY
    await fire(world)
    assert held(world, AMINA) is not None


async def test_two_free_times_go_to_two_people(world: World) -> None:
    await full(world)
    for who in (AMINA, FATMA):
        await waits(world, who)
    for who in (OKSANA, SAMIR):
        await cancels(world, who)
    await fire(world)
    holds = [hold for who in (AMINA, FATMA) if (hold := held(world, who))]
    assert len({hold.slot.start for hold in holds}) == 2


async def test_a_proposal_that_nobody_takes_goes_to_who_waits(world: World) -> None:
    booked = await books(world, OKSANA)
    day = local(booked.slot.start).date()
    rule = site(world).appointments[0]
    change(world, replace(site(world), appointments=(replace(rule, hours=replace(rule.hours, closures=(Closure(day, day),))),)))
    world.parts.agenda.propose(IDA, booked.id)
    await waits(world, AMINA, "ar")
    await fire(world)
    assert held(world, AMINA) is None
    await cancels(world, OKSANA)
    await fire(world)
    hold = held(world, AMINA)
    assert hold is not None
    assert local(hold.slot.start).date() == day + timedelta(days=7)


async def test_who_is_erased_leaves_their_times_to_the_next(world: World) -> None:
    await full(world)
    await waits(world, AMINA, "ar")
    await waits(world, FATMA)
    await world.presses(OKSANA, "nav:erase", "erase:yes")
    world.clock.advance(minutes=2)
    await fire(world)
    assert held(world, AMINA) is not None
    await world.presses(AMINA, "nav:erase", "erase:yes")
    world.clock.advance(minutes=2)
    await fire(world)
    assert held(world, FATMA) is not None


async def test_who_blocked_the_bot_is_passed_over_at_once(world: World) -> None:
    await full(world)
    await waits(world, AMINA, "ar")
    await waits(world, FATMA)
    await cancels(world, OKSANA)
    await world.deliver()
    await fire(world)
    world.channel.troubles[AMINA] = [BLOCKED]
    await world.outbox().deliver_due("telegram")
    told = world.told(AMINA)
    await fire(world)
    assert (held(world, AMINA), world.told(AMINA)) == (None, told)
    assert held(world, FATMA) is not None
    entry = waiting(world, AMINA)
    assert entry is not None
    assert entry.open is None


async def test_blocking_the_bot_passes_the_question_on_too(world: World) -> None:
    await full(world)
    await waits(world, AMINA, "ar")
    await waits(world, FATMA)
    await cancels(world, OKSANA)
    await fire(world)
    await world.writes(AMINA, kind="blocked")
    await fire(world)
    assert (held(world, AMINA) is None, held(world, FATMA) is None) == (True, False)


async def test_who_is_choosing_a_time_is_not_disturbed(world: World) -> None:
    await books(world, OKSANA)
    await waits(world, AMINA, "ar")
    choosing = await world.presses(AMINA, f"book:site:{WEDEL}")
    for prefix in ("book:day:", "book:time:"):
        choosing = await world.presses(AMINA, button(choosing, prefix))
    mine = held(world, AMINA)
    await cancels(world, OKSANA)
    await fire(world)
    assert held(world, AMINA) == mine
    assert not said(world, AMINA, "waiting_offer")


async def test_nobody_is_asked_at_night(world: World) -> None:
    await full(world)
    await waits(world, AMINA, "ar")
    world.clock.advance(hours=11)  # nine in the evening
    await cancels(world, OKSANA)
    await fire(world)
    assert held(world, AMINA) is None
    world.clock.advance(hours=10, minutes=50)
    await fire(world)
    assert held(world, AMINA) is None
    world.clock.advance(minutes=15)
    await fire(world)
    assert held(world, AMINA) is not None


async def test_what_is_asked_in_the_evening_may_be_answered_in_the_morning(world: World) -> None:
    await full(world)
    await waits(world, AMINA, "ar")
    await cancels(world, OKSANA)
    world.clock.time = world.clock.time.replace(hour=19, minute=0, second=0)  # eight in the evening
    await fire(world)
    hold = held(world, AMINA)
    assert hold is not None
    assert f"{local(hold.expires_at):%d.%m. %H:%M}" == "25.11. 09:00"


async def test_when_the_site_closed_meanwhile_the_time_is_not_given_away(world: World) -> None:
    await full(world)
    await waits(world, AMINA, "ar")
    await cancels(world, OKSANA)
    await fire(world)
    accept = button([last(world, AMINA)], "book:accept:")
    rule = site(world).appointments[0]
    change(world, replace(site(world), appointments=(replace(rule, hours=Hours({4: spans("14:00-14:30")})),)))
    said = await world.presses(AMINA, accept)
    assert said[0].text == world.parts.content.phrases.say("slot_gone", "ar")
    assert own(world, AMINA) == []
    assert waiting(world, AMINA) is not None


# --- Saying no, or nothing


async def test_who_says_no_keeps_their_place_and_the_next_is_asked(world: World) -> None:
    await full(world)
    first = await waits(world, AMINA, "ar")
    await waits(world, FATMA)
    await cancels(world, OKSANA)
    await fire(world)
    refuse = button([last(world, AMINA)], "book:refuse:")
    for _ in range(2):
        await world.presses(AMINA, refuse)
    entry = waiting(world, AMINA)
    assert entry is not None
    assert (entry.id, entry.since, entry.refused) == (first.id, first.since, 1)
    await fire(world)
    assert (held(world, AMINA) is None, held(world, FATMA) is None) == (True, False)


async def test_a_second_no_ends_waiting(world: World) -> None:
    await full(world)
    await waits(world, AMINA, "ar")
    for who in (OKSANA, SAMIR):
        await cancels(world, who)
        await fire(world)
        await world.presses(AMINA, button([last(world, AMINA)], "book:refuse:"))
    assert waiting(world, AMINA) is None
    assert said(world, AMINA, "waiting_refused")
    await fire(world)
    assert held(world, AMINA) is None


async def test_who_does_not_answer_is_told_keeps_their_place_and_is_not_asked_the_same_again(world: World) -> None:
    await full(world)
    first = await waits(world, AMINA, "ar")
    await waits(world, FATMA)
    await cancels(world, OKSANA)
    await fire(world)
    accept = button([last(world, AMINA)], "book:accept:")
    world.clock.time += TWO_HOURS
    await fire(world)
    assert said(world, AMINA, "waiting_went_on")
    entry = waiting(world, AMINA)
    assert entry is not None
    assert (entry.id, entry.since, entry.refused, entry.open) == (first.id, first.since, 0, None)
    assert held(world, FATMA) is not None
    late = await world.presses(AMINA, accept)
    assert late[0].text == world.parts.content.phrases.say("slot_gone", "ar")
    world.clock.time += TWO_HOURS
    told = world.told(AMINA)
    await fire(world)
    assert world.told(AMINA) == told
    late = await world.presses(AMINA, accept)
    assert late[0].text.startswith(world.phrase("appointment_booked", "ar")), "nobody wanted it, so it still may be taken"


async def test_after_one_unanswered_question_comes_the_next_and_that_ends_as_well(world: World) -> None:
    await full(world)
    await waits(world, AMINA, "ar")
    for who in (OKSANA, SAMIR):
        await cancels(world, who)
    await fire(world)
    starts = []
    while hold := held(world, AMINA):
        starts.append(hold.slot.start)
        world.clock.advance(hours=2, minutes=5)
        await fire(world)
    assert len(starts) == len(set(starts)) == 2
    assert said(world, AMINA, "waiting_went_on")


async def test_a_no_that_comes_too_late_does_not_count(world: World) -> None:
    await full(world)
    await waits(world, AMINA, "ar")
    await cancels(world, OKSANA)
    await fire(world)
    refuse = button([last(world, AMINA)], "book:refuse:")
    world.clock.time += TWO_HOURS
    await world.presses(AMINA, refuse)
    entry = waiting(world, AMINA)
    assert entry is not None
    assert entry.refused == 0


async def test_after_a_standstill_the_question_goes_on_in_the_morning(world: World) -> None:
    await full(world)
    await waits(world, AMINA, "ar")
    await cancels(world, OKSANA)
    await fire(world)
    world.clock.advance(hours=13)  # the machine was off until eleven in the evening
    told = world.told(AMINA)
    await fire(world)
    assert world.told(AMINA) == told
    world.clock.advance(hours=9)
    await fire(world)
    assert said(world, AMINA, "waiting_went_on")


# --- The end


async def test_who_waited_in_vain_is_told_on_the_day_of_their_own_time(world: World) -> None:
    await books(world, SAMIR)
    late = await books(world, OKSANA)
    entry = await waits_for_earlier(world, OKSANA)
    world.clock.time = entry.until
    await fire(world)
    assert waiting(world, OKSANA) is None
    ending = next(text for text in reversed(world.told(OKSANA)) if text.startswith(start(world, "waiting_ended")))
    assert start(world, "waiting_keeps") in ending
    assert [each.id for each in own(world, OKSANA)] == [late.id]


def start(world: World, key: str) -> str:
    """Return the beginning of a phrase in Oksana's language."""
    return world.parts.content.phrases.find(key, "uk").text.split("{")[0]


async def test_nobody_waits_for_ever_nor_is_erased_while_waiting(world: World) -> None:
    await full(world)
    entry = await waits(world, AMINA, "ar")
    change(world, replace(site(world), appointments=()))
    world.clock.time = entry.until - timedelta(days=1)
    world.parts.timers.purge_if_due()
    assert waiting(world, AMINA) == entry
    world.clock.time = entry.until
    await fire(world)
    assert said(world, AMINA, "waiting_ended")
    assert waiting(world, AMINA) is None


async def test_a_site_without_a_list_is_not_looked_at_any_more(world: World) -> None:
    await waits(world, AMINA)
    await fire(world)
    await world.presses(AMINA, f"book:leave:{getattr(waiting(world, AMINA), 'id', '')}")
    world.clock.advance(days=2)
    await fire(world)
    with world.parts.store.transaction() as tx:
        assert [timer for timer in tx.due_timers(world.clock.now() + timedelta(days=60)) if timer.kind == "vacancy"] == []


# --- Staff, and one's own data


async def test_staff_sees_who_waits_at_their_agency_alone(world: World) -> None:
    entry = await waits(world, AMINA, "ar")
    assert world.parts.agenda.waiting(IDA) == [entry]
    assert world.parts.agenda.waiting(BEATE) == []
    with pytest.raises(Forbidden):
        world.parts.agenda.waiting(CARL)


async def test_ones_own_data_name_what_one_waits_for(world: World) -> None:
    await waits(world, AMINA, "ar")
    page, machine = await world.presses(AMINA, "nav:mydata")
    assert page.attachment is not None
    assert machine.attachment is not None
    assert site(world).name.encode() in page.attachment.data
    assert WEDEL.encode() in machine.attachment.data
